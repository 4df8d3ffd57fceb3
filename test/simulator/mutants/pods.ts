import type { Mutant } from './mutant.ts';

const eviction = 'api/eviction.ts';
const resize = 'api/resize.ts';
const scale = 'api/scale.ts';

/** Eviction, resize and scale. */
export const podMutants: readonly Mutant[] = [
  {
    name: 'ignores the preconditions of an eviction',
    file: eviction,
    find: "const preconditions = objectAt(options, 'preconditions');",
    replace: 'const preconditions = {};',
  },
  {
    name: 'evicts whatever the disruption budget says',
    file: eviction,
    find: 'if (budget && !isUnhealthyAndFree(pod, budget)) takeFrom(world, budget, pod, dryRun);',
    replace: '',
  },
  {
    name: 'does not use up a budget',
    file: eviction,
    find: 'disruptionsAllowed: allowed - 1',
    replace: 'disruptionsAllowed: allowed',
  },
  {
    name: 'uses up a budget in a dry run',
    file: eviction,
    find: 'if (dryRun) return;',
    replace: '',
  },
  {
    name: 'evicts for good although its options say dryRun',
    file: eviction,
    find: "isDryRun(call) || listAt(options, 'dryRun').length > 0",
    replace: 'isDryRun(call)',
  },
  {
    name: 'does not name the budget that stands in the way',
    file: eviction,
    find: '{ causes, ...(retryAfterSeconds',
    replace: '{ ...(retryAfterSeconds',
  },
  {
    name: 'answers a blocked eviction with 409',
    file: eviction,
    find: "new ApiFailure(429, 'TooManyRequests'",
    replace: "new ApiFailure(409, 'Conflict'",
  },
  {
    name: 'evicts every unready pod whatever its budget says',
    file: eviction,
    find: 'return current >= desired && desired > 0;',
    replace: 'return true;',
  },
  {
    name: 'knows no unhealthyPodEvictionPolicy',
    file: eviction,
    find: "if (textAt(budget.spec, 'unhealthyPodEvictionPolicy') === 'AlwaysAllow') return true;",
    replace: '',
  },
  {
    name: 'evicts under two budgets',
    file: eviction,
    find: 'if (found.length > 1) {',
    replace: 'if (found.length > 2) {',
  },
  {
    name: 'counts a pending pod against its budget',
    file: eviction,
    find: "['Succeeded', 'Failed', 'Pending'].includes(phase ?? 'Pending')",
    replace: "['Succeeded', 'Failed'].includes(phase ?? 'Pending')",
  },
  {
    name: 'evicts the pod of the path when the body names another',
    file: eviction,
    find: 'if (named && named !== target.name)',
    replace: 'if (named === false)',
  },
  {
    name: 'reads no expression of a budget’s selector',
    file: 'api/label-selector.ts',
    find: "isEqual && objectsAt(selector, 'matchExpressions').every((expression) => holds(expression, labels))",
    replace: 'isEqual',
  },
  {
    name: 'resizes on an old resourceVersion',
    file: resize,
    find: "if (next.metadata.resourceVersion && next.metadata.resourceVersion !== resourceVersion) throw staleVersion('pods', name);",
    replace: '',
  },
  {
    name: 'resizes on another uid',
    file: resize,
    find: 'if (next.metadata.uid && next.metadata.uid !== uid) {',
    replace: 'if (uid === undefined) {',
  },
  {
    name: 'resizes to a request above its limit',
    file: resize,
    find: 'amountOf(request) <= amountOf(limit)) continue;',
    replace: 'true) continue;',
  },
  {
    name: 'changes an image by a resize',
    file: resize,
    find: 'if (wanted?.resources !== undefined) container.resources = structuredClone(wanted.resources);',
    replace: 'Object.assign(container, structuredClone(wanted));',
  },
  {
    name: 'scales on an old resourceVersion',
    file: scale,
    find: 'if (version && version !== resourceVersion) throw staleVersion(target.resource, target.name);',
    replace: '',
  },
  {
    name: 'scales on another uid',
    file: scale,
    find: 'if (given && given !== uid) {',
    replace: 'if (uid === undefined) {',
  },
  {
    name: 'scales below zero',
    file: scale,
    find: 'if (replicas >= 0) return;',
    replace: 'return;',
  },
  {
    name: 'raises no generation by a scale',
    file: 'api/object-store.ts',
    find: 'if (!isSame(contentOf(before), contentOf(after))) return true;',
    replace: "if (!isSame(contentOf(before), contentOf(after))) return subresource !== 'scale';",
  },
];
