import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { CoreError } from '../../../core/errors.ts';

/**
 * One step of the schema. Steps only ever add (a table, an index, a column that may be missing), so that the version before
 * still runs on the result. `minReaderVersion` is the oldest schema version whose code may use the database after this step.
 * The records of the core are strict: a release that writes a new field into a body must raise it.
 */
export interface Migration {
  readonly version: number;
  readonly minReaderVersion: number;
  readonly sql: string;
}

const first = `
CREATE TABLE schema_version (
  one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL, min_reader_version INTEGER NOT NULL
) STRICT;
INSERT INTO schema_version VALUES (1, 0, 0);

CREATE TABLE incidents (
  id TEXT NOT NULL PRIMARY KEY, version INTEGER NOT NULL, subject TEXT NOT NULL, is_open INTEGER NOT NULL,
  opened_at REAL NOT NULL, ended_at REAL, body TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX one_open_incident_per_subject ON incidents (subject) WHERE is_open = 1;
CREATE INDEX incidents_by_subject ON incidents (subject, opened_at);
CREATE INDEX incidents_by_age ON incidents (opened_at);

CREATE TABLE intents (
  action_id TEXT NOT NULL PRIMARY KEY, incident_id TEXT NOT NULL REFERENCES incidents (id), owner TEXT NOT NULL,
  state TEXT NOT NULL, at REAL NOT NULL, ended_at REAL, body TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX one_open_intent_per_owner ON intents (owner) WHERE state = 'open';
CREATE INDEX intents_by_incident ON intents (incident_id);
CREATE INDEX intents_by_age ON intents (at);

CREATE TABLE approvals (
  number INTEGER PRIMARY KEY AUTOINCREMENT, plan_hash TEXT NOT NULL, incident_id TEXT NOT NULL REFERENCES incidents (id),
  expires_at REAL NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX approvals_by_plan ON approvals (plan_hash, number);
CREATE INDEX approvals_by_incident ON approvals (incident_id);

CREATE TABLE pauses (scope TEXT NOT NULL PRIMARY KEY, body TEXT NOT NULL) STRICT;

CREATE TABLE audit (
  seq INTEGER PRIMARY KEY, previous TEXT NOT NULL, hash TEXT NOT NULL, entry TEXT NOT NULL,
  at REAL GENERATED ALWAYS AS (entry ->> '$.at') VIRTUAL,
  incident_id TEXT GENERATED ALWAYS AS (entry ->> '$.incidentId') VIRTUAL,
  action_id TEXT GENERATED ALWAYS AS (entry ->> '$.actionId') VIRTUAL
) STRICT;
CREATE INDEX audit_by_incident ON audit (incident_id, seq);
CREATE TABLE audit_head (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL, hash TEXT NOT NULL) STRICT;
CREATE TABLE audit_seal (
  one INTEGER PRIMARY KEY CHECK (one = 1), upto_seq INTEGER NOT NULL, hash TEXT NOT NULL, rows INTEGER NOT NULL, sealed_at REAL
) STRICT;
INSERT INTO audit_head VALUES (1, 0, '${'0'.repeat(64)}');
INSERT INTO audit_seal VALUES (1, 0, '${'0'.repeat(64)}', 0, NULL);
`;

const alerts = `
CREATE TABLE alerts (id TEXT NOT NULL PRIMARY KEY, at REAL NOT NULL, body TEXT NOT NULL) STRICT;
CREATE INDEX alerts_by_age ON alerts (at);
`;

const healthyRevisions = `
CREATE TABLE healthy_revisions (
  workload TEXT NOT NULL, pod_hash TEXT NOT NULL, until REAL NOT NULL, body TEXT NOT NULL, PRIMARY KEY (workload, pod_hash)
) STRICT;
CREATE INDEX healthy_revisions_by_age ON healthy_revisions (until);
`;

/** All steps of the schema, oldest first. From version 2 on an incident's hypothesis may say that it was configured. */
export const migrations: readonly Migration[] = [
  { version: 1, minReaderVersion: 1, sql: first },
  { version: 2, minReaderVersion: 2, sql: alerts },
  { version: 3, minReaderVersion: 2, sql: healthyRevisions },
];

const Versions = z.object({ version: z.number().int(), min_reader_version: z.number().int() });

/**
 * Brings the schema up to the last of `steps`, in one transaction. A newer schema is left alone and used as it is;
 * throws `store-newer` when it says that this version may not.
 */
export function migrate(sql: DatabaseSync, file: string, steps = migrations): void {
  sql.exec('BEGIN IMMEDIATE');
  try {
    const ours = steps.at(-1)?.version ?? 0;
    const found = hasSchema(sql) ? Versions.parse(sql.prepare('SELECT * FROM schema_version').get()) : undefined;
    if (found && found.min_reader_version > ours) throw newer(file, found.min_reader_version, ours);
    for (const step of steps.filter(({ version }) => version > (found?.version ?? 0))) apply(sql, step);
    sql.exec('COMMIT');
  } catch (error) {
    if (sql.isTransaction) sql.exec('ROLLBACK');
    throw error;
  }
}

function hasSchema(sql: DatabaseSync): boolean {
  return sql.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'schema_version'").get() !== undefined;
}

function apply(sql: DatabaseSync, step: Migration): void {
  sql.exec(step.sql);
  sql.prepare('UPDATE schema_version SET version = ?, min_reader_version = ?').run(step.version, step.minReaderVersion);
}

function newer(file: string, needed: number, ours: number): CoreError {
  return new CoreError(
    'store-newer',
    `the store was written by a newer kubemend: it needs schema ${needed} or later and this version knows ${ours}. File: ${file}. ` +
      'Nothing was changed. Start the newer version again, or put a backup from before the upgrade in its place.',
  );
}
