/** Causes that an object itself states: a finalizer, a failed job, an autoscaler at its limit. */
import { conditionOf, type Job, type KubeObject } from '../../core/model/objects.ts';
import type { CaseFile } from '../clues/case-file.ts';
import type { Rule } from '../clues/rule.ts';
import { listed, oneLine, span } from '../clues/words.ts';

/** A deletion that takes longer than this is held up. */
const STUCK_MS = 10 * 60_000;

/** An object should have gone and a finalizer, its own or of what is in it, holds it. */
export const finalizerHolds: Rule = {
  id: 'finalizer-holds',
  cause: 'stuck-finalizer',
  because({ subject, view }) {
    for (const object of [subject, ...view.ownedBy(subject.meta.ref)]) {
      const { deletedAt, ref } = object.meta;
      const held = heldBy(object);
      if (deletedAt !== undefined && view.at - deletedAt > STUCK_MS && held !== undefined)
        return [`${object.kind} ${ref.name} should have gone ${span(view.at - deletedAt)} ago`, held];
    }
    return undefined;
  },
};

function heldBy(object: KubeObject): string | undefined {
  if (object.meta.finalizers.length > 0) return `held by the finalizers ${listed(object.meta.finalizers)}`;
  if (object.kind !== 'Namespace') return undefined;
  const remaining = object.conditions.find(({ type, status }) => type === 'NamespaceFinalizersRemaining' && status === 'True');
  return remaining && oneLine(remaining.message);
}

/** A Job, or the newest finished Job of a CronJob, has failed for good. */
export const jobFailed: Rule = {
  id: 'job-failed',
  cause: 'job-failure',
  because(file) {
    const job = judgedJob(file);
    const failed = job && conditionOf(job, 'Failed');
    if (!job || failed?.status !== 'True') return undefined;
    return [
      `Job ${job.meta.ref.name} failed after ${job.failed} failed pods, ${failed.reason ?? 'no reason given'}: ${oneLine(failed.message)}`,
    ];
  },
};

function judgedJob({ subject, view }: CaseFile): Job | undefined {
  if (subject.kind === 'Job') return subject;
  if (subject.kind !== 'CronJob') return undefined;
  const jobs = view.ownedBy(subject.meta.ref).filter((object): object is Job => object.kind === 'Job');
  const finished = jobs.filter((job) => ['Complete', 'Failed'].some((type) => conditionOf(job, type)?.status === 'True'));
  return finished.toSorted((a, b) => b.meta.createdAt - a.meta.createdAt)[0];
}

/** An autoscaler wants more replicas than it may ask for. */
export const autoscalerAtMaximum: Rule = {
  id: 'autoscaler-at-maximum',
  cause: 'autoscaler-limit',
  because({ subject, view }) {
    if (subject.kind !== 'HorizontalPodAutoscaler') return undefined;
    const limited = conditionOf(subject, 'ScalingLimited');
    if (limited?.status !== 'True' || limited.reason !== 'TooManyReplicas') return undefined;
    const since = limited.changedAt === undefined ? '' : ` for ${span(view.at - limited.changedAt)}`;
    return [
      `${subject.scales.kind} ${subject.scales.name} has been at its maximum of ${subject.maxReplicas} replicas${since}, and more are wanted`,
    ];
  },
};

/** An autoscaler cannot read its metrics: the metrics server, or whoever serves them, does not answer. */
export const metricsCannotBeRead: Rule = {
  id: 'metrics-cannot-be-read',
  cause: 'dependency-unavailable',
  because({ subject }) {
    if (subject.kind !== 'HorizontalPodAutoscaler') return undefined;
    const active = conditionOf(subject, 'ScalingActive');
    const isUnserved =
      /unable to fetch metrics|unable to get metrics|no metrics returned|could not find the requested resource|handle the request/i;
    if (active?.status !== 'False' || !/^FailedGet\w*Metric$/.test(active.reason ?? '') || !isUnserved.test(active.message ?? ''))
      return undefined;
    return [`the autoscaler cannot read ${subject.metrics.join(', ')}: ${oneLine(active.message)}`];
  },
};
