import { Approval } from '../../../core/model/verdict.ts';
import { demandAgreement, parseBody } from './rows.ts';
import type { TruthDatabase } from './truth-database.ts';

/** Answers of people to plans, all kept until they are pruned. */
export interface ApprovalTable {
  /** The last one stored, so that a step of the wall clock cannot bring an older answer back. */
  newestFor(planHash: string): Approval | undefined;
  /** Inside a transaction. */
  add(approval: Approval): void;
}

/** Prepares the statements of the approvals table. */
export function approvalTable({ sql, file }: TruthDatabase): ApprovalTable {
  const newest = sql.prepare('SELECT * FROM approvals WHERE plan_hash = ? ORDER BY number DESC LIMIT 1');
  const insert = sql.prepare(
    'INSERT INTO approvals (plan_hash, incident_id, expires_at, body) VALUES ($plan_hash, $incident_id, $expires_at, $body)',
  );
  return {
    newestFor(planHash) {
      const row = newest.get(planHash);
      if (!row) return undefined;
      const name = { file, table: 'approvals', key: Number(row.number) };
      const approval = parseBody(Approval, row.body, name);
      demandAgreement(row, columnsOf(approval), name);
      return approval;
    },
    add: (approval) => void insert.run({ ...columnsOf(approval), body: JSON.stringify(approval) }),
  };
}

function columnsOf(approval: Approval) {
  return { plan_hash: approval.planHash, incident_id: approval.incidentId, expires_at: approval.expiresAt };
}
