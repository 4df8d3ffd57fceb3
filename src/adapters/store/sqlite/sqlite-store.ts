import { CoreError } from '../../../core/errors.ts';
import type { AuditCheck } from '../../../core/model/audit.ts';
import type { Incident } from '../../../core/model/incident.ts';
import type { Clock, Store } from '../../../core/ports.ts';
import { alertTable } from './alert-table.ts';
import { approvalTable } from './approval-table.ts';
import { auditChain } from './audit-chain.ts';
import { backUp } from './backup.ts';
import { commitQueue, transaction } from './commit-queue.ts';
import { healthyRevisionTable } from './healthy-revision-table.ts';
import { incidentTable } from './incident-table.ts';
import { intentTable } from './intent-table.ts';
import { pauseTable } from './pause-table.ts';
import { prune } from './prune.ts';
import { type StoredChange, storedChange } from './rows.ts';
import { corrupt, guarded } from './store-error.ts';
import { openTruth, type TruthDatabase } from './truth-database.ts';
import { verifyChain } from './verify-chain.ts';

/** Where the truth is kept. */
export interface SqliteStoreOptions {
  readonly stateDir: string;
  readonly clock: Clock;
}

/**
 * Opens the embedded store: one SQLite file, `truth.db`, that several processes of one host may use at once. Throws `store-failed`,
 * `store-corrupt` or `store-newer`, each with what to do; it never overwrites a file that it cannot read.
 */
export function openSqliteStore({ stateDir, clock }: SqliteStoreOptions): Store {
  const database = openTruth(stateDir);
  try {
    return storeOn(database, clock);
  } catch (error) {
    database.sql.close();
    throw error;
  }
}

/** The store on a database that is open already; closing the store closes it. */
export function storeOn(database: TruthDatabase, clock: Clock): Store {
  const { sql, file } = database;
  const tables = guarded({ doing: 'preparing the store', file }, () => tablesOf(database));
  const queue = commitQueue(sql, { doing: 'committing a change', file }, (change: StoredChange) => apply(tables, change));
  const life = lifeOf(file);

  async function pruneChecked(before: number): Promise<number> {
    demandIntact(await verifyChain(file), file);
    return transaction(sql, { doing: 'pruning', file }, () => prune(database, { before, now: clock.now() }));
  }
  return {
    ...reads(tables, (what, work) => life.during(async () => guarded({ doing: `reading ${what}`, file }, work))),
    commit: (change) => life.during(async () => queue.add(storedChange(change))),
    verifyAudit: () => life.during(() => verifyChain(file)),
    prune: (before) => life.during(() => pruneChecked(before)),
    backup: (target) => life.during(() => backUp(file, target)),
    close: () => life.end(() => guarded({ doing: 'closing the store', file }, () => sql.close())),
  };
}

type Read = <Answer>(what: string, work: () => Answer) => Promise<Answer>;

function reads({ incidents, intents, approvals, pauses, alerts, healthyRevisions, audit }: Tables, read: Read) {
  return {
    incident: (id) => read('an incident', () => incidents.byId(id)),
    incidents: (filter) => read('incidents', () => incidents.list(filter)),
    latestIncidentOf: (subject) => read('the latest incident', () => incidents.latestOf(subject)),
    intent: (actionId) => read('an intent', () => intents.byId(actionId)),
    ledger: (since) => read('the ledger', () => intents.ledger(since)),
    approval: (planHash) => read('an approval', () => approvals.newestFor(planHash)),
    pauses: () => read('the pauses', () => pauses.all()),
    alerts: (since) => read('the alerts', () => alerts.since(since)),
    healthyRevisions: (workload) => read('the healthy revisions', () => healthyRevisions.of(workload)),
    audit: (filter) => read('the audit chain', () => audit.list(filter)),
  } satisfies Partial<Store>;
}

/** Lets nothing begin once the end has been asked for, and ends when everything that had begun is through. */
function lifeOf(file: string) {
  const running = new Set<Promise<unknown>>();
  let isEnding = false;
  return {
    async during<Answer>(work: () => Promise<Answer>): Promise<Answer> {
      if (isEnding) throw new CoreError('store-failed', `the store is closed. File: ${file}. Open it again before using it.`);
      const one = work();
      running.add(one);
      return one.finally(() => running.delete(one));
    },
    async end(close: () => void): Promise<void> {
      if (isEnding) return;
      isEnding = true;
      await Promise.allSettled(running);
      close();
    },
  };
}

type Tables = ReturnType<typeof tablesOf>;

function tablesOf(database: TruthDatabase) {
  return {
    incidents: incidentTable(database),
    intents: intentTable(database),
    approvals: approvalTable(database),
    pauses: pauseTable(database),
    alerts: alertTable(database),
    healthyRevisions: healthyRevisionTable(database),
    audit: auditChain(database),
  };
}

/** Parents come before children, and a pause after a resume: if a change holds both, the pause stays. */
function apply(tables: Tables, change: StoredChange): Incident | undefined {
  const incident = change.incident && tables.incidents.put(change.incident);
  if (change.intent) tables.intents.put(change.intent);
  if (change.approval) tables.approvals.add(change.approval);
  if (change.resume !== undefined) tables.pauses.lift(change.resume);
  if (change.pause) tables.pauses.put(change.pause);
  for (const alert of change.alerts ?? []) tables.alerts.put(alert);
  for (const revision of change.healthy ?? []) tables.healthyRevisions.put(revision);
  tables.audit.append(change.audit);
  return incident;
}

/** A seal over a damaged part would hide the damage for good. */
function demandIntact(check: AuditCheck, file: string): void {
  if (!check.intact) throw corrupt(file, `nothing was pruned, for the audit chain is broken at row ${check.brokenAt}: ${check.why}`);
}
