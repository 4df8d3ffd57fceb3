import type { DatabaseSync } from 'node:sqlite';
import { canonicalJson } from '../../../core/digest.ts';
import { CoreError } from '../../../core/errors.ts';
import type { AuditCheck } from '../../../core/model/audit.ts';
import { GENESIS, Head, readAuditRow, rowHash, Seal } from './audit-chain.ts';
import type { Row } from './rows.ts';
import { guarded } from './store-error.ts';
import { openReader } from './truth-database.ts';

/** Rows between two breaths of the event loop: some ten milliseconds. */
const PAGE_ROWS = 500;

/**
 * Walks the whole chain as it stood at one moment, without holding up the event loop or a writer. It finds every altered, removed,
 * exchanged, added or cut-off row of somebody who does not also compute all later hashes, head and seal anew: the chain has
 * no secret, so against that, keep the head that this returns in another place.
 */
export async function verifyChain(file: string): Promise<AuditCheck> {
  const reader = guarded({ doing: 'checking the audit chain', file }, () => openReader(file));
  try {
    return await walk(reader, file);
  } finally {
    reader.close();
  }
}

async function walk(reader: DatabaseSync, file: string): Promise<AuditCheck> {
  const doing = { doing: 'checking the audit chain', file };
  const { seal, head, early, late } = guarded(doing, () => begin(reader));
  if (!seal.success || seal.data.rows !== seal.data.upto_seq || (seal.data.rows === 0 && seal.data.hash !== GENESIS))
    return broken(0, 'the seal of the pruned part is missing or altered');
  if (early !== undefined) return broken(early, `it stands in the part that was sealed up to row ${seal.data.upto_seq}`);
  if (!head.success) return broken(0, 'the head of the chain is missing or altered');
  if (late) return broken(head.data.seq + 1, `the chain ended at row ${head.data.seq}; this was added`);
  const page = reader.prepare('SELECT seq, previous, hash, entry FROM audit WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?');
  let last: Head = { seq: seal.data.upto_seq, hash: seal.data.hash };
  for (;;) {
    const rows = guarded(doing, () => page.all(last.seq, head.data.seq, PAGE_ROWS));
    for (const row of rows) {
      const why = faultOf(row, last, file);
      if (why !== undefined) return broken(last.seq + 1, why);
      last = { seq: last.seq + 1, hash: String(row.hash) };
    }
    if (rows.length < PAGE_ROWS) return atEnd(last, head.data, seal.data);
    await new Promise<void>((resolve) => void setImmediate(resolve));
  }
}

/** Opens the snapshot in which everything is read. */
function begin(reader: DatabaseSync) {
  reader.exec('BEGIN');
  const seal = Seal.safeParse(reader.prepare('SELECT upto_seq, hash, rows FROM audit_seal').get());
  const head = Head.safeParse(reader.prepare('SELECT seq, hash FROM audit_head').get());
  const early = reader.prepare('SELECT max(min(seq), 0) AS seq FROM audit WHERE seq <= ?').get(seal.data?.upto_seq ?? 0)?.seq;
  const late = reader.prepare('SELECT 1 FROM audit WHERE seq > ? LIMIT 1').get(head.data?.seq ?? 0) !== undefined;
  return { seal, head, early: typeof early === 'number' ? early : undefined, late };
}

function faultOf(row: Row, last: Head, file: string): string | undefined {
  if (row.seq !== last.seq + 1) return `row ${last.seq + 1} is missing; the next is ${row.seq}`;
  if (row.previous !== last.hash) return 'it does not follow the row before';
  try {
    const parsed = readAuditRow(row, file);
    if (canonicalJson(parsed.entry) !== row.entry) return 'its entry is not as it was written';
    return rowHash(parsed) === row.hash ? undefined : 'its content does not fit its hash';
  } catch (error) {
    if (error instanceof CoreError && error.code === 'store-corrupt') return 'its entry cannot be read';
    throw error;
  }
}

function atEnd(last: Head, head: Head, seal: Seal): AuditCheck {
  if (last.seq < head.seq) return broken(last.seq + 1, `the chain is cut off here; it ended at row ${head.seq}`);
  if (last.hash !== head.hash) return broken(last.seq, 'the head of the chain does not fit its last row');
  return { intact: true, rows: last.seq - seal.upto_seq, head: last.hash, sealedRows: seal.rows };
}

function broken(brokenAt: number, why: string): AuditCheck {
  return { intact: false, brokenAt, why };
}
