import { Seal } from './audit-chain.ts';
import { corrupt } from './store-error.ts';
import type { TruthDatabase } from './truth-database.ts';

/** From when on everything is kept, and what time it is, both in epoch milliseconds. */
export interface PruneTimes {
  readonly before: number;
  readonly now: number;
}

/** What an open incident or an incident with an open intent refers to is never forgotten, however old. */
const inUse = `(SELECT id FROM incidents WHERE is_open = 1 UNION SELECT incident_id FROM intents WHERE state = 'open')`;

/** Each line may only forget what no line below still needs. */
const forget = [
  `DELETE FROM intents WHERE state <> 'open' AND at < $before AND coalesce(ended_at, at) < $before AND incident_id NOT IN ${inUse}`,
  `DELETE FROM approvals WHERE expires_at < $before AND incident_id NOT IN ${inUse}`,
  `DELETE FROM incidents WHERE is_open = 0 AND ended_at < $before
     AND id NOT IN (SELECT incident_id FROM intents) AND id NOT IN (SELECT incident_id FROM approvals)`,
  'DELETE FROM alerts WHERE at < $before',
  'DELETE FROM healthy_revisions WHERE until < $before',
];

/** The first audit row to keep: the first that is young enough, or that speaks of an incident or intent which is still here. */
const firstKept = `SELECT seq FROM audit WHERE at >= $before OR incident_id IN (SELECT id FROM incidents)
  OR action_id IN (SELECT action_id FROM intents) ORDER BY seq LIMIT 1`;

/**
 * Inside a transaction: removes what ended or expired before `before`, and the audit rows up to the first that must stay, whose
 * predecessor's hash is kept as the seal. Returns the rows removed.
 */
export function prune(database: TruthDatabase, times: PruneTimes): number {
  const { sql } = database;
  const forgotten = forget.map((statement) => Number(sql.prepare(statement).run({ before: times.before }).changes));
  return forgotten.reduce((sum, rows) => sum + rows, sealChain(database, times));
}

function sealChain({ sql, file }: TruthDatabase, { before, now }: PruneTimes): number {
  const kept = sql.prepare(firstKept).get({ before })?.seq ?? Number.MAX_SAFE_INTEGER;
  const last = sql.prepare('SELECT seq AS upto_seq, hash, seq AS rows FROM audit WHERE seq < ? ORDER BY seq DESC LIMIT 1').get(kept);
  if (!last) return 0;
  const seal = Seal.safeParse(last);
  if (!seal.success) throw corrupt(file, `audit row ${last.upto_seq} cannot be read`);
  const { upto_seq, hash, rows } = seal.data;
  sql.prepare('UPDATE audit_seal SET upto_seq = ?, hash = ?, rows = ?, sealed_at = ?').run(upto_seq, hash, rows, now);
  return Number(sql.prepare('DELETE FROM audit WHERE seq <= ?').run(upto_seq).changes);
}
