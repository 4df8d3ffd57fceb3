import { isReady } from '../../core/model/objects.ts';
import { isRolloutToBlame } from '../clues/blame.ts';
import { ailingBy, type CaseFile, example } from '../clues/case-file.ts';
import { neededNeighbour } from '../clues/dependency.ts';
import type { Rule } from '../clues/rule.ts';
import { suspectNode } from '../clues/suspect-node.ts';
import { count, span } from '../clues/words.ts';

/** Pods that lose readiness within this time lost it for one reason: two default probe periods (10 s × 3). */
const AT_ONCE_MS = 60_000;

/** Processes end by themselves, again and again. */
export const processEnds: Rule = {
  id: 'process-ends',
  cause: 'application-crash',
  because(file) {
    const crashing = ailingBy(file, 'crash');
    return isOwnTrouble(file) && crashing.length * 2 > file.ailing.length ? [example(crashing, file)] : undefined;
  },
};

/** The kubelet kills containers that do not answer their liveness or startup probe any more. */
export const killedForItsProbe: Rule = {
  id: 'killed-for-its-probe',
  cause: 'application-hang',
  because(file) {
    const hanging = ailingBy(file, 'hang');
    return isOwnTrouble(file) && hanging.length * 2 > file.ailing.length ? [example(hanging, file)] : undefined;
  },
};

/** Some pods run and answer no more, while most of the same workload serve: it is in those pods, not in what they all need. */
export const fewPodsUnready: Rule = {
  id: 'few-pods-unready',
  cause: 'application-hang',
  because(file) {
    const hung = ailingBy(file, 'unready').filter(({ ailment }) => ailment.wasReady);
    const serving = file.pods.filter(isReady);
    if (!isOwnTrouble(file) || hung.length === 0 || hung.length < file.ailing.length || serving.length < hung.length) return undefined;
    return [example(hung, file), `${count(serving.length, 'other pod')} of it serve at the same time`];
  },
};

/** What the pods need serves nothing at all, and fell before they did. */
export const neighbourIsDown: Rule = {
  id: 'neighbour-is-down',
  cause: 'dependency-unavailable',
  because(file) {
    const needed = neededNeighbour(file);
    if (!needed || isRolloutToBlame(file)) return undefined;
    const { kind, meta } = needed.workload;
    const down = `${kind} ${meta.ref.name} of the same namespace has had no ready pod for ${span(file.view.at - needed.since)}`;
    return [down, example(file.ailing, file)];
  },
};

/** All pods lost readiness in the same minute though none was changed: something that all of them need is gone, inside or outside the cluster. */
export const allPodsUnreadyAtOnce: Rule = {
  id: 'all-pods-unready-at-once',
  cause: 'dependency-unavailable',
  because(file) {
    const lost = ailingBy(file, 'unready').filter(({ ailment }) => ailment.wasReady);
    if (lost.length < 2 || lost.length < file.pods.length || neededNeighbour(file) || isRolloutToBlame(file)) return undefined;
    const times = lost.map(({ ailment }) => ailment.since);
    const apartMs = Math.max(...times) - Math.min(...times);
    const nodes = new Set(lost.map(({ pod }) => pod.nodeName));
    if (apartMs > AT_ONCE_MS || nodes.size < 2) return undefined;
    return [`all ${lost.length} pods lost readiness within ${span(apartMs)}, on ${nodes.size} nodes`, example(lost, file)];
  },
};

/** It lies in the pods themselves, as far as one can see: not in a rollout, a neighbour or the node. */
function isOwnTrouble(file: CaseFile): boolean {
  const { kind } = file.subject;
  const isElsewhere = isRolloutToBlame(file) || neededNeighbour(file) !== undefined || suspectNode(file) !== undefined;
  return kind !== 'Node' && kind !== 'Job' && !isElsewhere;
}
