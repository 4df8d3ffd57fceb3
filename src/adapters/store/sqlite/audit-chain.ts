import { z } from 'zod';
import { canonicalJson, digestOf } from '../../../core/digest.ts';
import { AuditEntry, type AuditRow } from '../../../core/model/audit.ts';
import type { Store } from '../../../core/ports.ts';
import { parseBody, type Row } from './rows.ts';
import { corrupt, isRefusedRow } from './store-error.ts';
import type { TruthDatabase } from './truth-database.ts';

/** What stands before the first row. */
export const GENESIS = '0'.repeat(64);

/** The end of the chain, kept apart from its rows so that a cut-off tail is seen. */
export const Head = z.object({ seq: z.number().int(), hash: z.string() });
export type Head = z.infer<typeof Head>;

/** The part of the chain that was pruned: the rows up to `upto_seq`, the last of which had this hash. */
export const Seal = z.object({ upto_seq: z.number().int(), hash: z.string(), rows: z.number().int() });
export type Seal = z.infer<typeof Seal>;

/** The audit rows, each bound to the one before by its hash. */
export interface AuditChain {
  list(filter: Parameters<Store['audit']>[0]): readonly AuditRow[];
  /** Inside a transaction. */
  append(entries: readonly AuditEntry[]): void;
}

/** Prepares the statements of the audit chain. */
export function auditChain({ sql, file }: TruthDatabase): AuditChain {
  const all = sql.prepare('SELECT seq, previous, hash, entry FROM audit WHERE seq > ? ORDER BY seq LIMIT ?');
  const ofIncident = sql.prepare('SELECT seq, previous, hash, entry FROM audit WHERE seq > ? AND incident_id = ? ORDER BY seq LIMIT ?');
  const head = sql.prepare('SELECT seq, hash FROM audit_head');
  const moveHead = sql.prepare('UPDATE audit_head SET seq = ?, hash = ?');
  const insert = sql.prepare('INSERT INTO audit (seq, previous, hash, entry) VALUES (?, ?, ?, ?)');

  function readHead(): Head {
    const parsed = Head.safeParse(head.get());
    if (!parsed.success) throw corrupt(file, 'the head of the audit chain is missing or unreadable');
    return parsed.data;
  }
  function appendOne(previous: Head, entry: AuditEntry): Head {
    const seq = previous.seq + 1;
    const hash = rowHash({ seq, previous: previous.hash, entry });
    try {
      insert.run(seq, previous.hash, hash, canonicalJson(entry));
    } catch (error) {
      throw isRefusedRow(error) ? corrupt(file, `the audit chain ends at row ${previous.seq}, yet there is a row ${seq}`, error) : error;
    }
    return { seq, hash };
  }
  return {
    list: ({ after = 0, incidentId, limit = -1 }) =>
      (incidentId === undefined ? all.all(after, limit) : ofIncident.all(after, incidentId, limit)).map((row) => readAuditRow(row, file)),
    append(entries) {
      if (entries.length === 0) return;
      const end = entries.reduce(appendOne, readHead());
      moveHead.run(end.seq, end.hash);
    },
  };
}

/** The hash that a row must carry. */
export function rowHash({ seq, previous, entry }: Omit<AuditRow, 'hash'>): string {
  return digestOf({ seq, previous, entry });
}

/** Parses a row of the chain; it may still be forged. Throws `store-corrupt`. */
export function readAuditRow(row: Row, file: string): AuditRow {
  const seq = Number(row.seq);
  return {
    seq,
    previous: String(row.previous),
    hash: String(row.hash),
    entry: parseBody(AuditEntry, row.entry, { file, table: 'audit', key: seq }),
  };
}
