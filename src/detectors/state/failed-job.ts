import type { Detection } from '../../core/model/finding.ts';
import { conditionOf, type Job } from '../../core/model/objects.ts';
import { resourceName } from '../../core/model/resource.ts';
import { evidenceOf, ofKind, type Timeline } from '../../core/model/timeline.ts';
import { defineStateDetector, firing, quiet, unknown } from '../define-state-detector.ts';
import { exitWords, lastExit } from '../signs/exits.ts';
import { instant, oneLine } from '../signs/words.ts';

/**
 * Fires for a Job that has failed for good, and for a CronJob whose newest finished Job did: a later success of the same CronJob ends it. A
 * Job that is still being tried again is quiet.
 */
export const failedJob = defineStateDetector({
  name: 'failed-job',
  watches: ['Job', 'CronJob'],
  needs: ['Job', 'Pod'],
  detect(subject, timeline) {
    if (subject.meta.deletedAt !== undefined) return quiet;
    if (subject.kind === 'CronJob') return ofNewest(timeline);
    const isOfCronJob = subject.meta.owners.some((owner) => owner.controller && owner.kind === 'CronJob');
    return isOfCronJob ? quiet : judge(subject, timeline);
  },
});

function ofNewest(timeline: Timeline): Detection {
  const finished = ofKind(timeline, 'Job').filter((job) => isTrue(job, 'Complete') || isTrue(job, 'Failed'));
  const newest = finished.toSorted((a, b) => b.meta.createdAt - a.meta.createdAt)[0];
  return newest ? judge(newest, timeline) : quiet;
}

function judge(job: Job, timeline: Timeline): Detection {
  const failed = conditionOf(job, 'Failed');
  if (failed?.status === 'Unknown') return unknown(`${resourceName(job.meta.ref)}: its controller cannot say whether it failed`);
  if (failed?.status !== 'True') return quiet;
  const pods = ofKind(timeline, 'Pod').filter((pod) => pod.meta.owners.some((owner) => owner.uid === job.meta.ref.uid));
  const ends = pods.flatMap((pod) =>
    pod.containers.flatMap((container) => {
      const exit = lastExit(container);
      return exit && exit.exitCode !== 0
        ? [{ pod, exit, words: `container ${container.name} of pod ${pod.meta.ref.name} ended with ${exitWords(exit)}` }]
        : [];
    }),
  );
  const last = ends.toSorted((a, b) => (b.exit.finishedAt ?? 0) - (a.exit.finishedAt ?? 0))[0];
  const summary = `${resourceName(job.meta.ref)} failed at ${instant(failed.changedAt)} after ${job.failed} failed pods (backoffLimit ${job.backoffLimit}), ${failed.reason ?? 'no reason given'}: ${oneLine(failed.message)}`;
  return firing(`${summary}${last ? `; ${last.words}` : ''}`, 0.95, [evidenceOf(job), ...(last ? [evidenceOf(last.pod)] : [])]);
}

function isTrue(job: Job, type: string): boolean {
  return conditionOf(job, type)?.status === 'True';
}
