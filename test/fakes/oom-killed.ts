/** A Deployment `cart` with one pod whose container `app` was killed for want of memory, as tests of its remedy begin with it. */

import type { Incident } from '../../src/core/model/incident.ts';
import type { Container, Pod } from '../../src/core/model/objects.ts';
import { bytesOf, MEBIBYTE } from '../../src/core/model/quantity.ts';
import type { Json } from '../../src/core/model/write.ts';
import { clusterOf, incidentOn, type Placed } from './acting.ts';
import type { FakeCluster } from './cluster.ts';
import { NOON, type Options } from './object-meta.ts';
import { container, deployment, node, pod, replicaSet } from './objects.ts';

export const cart = deployment('cart');
export const cartSet = replicaSet('cart-6f', { ownedBy: cart });
/** A node with room for anything. */
export const roomy = node('node-1', { allocatable: { cpuCores: 64, memoryBytes: 256 * 1024 * MEBIBYTE } });
/** How a container ends that is killed for want of memory. */
export const oom = { is: 'terminated' as const, reason: 'OOMKilled', exitCode: 137, finishedAt: NOON - 30_000 };

/** A pod, and what a live read says of the resources of its containers. */
export type Victim = readonly [
  Pod,
  { readonly resources: { readonly app: Record<'requests' | 'limits', { readonly cpu: string; readonly memory: string }> } },
];

/** A pod of `cart` that was killed for want of memory. */
export function killed(
  options: {
    readonly limit?: string;
    readonly request?: string;
    readonly killed?: Partial<Container>;
    readonly pod?: Options<Pod> & { readonly ready?: boolean };
  } = {},
): Victim {
  const { limit = '256Mi', request = '64Mi', killed: how = { lastState: oom } } = options;
  const amounts = { requests: { memoryBytes: bytesOf(request) ?? 0 }, limits: { memoryBytes: bytesOf(limit) ?? 0 } };
  const app = container('app', { ...amounts, restartCount: 3, ...how });
  const object = pod('cart-6f-0', { ownedBy: cartSet, ready: false, containers: [app, container('log')], ...options.pod });
  return [object, { resources: { app: { requests: { cpu: '100m', memory: request }, limits: { cpu: '1', memory: limit } } } }];
}

/** The two containers of `cart`'s template; a request of null is not set. */
export function containersWith(limit = '256Mi', request: string | null = '64Mi') {
  const requests = { cpu: '100m', ...(request !== null && { memory: request }) };
  return [
    { name: 'app', image: 'a:1', resources: { requests, limits: { cpu: '1', memory: limit } } },
    { name: 'log', image: 'b:1', resources: { limits: { memory: limit } } },
  ] as const;
}

/** The template of `cart`. */
export function templateWith(...sizes: Parameters<typeof containersWith>): Json {
  return { metadata: { labels: { app: 'cart' } }, spec: { containers: [...containersWith(...sizes)] } };
}

/** The cluster around the victim; the node is roomy unless told otherwise. */
export function stage(victim: Victim, ...more: readonly Placed[]): FakeCluster {
  return clusterOf([cart, { template: templateWith() }], cartSet, victim, ...(more.length > 0 ? more : [roomy]));
}

/** An incident about `cart` with a finding about the victim. */
export function suffers([object]: Victim, options: Partial<Incident> = {}): Incident {
  return incidentOn(cart, [object], options);
}
