import { isRolloutToBlame } from '../clues/blame.ts';
import { ailingBy, type CaseFile, example } from '../clues/case-file.ts';
import type { Rule } from '../clues/rule.ts';

/** Pods wait for an image that cannot be had, and no rollout asked for it wrongly. A full disk of the node is another cause. */
export const imageCannotBePulled: Rule = {
  id: 'image-cannot-be-pulled',
  cause: 'image-unavailable',
  because(file) {
    const waiting = ailingBy(file, 'image').filter(({ ailment }) => ailment.fault !== 'no-space');
    return waiting.length > 0 && isAboutPods(file) ? [example(waiting, file)] : undefined;
  },
};

/** Containers cannot be made or started as they are configured, and no rollout brought that. */
export const configurationIsMissing: Rule = {
  id: 'configuration-is-missing',
  cause: 'configuration-missing',
  because(file) {
    const waiting = ailingBy(file, 'configuration', 'start');
    return waiting.length > 0 && isAboutPods(file) ? [example(waiting, file)] : undefined;
  },
};

/** A node's trouble is told by the rules about nodes, a bad rollout's by those about rollouts. */
function isAboutPods(file: CaseFile): boolean {
  return file.subject.kind !== 'Node' && !isRolloutToBlame(file);
}
