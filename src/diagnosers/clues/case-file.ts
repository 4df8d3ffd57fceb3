import type { Incident } from '../../core/model/incident.ts';
import { isWorkload, type KubeObject, type Pod } from '../../core/model/objects.ts';
import type { Facts } from '../../core/plugins.ts';
import type { ClusterView } from '../../core/view.ts';
import type { AilingPod, Ailment } from './ailment.ts';
import { ailmentOf } from './ailment-of.ts';
import { type Rollout, rolloutOf } from './rollout.ts';

/** What the rules look at: the subject of an incident, its pods, what ails them, and the rollout that brought them. */
export interface CaseFile {
  readonly incident: Incident;
  readonly view: ClusterView;
  readonly subject: KubeObject;
  /** The pods that the subject owns or (a node) runs, less those that are being deleted. */
  readonly pods: readonly Pod[];
  readonly ailing: readonly AilingPod[];
  /** Undefined unless a pod ails (or none is there) and there was a revision before. */
  readonly rollout: Rollout | undefined;
}

/** Opens the file of an incident; undefined when its subject is gone or pods are not in fresh view. Throws `cluster-unreachable`. */
export async function caseFileOf(incident: Incident, facts: Facts): Promise<CaseFile | undefined> {
  const { view } = facts;
  const subject = view.get(incident.subject);
  if (!subject || view.isBlindFor('Pod') || view.isBlindFor(subject.kind)) return undefined;
  const pods = podsOf(subject, view).filter(({ meta }) => meta.deletedAt === undefined);
  const ailing = pods.flatMap((pod) => {
    const ailment = ailmentOf(pod, view);
    return ailment ? [{ pod, ailment }] : [];
  });
  const isOfInterest = isWorkload(subject) && ailing.length > 0;
  return { incident, view, subject, pods, ailing, rollout: isOfInterest ? await rolloutOf(subject, facts) : undefined };
}

function podsOf(subject: KubeObject, view: ClusterView): readonly Pod[] {
  if (subject.kind === 'Pod') return [subject];
  if (subject.kind === 'Node') return view.ofKind('Pod').filter(({ nodeName }) => nodeName === subject.meta.ref.name);
  return view.ownedBy(subject.meta.ref).filter((object): object is Pod => object.kind === 'Pod');
}

/** The pods of a file that ail in this way. */
export function ailingBy<K extends Ailment['is']>(
  { ailing }: Pick<CaseFile, 'ailing'>,
  ...kinds: readonly K[]
): { readonly pod: Pod; readonly ailment: Extract<Ailment, { is: K }> }[] {
  const wanted: readonly Ailment['is'][] = kinds;
  const isWanted = (ailment: Ailment): ailment is Extract<Ailment, { is: K }> => wanted.includes(ailment.is);
  return ailing.flatMap(({ pod, ailment }) => (isWanted(ailment) ? [{ pod, ailment }] : []));
}

/** The first reason of a rule: how many of the subject's pods ail so, and one of them as an example. */
export function example(found: readonly AilingPod[], { pods }: Pick<CaseFile, 'pods'>): string {
  const [first] = found;
  return first ? `${found.length} of ${pods.length} pods: ${first.pod.meta.ref.name} ${first.ailment.words}` : 'no pod ails';
}
