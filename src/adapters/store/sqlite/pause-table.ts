import { Pause } from '../../../core/model/pause.ts';
import { demandAgreement, parseBody } from './rows.ts';
import type { TruthDatabase } from './truth-database.ts';

/** The pauses in force, one per scope. */
export interface PauseTable {
  all(): readonly Pause[];
  /** Inside a transaction; takes the place of an earlier pause of the same scope. */
  put(pause: Pause): void;
  /** Inside a transaction; a scope that is not paused stays so. */
  lift(scope: string): void;
}

/** Prepares the statements of the pauses table. */
export function pauseTable({ sql, file }: TruthDatabase): PauseTable {
  const all = sql.prepare('SELECT * FROM pauses ORDER BY scope');
  const upsert = sql.prepare('INSERT INTO pauses (scope, body) VALUES (?, ?) ON CONFLICT (scope) DO UPDATE SET body = excluded.body');
  const remove = sql.prepare('DELETE FROM pauses WHERE scope = ?');
  return {
    all: () =>
      all.all().map((row) => {
        const name = { file, table: 'pauses', key: String(row.scope) };
        const pause = parseBody(Pause, row.body, name);
        demandAgreement(row, { scope: pause.scope }, name);
        return pause;
      }),
    put: (pause) => void upsert.run(pause.scope, JSON.stringify(pause)),
    lift: (scope) => void remove.run(scope),
  };
}
