import { conditionOf, type KubeObject } from '../../core/model/objects.ts';
import { eventsAbout } from '../../core/model/timeline.ts';
import { isRolloutToBlame } from '../clues/blame.ts';
import { ailingBy, type CaseFile, example } from '../clues/case-file.ts';
import type { Rule } from '../clues/rule.ts';
import { oneLine } from '../clues/words.ts';

/** Controllers try a refused creation again at least so often (client-go's default rate limiter: 1,000 s). */
const RETRY_MS = 20 * 60_000;

/** No node has room, or is allowed, for the pods. */
export const noNodeHasRoom: Rule = {
  id: 'no-node-has-room',
  cause: 'insufficient-capacity',
  because(file) {
    const waiting = ailingBy(file, 'unscheduled').filter(({ ailment }) => ailment.lack === 'resources' || ailment.lack === 'placement');
    return waiting.length * 2 > file.ailing.length && !isRolloutToBlame(file) ? [example(waiting, file)] : undefined;
  },
};

/** A controller is refused its pods for want of quota. */
export const quotaIsExhausted: Rule = {
  id: 'quota-is-exhausted',
  cause: 'quota-exhausted',
  because: (file) => refusals(file).filter(isOfQuota).slice(0, 1).map(refusedWords).at(0),
};

/** A controller is refused its pods by admission: a webhook, a policy, Pod Security, a missing service account. */
export const creationIsRefused: Rule = {
  id: 'creation-is-refused',
  cause: 'admission-refused',
  because: (file) =>
    refusals(file)
      .filter((refusal) => !isOfQuota(refusal))
      .map(refusedWords)
      .at(0),
};

interface Refusal {
  readonly of: KubeObject;
  readonly message: string;
}

/** What the subject, or what it owns, was refused and has not got since. */
function refusals({ subject, view }: CaseFile): readonly Refusal[] {
  return [subject, ...view.ownedBy(subject.meta.ref)].flatMap((object) => {
    if (object.kind === 'ReplicaSet') {
      const failure = conditionOf(object, 'ReplicaFailure');
      return failure?.status === 'True' && failure.reason === 'FailedCreate' ? { of: object, message: failure.message ?? '' } : [];
    }
    if (!['StatefulSet', 'DaemonSet', 'Job', 'Deployment'].includes(object.kind)) return [];
    const events = eventsAbout(view.timelineOf(object.meta.ref), object.meta.ref);
    const refused = events.findLast(({ reason, at }) => /^(FailedCreate|ReplicaSetCreateError)$/.test(reason) && view.at - at <= RETRY_MS);
    const isOver = events.some(({ reason, at }) => reason === 'SuccessfulCreate' && refused !== undefined && at > refused.at);
    return refused && !isOver ? { of: object, message: refused.message } : [];
  });
}

function isOfQuota({ message }: Refusal): boolean {
  return /exceeded quota|failed quota/.test(message);
}

function refusedWords({ of, message }: Refusal): readonly string[] {
  return [`${of.kind} ${of.meta.ref.name} is refused its pods: ${oneLine(message)}`];
}

/** A volume cannot be provided, attached or mounted. */
export const volumeIsMissing: Rule = {
  id: 'volume-is-missing',
  cause: 'storage-unavailable',
  because(file) {
    const { subject } = file;
    if (subject.kind === 'PersistentVolumeClaim' && subject.meta.deletedAt === undefined && subject.phase !== 'Bound')
      return [`claim ${subject.meta.ref.name} is ${subject.phase}, class ${subject.storageClass ?? '(none)'}`];
    const waiting = [...ailingBy(file, 'mount'), ...ailingBy(file, 'unscheduled').filter(({ ailment }) => ailment.lack === 'volume')];
    return waiting.length * 2 > file.ailing.length ? [example(waiting, file)] : undefined;
  },
};
