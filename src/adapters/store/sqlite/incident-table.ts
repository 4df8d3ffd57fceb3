import { CoreError } from '../../../core/errors.ts';
import { Incident, isEnded } from '../../../core/model/incident.ts';
import { type ResourceRef, resourceKey, resourceName } from '../../../core/model/resource.ts';
import type { Store } from '../../../core/ports.ts';
import { demandAgreement, parseBody, type Row } from './rows.ts';
import type { TruthDatabase } from './truth-database.ts';

/** Incidents: written by compare-and-set, at most one open per subject. */
export interface IncidentTable {
  byId(id: string): Incident | undefined;
  list(filter: Parameters<Store['incidents']>[0]): readonly Incident[];
  latestOf(subject: ResourceRef): Incident | undefined;
  /** Inside a transaction. Returns the incident one version higher; throws `conflict`. */
  put(incident: Incident): Incident;
}

const newestFirst = 'ORDER BY opened_at DESC, rowid DESC';

/** Prepares the statements of the incidents table. */
export function incidentTable({ sql, file }: TruthDatabase): IncidentTable {
  const byId = sql.prepare('SELECT * FROM incidents WHERE id = ?');
  const open = sql.prepare(`SELECT * FROM incidents WHERE is_open = 1 ${newestFirst}`);
  const since = sql.prepare(`SELECT * FROM incidents WHERE opened_at >= ? ${newestFirst} LIMIT ?`);
  const older = sql.prepare(`SELECT * FROM incidents WHERE opened_at >= ?
    AND (opened_at, rowid) < (SELECT opened_at, rowid FROM incidents WHERE id = ?) ${newestFirst} LIMIT ?`);
  const ofSubject = sql.prepare(`SELECT * FROM incidents WHERE subject = ? ${newestFirst} LIMIT 1`);
  const openOfSubject = sql.prepare('SELECT id FROM incidents WHERE subject = ? AND is_open = 1 AND id <> ?');
  const insert = sql.prepare(`INSERT INTO incidents (id, version, subject, is_open, opened_at, ended_at, body)
    VALUES ($id, $version, $subject, $is_open, $opened_at, $ended_at, $body)`);
  const update = sql.prepare(`UPDATE incidents SET version = $version, subject = $subject, is_open = $is_open,
    opened_at = $opened_at, ended_at = $ended_at, body = $body WHERE id = $id`);

  const read = (row: Row): Incident => parseIncident(row, file);
  const optional = (row: Row | undefined): Incident | undefined => row && read(row);
  function rowsFor(filter: Parameters<Store['incidents']>[0]): Row[] {
    if ('open' in filter) return open.all();
    const { limit = -1, before } = filter;
    return before === undefined ? since.all(filter.since, limit) : older.all(filter.since, before, limit);
  }
  return {
    byId: (id) => optional(byId.get(id)),
    list: (filter) => rowsFor(filter).map(read),
    latestOf: (subject) => optional(ofSubject.get(resourceKey(subject))),
    put(incident) {
      demandVersion(incident, optional(byId.get(incident.id)));
      const other = isEnded(incident) ? undefined : openOfSubject.get(resourceKey(incident.subject), incident.id);
      if (other) throw conflict(incident, `incident ${other.id} about ${resourceName(incident.subject)} is open; join it`);
      const stored = { ...incident, version: incident.version + 1 };
      (incident.version === 0 ? insert : update).run({ ...columnsOf(stored), body: JSON.stringify(stored) });
      return stored;
    },
  };
}

function parseIncident(row: Row, file: string): Incident {
  const name = { file, table: 'incidents', key: String(row.id) };
  const incident = parseBody(Incident, row.body, name);
  demandAgreement(row, columnsOf(incident), name);
  return incident;
}

function columnsOf(incident: Incident) {
  return {
    id: incident.id,
    version: incident.version,
    subject: resourceKey(incident.subject),
    is_open: isEnded(incident) ? 0 : 1,
    opened_at: incident.openedAt,
    ended_at: isEnded(incident) ? (incident.endedAt ?? incident.phaseAt) : null,
  };
}

function demandVersion(incident: Incident, stored: Incident | undefined): void {
  if (incident.version === (stored?.version ?? 0)) return;
  const found = stored ? `version ${stored.version} is stored` : 'it is not stored';
  throw conflict(incident, `it was changed from version ${incident.version}, but ${found}; read it anew`);
}

function conflict(incident: Incident, why: string): CoreError {
  return new CoreError('conflict', `incident ${incident.id} was not stored: ${why}`);
}
