import type { Detection } from '../../core/model/finding.ts';
import { conditionOf, type KubeObject } from '../../core/model/objects.ts';
import { resourceName } from '../../core/model/resource.ts';
import type { ClusterEvent } from '../../core/model/signal.ts';
import { eventsAbout, evidenceOf, ofKind, type Timeline } from '../../core/model/timeline.ts';
import { defineStateDetector, firing, quiet, unknown } from '../define-state-detector.ts';
import { refusalIn, refuserWords } from '../signs/refusal.ts';
import { instant, oneLine } from '../signs/words.ts';

/** A refusal that is younger may be a webhook that is just being restarted. */
const FIRST_TRY_MS = 30_000;
/** Controllers try again with delays of up to 1,000 s (client-go's default rate limiter); an older refusal says nothing any more. */
const RETRY_MS = 20 * 60_000;
const refusalReasons = ['FailedCreate', 'ReplicaSetCreateError'];

/** Fires while a controller is refused the creation of what it should create; tells webhook, quota, Pod Security and others apart. */
export const creationRefused = defineStateDetector({
  name: 'creation-refused',
  watches: ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job'],
  needs: ['Pod', 'ReplicaSet', 'Event'],
  detect(subject, timeline) {
    if (subject.meta.deletedAt !== undefined) return quiet;
    const events = refusals(subject, timeline);
    const last = events.at(-1);
    switch (subject.kind) {
      case 'Deployment': {
        const progressing = conditionOf(subject, 'Progressing');
        return progressing?.reason === 'ReplicaSetCreateError' ? answer(subject, timeline, { ...progressing, events }) : quiet;
      }
      case 'ReplicaSet': {
        const failure = conditionOf(subject, 'ReplicaFailure');
        return failure?.status === 'True' && failure.reason === 'FailedCreate' ? answer(subject, timeline, { ...failure, events }) : quiet;
      }
      default:
        if (!last || !isShort(subject, timeline)) return quiet;
        return answer(subject, timeline, { message: last.message, changedAt: Math.min(...events.map((event) => event.firstAt)), events });
    }
  },
});

interface Refused {
  readonly message?: string | undefined;
  readonly changedAt?: number | undefined;
  readonly events: readonly ClusterEvent[];
}

function answer(subject: KubeObject, { now }: Timeline, { message = '', changedAt, events }: Refused): Detection {
  const who = refuserWords(refusalIn(message));
  if (changedAt !== undefined && now - changedAt < FIRST_TRY_MS)
    return unknown(`${who} refused a creation at ${instant(changedAt)}; it will be tried again`);
  const count = events.reduce((sum, event) => sum + event.count, 0);
  const times = count > 0 ? `, ${count} times` : '';
  const summary = `${resourceName(subject.meta.ref)} cannot create what it should since ${instant(changedAt)}${times}; refused by ${who}: ${oneLine(message)}`;
  return firing(summary, 0.9, [evidenceOf(subject), ...events.map((event) => event.id)]);
}

/** The refusals that no creation has followed, unless the last one is too long ago. */
function refusals(subject: KubeObject, timeline: Timeline): ClusterEvent[] {
  const events = eventsAbout(timeline, subject.meta.ref);
  const createdAt = events.findLast((event) => event.reason === 'SuccessfulCreate')?.at ?? 0;
  const refused = events.filter((event) => refusalReasons.includes(event.reason) && event.at >= createdAt);
  const last = refused.at(-1);
  return last && timeline.now - last.at <= RETRY_MS ? refused : [];
}

function isShort(subject: KubeObject, timeline: Timeline): boolean {
  const pods = ofKind(timeline, 'Pod').filter((pod) => pod.meta.deletedAt === undefined);
  if (subject.kind === 'Job')
    return !subject.isSuspended && subject.active === 0 && !subject.conditions.some((condition) => condition.status === 'True');
  return (subject.kind === 'StatefulSet' || subject.kind === 'DaemonSet') && pods.length < subject.replicas;
}
