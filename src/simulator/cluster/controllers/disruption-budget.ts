import { type JsonValue, numberAt, objectAt } from '../../json.ts';
import type { ApiObject, Change, ObjectKey, World } from '../../world.ts';
import { conditionAt, conditionOf } from '../conditions.ts';
import { instantOf } from '../instant.ts';
import { controllerOf, hasEnded, isReady, keyOf, setStatus } from '../pods.ts';
import { selects } from '../selector.ts';
import type { Controller } from './controller.ts';

/** How long an eviction that was granted holds its place until the pod is seen to go (kube-controller-manager). */
const DISRUPTED_MS = 2 * 60_000;

/** Says how many pods of each PodDisruptionBudget may be disrupted now. */
export function disruptionBudgetController(world: World): Controller {
  return {
    watches: ['poddisruptionbudgets.policy', 'pods', 'replicasets.apps', 'deployments.apps', 'statefulsets.apps'],
    keysFor: (change) => keysFor(world, change),
    reconcile: (key) => reconcile(world, key),
  };
}

function keysFor(world: World, { resource, object }: Change): readonly ObjectKey[] {
  if (resource === 'poddisruptionbudgets.policy') return [keyOf(resource, object)];
  return world.objects
    .list('poddisruptionbudgets.policy', object.metadata.namespace)
    .map((budget) => keyOf('poddisruptionbudgets.policy', budget));
}

function reconcile(world: World, key: ObjectKey): number | undefined {
  const budget = world.objects.get(key);
  if (!budget) return undefined;
  const now = world.clock.now();
  const pods = world.objects
    .list('pods', key.namespace)
    .filter((pod) => !hasEnded(pod) && selects(objectAt(budget.spec).selector, pod.metadata.labels ?? {}));
  const disrupted = Object.entries(objectAt(budget.status, 'disruptedPods')).filter(([name, at]) => {
    const pod = pods.find((one) => one.metadata.name === name);
    return pod?.metadata.deletionTimestamp === undefined && pod && now - instantOf(String(at), 0) < DISRUPTED_MS;
  });
  const going = new Set(disrupted.map(([name]) => name));
  const healthy = pods.filter(
    (pod) => isReady(pod) && pod.metadata.deletionTimestamp === undefined && !going.has(pod.metadata.name),
  ).length;
  const { expected, desired } = expectation(world, budget, pods);
  const allowed = expected === 0 ? 0 : Math.max(0, healthy - desired);
  const more = { observedGeneration: budget.metadata.generation ?? 1 };
  const reason = allowed > 0 ? 'SufficientPods' : 'InsufficientPods';
  const verdict = { type: 'DisruptionAllowed', status: allowed > 0 ? 'True' : 'False', reason, message: '', more } as const;
  setStatus(world, key, {
    conditions: [conditionAt(verdict, conditionOf(budget, 'DisruptionAllowed'), now)],
    currentHealthy: healthy,
    desiredHealthy: desired,
    ...(disrupted.length > 0 && { disruptedPods: Object.fromEntries(disrupted) }),
    disruptionsAllowed: allowed,
    expectedPods: expected,
    observedGeneration: budget.metadata.generation ?? 1,
  });
  return disrupted.length > 0 ? now + DISRUPTED_MS : undefined;
}

function expectation(world: World, budget: ApiObject, pods: readonly ApiObject[]): { readonly expected: number; readonly desired: number } {
  const { minAvailable, maxUnavailable } = objectAt(budget.spec);
  if (maxUnavailable !== undefined) {
    const expected = scaleOf(world, pods);
    return { expected, desired: Math.max(0, expected - amount(maxUnavailable, expected)) };
  }
  const isShare = typeof minAvailable === 'string';
  const expected = isShare ? scaleOf(world, pods) : pods.length;
  return { expected, desired: amount(minAvailable, expected) };
}

/** A number, or a percentage that is rounded up (as the disruption controller does for both fields). */
function amount(value: JsonValue | undefined, of: number): number {
  return typeof value === 'string' ? Math.ceil((Number.parseInt(value, 10) / 100) * of) : Number(value ?? 0);
}

/** How many pods their controllers ask for. */
function scaleOf(world: World, pods: readonly ApiObject[]): number {
  const scales = new Map<string, number>();
  for (const pod of pods) {
    const owner = controllerOf(pod);
    const resource = owner?.kind === 'StatefulSet' ? 'statefulsets.apps' : 'replicasets.apps';
    const holder = owner && world.objects.get({ resource, namespace: pod.metadata.namespace ?? '', name: owner.name });
    const above = holder && controllerOf(holder);
    const top = above && world.objects.get({ resource: 'deployments.apps', namespace: pod.metadata.namespace ?? '', name: above.name });
    const scaled = top ?? holder;
    if (scaled) scales.set(scaled.metadata.uid, numberAt(scaled.spec, 'replicas') ?? 1);
  }
  return [...scales.values()].reduce((sum, one) => sum + one, 0);
}
