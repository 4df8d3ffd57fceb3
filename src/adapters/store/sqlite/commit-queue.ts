import type { DatabaseSync } from 'node:sqlite';
import { CoreError } from '../../../core/errors.ts';
import { type Doing, isRefusedRow, storeError } from './store-error.ts';

/** At most so many changes share one transaction, so that the event loop is not held up for long. */
const GROUP_SIZE = 128;

/** Where changes wait for the next transaction. */
export interface CommitQueue<Change, Answer> {
  /** Resolves once the change is durable; rejects when it was refused, and then nothing of it was written. */
  add(change: Change): Promise<Answer>;
}

interface Waiting<Change, Answer> {
  readonly change: Change;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

type Result<Answer> = { readonly is: 'written'; readonly answer: Answer } | { readonly is: 'refused'; readonly why: CoreError };

/**
 * Lets the changes that arrive in one turn of the event loop share a transaction, and so one fsync. Each stands in a savepoint
 * of its own: one that is refused takes nothing from its neighbours. When the medium fails, the whole group fails.
 */
export function commitQueue<Change, Answer>(
  sql: DatabaseSync,
  doing: Doing,
  apply: (change: Change) => Answer,
): CommitQueue<Change, Answer> {
  let waiting: Waiting<Change, Answer>[] = [];

  function flush(): void {
    const group = waiting.slice(0, GROUP_SIZE);
    waiting = waiting.slice(GROUP_SIZE);
    if (waiting.length > 0) setImmediate(flush);
    settle(group);
  }
  function settle(group: readonly Waiting<Change, Answer>[]): void {
    if (group.length === 0) return;
    try {
      const results = transaction(sql, doing, () => group.map(({ change }) => savepoint(sql, () => apply(change))));
      for (const [index, { resolve, reject }] of group.entries()) {
        const result = results[index];
        if (result?.is === 'written') resolve(result.answer);
        else reject(result?.why);
      }
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }
  return {
    add: (change) =>
      new Promise((resolve, reject) => {
        waiting.push({ change, resolve, reject });
        if (waiting.length === 1) setImmediate(flush);
      }),
  };
}

/** Runs `work` in a transaction that holds the write lock from its start; all or nothing, durable when this returns. */
export function transaction<Answer>(sql: DatabaseSync, doing: Doing, work: () => Answer): Answer {
  try {
    sql.exec('BEGIN IMMEDIATE');
    const answer = work();
    sql.exec('COMMIT');
    return answer;
  } catch (error) {
    throw storeError(rolledBack(sql, error), doing);
  }
}

/** SQLite has rolled back by itself after some errors (https://www.sqlite.org/lang_transaction.html), not after all. */
function rolledBack(sql: DatabaseSync, error: unknown): unknown {
  try {
    if (sql.isOpen && sql.isTransaction) sql.exec('ROLLBACK');
    return error;
  } catch (second) {
    return second;
  }
}

function savepoint<Answer>(sql: DatabaseSync, work: () => Answer): Result<Answer> {
  sql.exec('SAVEPOINT one');
  try {
    const answer = work();
    sql.exec('RELEASE one');
    return { is: 'written', answer };
  } catch (error) {
    const why = refusal(error);
    if (!why) throw error;
    sql.exec('ROLLBACK TO one');
    sql.exec('RELEASE one');
    return { is: 'refused', why };
  }
}

/** What our own code says (a conflict, a damaged row) and what an index refuses concerns one change; anything else the whole store. */
function refusal(error: unknown): CoreError | undefined {
  if (error instanceof CoreError) return error;
  if (!isRefusedRow(error)) return undefined;
  return new CoreError(
    'conflict',
    `the change does not fit what is stored: ${error instanceof Error ? error.message : error}; read it anew`,
    {
      cause: error,
    },
  );
}
