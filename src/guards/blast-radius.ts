import { z } from 'zod';
import type { Plan } from '../core/model/plan.ts';
import { resourceName } from '../core/model/resource.ts';
import { defineGuard, type GuardFacts, type Objection } from '../core/plugins.ts';
import { workloadOf } from '../core/view.ts';
import { limit } from './grounds/limit.ts';
import { ask, blindness, deny, unknown } from './grounds/objections.ts';
import { podsOf } from './grounds/reach.ts';
import { percent } from './grounds/span.ts';

/** Below this many pods a share of a namespace says nothing: three of five are an ordinary small workload. */
const MIN_PODS_FOR_SHARE = 6;

const options = z.strictObject({
  /** How many pods one act may touch. */
  maxPods: limit({ standard: 25, ceiling: 100 }),
  /** From which share of a namespace's pods on a person is asked, 0 to 1; for six pods and more, beside other workloads. */
  maxNamespaceShare: limit({ standard: 0.5, ceiling: 1 }),
});

/** One act touches a bounded number of pods, and exactly one where it is about one. */
export const blastRadius = defineGuard({
  name: 'blast-radius',
  options,
  object(plan, facts, { maxPods, maxNamespaceShare }) {
    if (facts.kind === 'undo') return [];
    const blind = blindness(['Pod'], facts);
    const affected = countAffected(plan, facts);
    if (blind.length > 0 || affected === undefined)
      return [...blind, ...(affected === undefined ? [unknown('the pods that it touches could not be counted', facts)] : [])];
    const tooMany = affected > maxPods ? [deny(`it touches ${affected} pods; ${maxPods} is the most`)] : [];
    return [...tooMany, ...miscount(plan, facts), ...shareObjections(plan, facts, { affected, maxNamespaceShare })];
  },
});

/** What the preview names or what is in view, whichever is more. An empty list for a target that we cannot see is no count. */
function countAffected({ target }: Plan, { preview, view }: GuardFacts): number | undefined {
  const object = view.get(target);
  return object && Math.max(new Set(preview.affectedPods).size, podsOf(object, view).length);
}

/** An act on one pod whose preview names none, or several, is not the act that it says it is. */
function miscount({ target, write }: Plan, { preview }: GuardFacts): Objection[] {
  const named = new Set(preview.affectedPods).size;
  if (target.kind !== 'Pod' || named === 1) return [];
  return [deny(`${write.verb} is about one pod, and the preview names ${named}`)];
}

function shareObjections(
  { target }: Plan,
  { view }: GuardFacts,
  { affected, maxNamespaceShare }: { readonly affected: number; readonly maxNamespaceShare: number },
): Objection[] {
  if (affected < MIN_PODS_FOR_SHARE || target.namespace === undefined) return [];
  const inNamespace = view
    .ofKind('Pod')
    .filter(({ meta, phase }) => meta.ref.namespace === target.namespace && phase !== 'Succeeded' && phase !== 'Failed');
  const workloads = new Set(inNamespace.map(({ meta }) => workloadOf(view, meta.ref)));
  const share = affected / Math.max(inNamespace.length, affected);
  if (workloads.size < 2 || share <= maxNamespaceShare) return [];
  return [
    ask(
      `it touches ${affected} of ${inNamespace.length} pods of the namespace of ${resourceName(target)}, ${percent(share)}; above ${percent(maxNamespaceShare)} a person is asked`,
    ),
  ];
}
