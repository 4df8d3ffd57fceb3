import { amountOf } from '../../core/model/quantity.ts';
import { at, objectsAt, textAt } from '../../simulator/json.ts';
import type { ApiObject, World } from '../../simulator/world.ts';

/** One alert of the rule, as Alertmanager tells it; instants are epoch milliseconds. */
export interface MemoryAlert {
  readonly namespace: string;
  readonly pod: string;
  readonly startsAt: number;
  /** Missing while it fires. */
  readonly endsAt?: number;
}

/** How full a container's memory may be (share of its limit), and for how long (`for` of a Prometheus rule). */
const FULL = 0.6;
const FOR_MS = 5_000;

/** The rule `working set / limit > 0.6 for 5s` over the pods of these namespaces. */
export interface MemoryRule {
  /** Evaluates it now: every alert that fires, and those that have just ended. */
  evaluate(): readonly MemoryAlert[];
}

/** Makes the rule over a simulated cluster's own measurements. */
export function memoryRule(world: Pick<World, 'clock' | 'objects' | 'kubelets'>, namespaces: readonly string[]): MemoryRule {
  const fullSince = new Map<string, { readonly namespace: string; readonly pod: string; readonly since: number }>();
  return {
    evaluate() {
      const now = world.clock.now();
      const full = namespaces.flatMap((namespace) => world.objects.list('pods', namespace)).filter((pod) => isFull(pod, world));
      const uids = new Set(full.map(({ metadata }) => metadata.uid));
      const over = [...fullSince].filter(([uid]) => !uids.has(uid));
      for (const { metadata } of full)
        if (!fullSince.has(metadata.uid))
          fullSince.set(metadata.uid, { namespace: metadata.namespace ?? '', pod: metadata.name, since: now });
      for (const [uid] of over) fullSince.delete(uid);
      const fired = ({ since }: { readonly since: number }) => now - since >= FOR_MS;
      return [
        ...[...fullSince.values()].filter(fired).map(({ since, ...pod }) => ({ ...pod, startsAt: since + FOR_MS })),
        ...over
          .map(([, pod]) => pod)
          .filter(fired)
          .map(({ since, ...pod }) => ({ ...pod, startsAt: since + FOR_MS, endsAt: now })),
      ];
    },
  };
}

function isFull(pod: ApiObject, { kubelets }: Pick<World, 'kubelets'>): boolean {
  const limits = new Map(
    objectsAt(pod.spec, 'containers').map((container) => [
      textAt(container, 'name'),
      amountOf(at(container, 'resources', 'limits', 'memory')) ?? Number.POSITIVE_INFINITY,
    ]),
  );
  const usage = kubelets.podUsage(pod) ?? [];
  return usage.some(({ name, memoryBytes }) => memoryBytes > FULL * (limits.get(name) ?? Number.POSITIVE_INFINITY));
}
