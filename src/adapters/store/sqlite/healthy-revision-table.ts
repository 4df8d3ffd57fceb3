import { HealthyRevision } from '../../../core/model/healthy-revision.ts';
import { demandAgreement, parseBody } from './rows.ts';
import type { TruthDatabase } from './truth-database.ts';

/** The revisions that were seen to stand fully available, one row per workload and revision. */
export interface HealthyRevisionTable {
  of(workload: string): readonly HealthyRevision[];
  /** Inside a transaction; takes the place of what was known of that revision. */
  put(revision: HealthyRevision): void;
}

/** Prepares the statements of the healthy_revisions table. */
export function healthyRevisionTable({ sql, file }: TruthDatabase): HealthyRevisionTable {
  const select = sql.prepare('SELECT * FROM healthy_revisions WHERE workload = ? ORDER BY until');
  const upsert = sql.prepare(
    'INSERT INTO healthy_revisions (workload, pod_hash, until, body) VALUES (?, ?, ?, ?) ' +
      'ON CONFLICT (workload, pod_hash) DO UPDATE SET until = excluded.until, body = excluded.body',
  );
  return {
    of: (workload) =>
      select.all(workload).map((row) => {
        const name = { file, table: 'healthy_revisions', key: `${row.workload} ${row.pod_hash}` };
        const revision = parseBody(HealthyRevision, row.body, name);
        demandAgreement(row, { workload: revision.workload, pod_hash: revision.podHash, until: revision.until }, name);
        return revision;
      }),
    put: (revision) => void upsert.run(revision.workload, revision.podHash, revision.until, JSON.stringify(revision)),
  };
}
