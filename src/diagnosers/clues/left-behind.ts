import { isReady } from '../../core/model/objects.ts';
import type { AilingPod, Ailment } from './ailment.ts';
import type { CaseFile } from './case-file.ts';
import type { ImageFault } from './image-fault.ts';
import type { RevisionInView, Rollout } from './rollout.ts';
import { mentions } from './template-changes.ts';

/** What a template can bring about besides its image and its configuration. */
const inTemplate: readonly Ailment['is'][] = ['start', 'memory', 'hang', 'crash', 'unready'];
/** The faults of an image that lie in its name; any other would strike another image too. */
const templateFaults: readonly ImageFault[] = ['missing', 'refused', 'unclear'];

/**
 * The pods that a bad revision has left behind in a StatefulSet which has gone back to an earlier one: it replaces its pods in order and waits
 * for the unready one for ever (Kubernetes, StatefulSets: forced rollback), so the rollout is still what they suffer from. Undefined when
 * any other pod ails, none serves in the revision that is wanted again, or what they suffer does not lie in their template.
 */
export function leftBehind({ rollout, ailing }: Pick<CaseFile, 'rollout' | 'ailing'>): readonly AilingPod[] | undefined {
  if (!rollout || !replacesInOrder(rollout) || !rollout.newest.pods.some(isReady) || ailing.length === 0) return undefined;
  const [abandoned] = rollout.earlier;
  const isGoneBackFrom = abandoned !== undefined && abandoned.createdAt > rollout.newest.createdAt;
  const isItsOwn = ({ pod, ailment }: AilingPod) => abandoned?.pods.includes(pod) === true && isMended(ailment, rollout);
  return isGoneBackFrom && ailing.every(isItsOwn) ? ailing : undefined;
}

/** The reasons, in clauses. */
export function leftBehindReasons({ newest, earlier }: Rollout, [first, ...more]: readonly AilingPod[]): readonly string[] {
  const others = more.length > 0 ? ` and ${more.length} more` : '';
  return [
    `${first?.pod.meta.ref.name}${others} of revision ${nameOf(earlier[0])} ${first?.ailment.words}`,
    `revision ${newest.name} is wanted again, and its controller waits for the pod of the abandoned one to become ready before it replaces it`,
  ];
}

function nameOf(revision: RevisionInView | undefined): string {
  return revision?.name ?? '(unknown)';
}

function replacesInOrder({ workload }: Rollout): boolean {
  return workload.kind === 'StatefulSet' && workload.podManagementPolicy !== 'Parallel' && workload.strategy !== 'OnDelete';
}

/** Whether the template that is wanted again lacks what ails the pod, as far as the cluster tells. */
function isMended(ailment: Ailment, { newest, changes = [] }: Rollout): boolean {
  if (changes.length === 0) return false;
  switch (ailment.is) {
    case 'image':
      return (
        templateFaults.includes(ailment.fault) && changes.some(({ path }) => path.endsWith(`ontainers[${ailment.container.name}].image`))
      );
    case 'configuration':
      return newest.template !== undefined && !mentions(newest.template, ailment.names);
    default:
      return inTemplate.includes(ailment.is);
  }
}
