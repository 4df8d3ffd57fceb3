import { expect, it } from 'vitest';
import { ask, exit, HOUR, MINUTE, summaryOf } from '../../../test/detectors/ask.ts';
import { condition, NOON } from '../../../test/fakes/object-meta.ts';
import { container, cronJob, job, pod } from '../../../test/fakes/objects.ts';
import { failedJob } from './failed-job.ts';

const failed = condition('Failed', {
  reason: 'BackoffLimitExceeded',
  message: 'Job has reached the specified backoff limit',
  changedAt: NOON - MINUTE,
});
const complete = condition('Complete');
const nightly = cronJob('nightly');
const run = (name: string, ageMs: number, conditions = [failed]) => job(name, { ownedBy: nightly, createdAt: NOON - ageMs, conditions });

it.each([
  ['a failed Job', [job('import', { conditions: [failed] })], 'firing'],
  ['a Job that is past its deadline', [job('import', { conditions: [{ ...failed, reason: 'DeadlineExceeded' }] })], 'firing'],
  ['a Job that is tried again', [job('import', { failed: 3 })], 'quiet'],
  ['a Job that is done', [job('import', { failed: 3, conditions: [complete] })], 'quiet'],
  ['a Job whose controller is not sure', [job('import', { conditions: [{ ...failed, status: 'Unknown' as const }] })], 'unknown'],
  ['a Job that is being deleted', [job('import', { conditions: [failed], deletedAt: NOON })], 'quiet'],
  ['a Job of a CronJob, which speaks for it', [run('n-1', HOUR), nightly], 'quiet'],
  ['a CronJob whose newest run failed', [nightly, run('n-1', 2 * HOUR, [complete]), run('n-2', HOUR)], 'firing'],
  ['a CronJob that has succeeded since', [nightly, run('n-1', 2 * HOUR), run('n-2', HOUR, [complete])], 'quiet'],
  ['a CronJob whose next run is still at work', [nightly, run('n-1', 2 * HOUR), run('n-2', HOUR, [])], 'firing'],
  ['a CronJob that never ran', [nightly], 'quiet'],
] as const)('failed-job on %s', (_, objects, expected) => expect(ask(failedJob, objects).is).toBe(expected));

it('says the reason and how its newest pod ended', () => {
  const owner = job('import', { failed: 2, backoffLimit: 1, conditions: [failed] });
  const pods = [5, 1].map((minutes) =>
    pod(`import-${minutes}`, {
      ownedBy: owner,
      phase: 'Failed',
      containers: [container('app', { state: exit({ exitCode: minutes, finishedAt: NOON - minutes * MINUTE }) })],
    }),
  );
  expect(summaryOf(ask(failedJob, [owner, ...pods]))).toBe(
    'Job shop/import failed at 2027-01-01 11:59:00 UTC after 2 failed pods (backoffLimit 1), BackoffLimitExceeded: Job has reached the specified backoff limit; ' +
      'container app of pod import-1 ended with exit code 1 (Error)',
  );
});
