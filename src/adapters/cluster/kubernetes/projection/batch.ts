import type { Job, ObjectOf } from '../../../../core/model/objects.ts';
import { flagAt, instantAt, numberAt } from './fields.ts';
import { conditionsOf, metaOf, type ProjectionContext } from './metadata.ts';

/** Kubernetes' own default of `spec.backoffLimit`. */
const DEFAULT_BACKOFF_LIMIT = 6;

/** A raw Job as the small model holds it. */
export function projectJob(raw: unknown, context: ProjectionContext): Job {
  return {
    kind: 'Job',
    meta: metaOf(raw, context),
    active: numberAt(raw, 'status', 'active') ?? 0,
    succeeded: numberAt(raw, 'status', 'succeeded') ?? 0,
    failed: numberAt(raw, 'status', 'failed') ?? 0,
    backoffLimit: numberAt(raw, 'spec', 'backoffLimit') ?? DEFAULT_BACKOFF_LIMIT,
    isSuspended: flagAt(raw, 'spec', 'suspend'),
    conditions: conditionsOf(raw),
  };
}

/** A raw CronJob as the small model holds it. */
export function projectCronJob(raw: unknown, context: ProjectionContext): ObjectOf<'CronJob'> {
  return {
    kind: 'CronJob',
    meta: metaOf(raw, context),
    isSuspended: flagAt(raw, 'spec', 'suspend'),
    lastScheduledAt: instantAt(raw, 'status', 'lastScheduleTime'),
  };
}
