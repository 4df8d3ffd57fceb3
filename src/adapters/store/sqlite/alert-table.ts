import { Alert, heardAgain } from '../../../core/model/signal.ts';
import { demandAgreement, parseBody, type Row } from './rows.ts';
import type { TruthDatabase } from './truth-database.ts';

/** What alerting systems said, one row per fingerprint and start. */
export interface AlertTable {
  /** Heard of at or after `since`, in the order of their last news. */
  since(since: number): readonly Alert[];
  /** Inside a transaction; a known alert is refreshed. */
  put(alert: Alert): void;
}

/** Prepares the statements of the alerts table. */
export function alertTable({ sql, file }: TruthDatabase): AlertTable {
  const byId = sql.prepare('SELECT * FROM alerts WHERE id = ?');
  const since = sql.prepare('SELECT * FROM alerts WHERE at >= ? ORDER BY at, rowid');
  const upsert = sql.prepare(`INSERT INTO alerts (id, at, body) VALUES ($id, $at, $body)
    ON CONFLICT (id) DO UPDATE SET at = excluded.at, body = excluded.body`);

  function read(row: Row): Alert {
    const name = { file, table: 'alerts', key: String(row.id) };
    const alert = parseBody(Alert, row.body, name);
    demandAgreement(row, columnsOf(alert), name);
    return alert;
  }
  return {
    since: (at) => since.all(at).map(read),
    put(alert) {
      const row = byId.get(alert.id);
      const next = row ? heardAgain(read(row), alert) : alert;
      upsert.run({ ...columnsOf(next), body: JSON.stringify(next) });
    },
  };
}

function columnsOf({ id, at }: Alert) {
  return { id, at };
}
