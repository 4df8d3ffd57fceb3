import { canonicalJson } from '../../../core/digest.ts';
import { CoreError } from '../../../core/errors.ts';
import { Intent } from '../../../core/model/intent.ts';
import { resourceKey, resourceName } from '../../../core/model/resource.ts';
import { demandAgreement, parseBody, type Row } from './rows.ts';
import type { TruthDatabase } from './truth-database.ts';

/** Intents, the ledger of acts: at most one open per owner, what they mean never changes, and an end is final. */
export interface IntentTable {
  byId(actionId: string): Intent | undefined;
  /** Open, or written at or after `since`; oldest first. */
  ledger(since: number): readonly Intent[];
  /** Inside a transaction. Throws `conflict`. */
  put(intent: Intent): void;
}

/** What an intent means: a row that says something else here is another intent. */
const identity = ['kind', 'action', 'incidentId', 'planHash', 'write', 'target', 'owner'] as const satisfies readonly (keyof Intent)[];

/** Prepares the statements of the intents table. */
export function intentTable({ sql, file }: TruthDatabase): IntentTable {
  const byId = sql.prepare('SELECT * FROM intents WHERE action_id = ?');
  const ledger = sql.prepare("SELECT * FROM intents WHERE state = 'open' OR at >= ? ORDER BY at, rowid");
  const openOfOwner = sql.prepare("SELECT action_id FROM intents WHERE owner = ? AND state = 'open' AND action_id <> ?");
  const insert = sql.prepare(`INSERT INTO intents (action_id, incident_id, owner, state, at, ended_at, body)
    VALUES ($action_id, $incident_id, $owner, $state, $at, $ended_at, $body)`);
  const update = sql.prepare(`UPDATE intents SET incident_id = $incident_id, owner = $owner, state = $state, at = $at,
    ended_at = $ended_at, body = $body WHERE action_id = $action_id`);

  const read = (row: Row): Intent => parseIntent(row, file);
  return {
    byId(actionId) {
      const row = byId.get(actionId);
      return row && read(row);
    },
    ledger: (since) => ledger.all(since).map(read),
    put(intent) {
      const row = byId.get(intent.actionId);
      if (row) demandSuccessor(read(row), intent);
      const other = intent.state === 'open' ? openOfOwner.get(resourceKey(intent.owner), intent.actionId) : undefined;
      if (other) throw conflict(intent, `action ${other.action_id} on ${resourceName(intent.owner)} is open; wait for its end`);
      (row ? update : insert).run({ ...columnsOf(intent), body: JSON.stringify(intent) });
    },
  };
}

function parseIntent(row: Row, file: string): Intent {
  const name = { file, table: 'intents', key: String(row.action_id) };
  const intent = parseBody(Intent, row.body, name);
  demandAgreement(row, columnsOf(intent), name);
  return intent;
}

function columnsOf(intent: Intent) {
  return {
    action_id: intent.actionId,
    incident_id: intent.incidentId,
    owner: resourceKey(intent.owner),
    state: intent.state,
    at: intent.at,
    ended_at: intent.endedAt ?? null,
  };
}

function demandSuccessor(stored: Intent, next: Intent): void {
  const changed = identity.find((field) => canonicalJson(stored[field]) !== canonicalJson(next[field]));
  if (changed) throw conflict(next, `its ${changed} may not change`);
  if (stored.state !== 'open' && next.state !== stored.state) throw conflict(next, `it ended as ${stored.state}; an end is final`);
  if (next.sends < stored.sends) throw conflict(next, `it was sent ${stored.sends} times already, not ${next.sends}`);
}

function conflict(intent: Intent, why: string): CoreError {
  return new CoreError('conflict', `intent ${intent.actionId} was not stored: ${why}`);
}
