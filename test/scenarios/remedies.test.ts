import { afterEach, expect, it } from 'vitest';
import { actions } from '../../src/actions/index.ts';
import type { Cause } from '../../src/core/model/diagnosis.ts';
import type { Pod } from '../../src/core/model/objects.ts';
import { subjectOf } from '../../src/core/model/timeline.ts';
import type { Detector, Diagnoser } from '../../src/core/plugins.ts';
import { container, node, pod, replicaSet } from '../fakes/objects.ts';
import { aWorld, type World } from '../fakes/world.ts';

const MINUTE = 60_000;
const set = replicaSet('cart-1', { uid: 'uid-replicaset-shop-cart-1' });
const oom = { is: 'terminated' as const, reason: 'OOMKilled', exitCode: 137 };

/** Fires on pods that carry the annotation `sick`. */
const sickPod: Detector = {
  name: 'sick-pod',
  watches: ['Pod'],
  needs: [],
  detect(timeline) {
    const object = subjectOf(timeline);
    const evidence = timeline.signals.filter(({ signal }) => signal === 'object').map(({ id }) => id);
    return object?.meta.annotations.sick ? { is: 'firing', summary: 'it is sick', score: 1, evidence } : { is: 'quiet' };
  },
};
const certainOf = (cause: Cause): Diagnoser => ({
  name: 'sure',
  diagnose: async () => [{ cause, confidence: 0.95, n: 40, because: ['the test says so'] }],
});

const worlds: World[] = [];
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((one) => one.close()));
});

/** Three pods of `cart` on a roomy node, those with these numbers sick, and all shipped actions. */
function world(cause: Cause, sick: readonly number[], how: Partial<Pod> = {}): World {
  const one = aWorld({ detectors: [sickPod], diagnosers: [certainOf(cause)], actions });
  worlds.push(one);
  one.setSick(undefined);
  one.cluster.put(node('node-1', { createdAt: 0 }));
  for (const index of [0, 1, 2]) one.cluster.put(member(one, index, sick.includes(index), how), { resources: { app: small } });
  return one;
}
const small = { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '128Mi' } };

function member(one: World, index: number, isSick: boolean, how: Partial<Pod> = {}): Pod {
  const created = { createdAt: one.clock.now() - 60 * MINUTE, ownedBy: set };
  return pod(`cart-1-${index}`, { ...created, ...(isSick && { annotations: { sick: 'yes' } }), ...(isSick ? how : {}) });
}
const killed = { containers: [container('app', { lastState: oom, restartCount: 2 })] };
const writes = (one: World) => one.cluster.effective.map(({ verb, target }) => `${verb} ${target}`);

it('a leaking pod of several is evicted once, and its successor is well', async () => {
  const one = world('memory-leak', [1]);
  one.cluster.onWrite(() => {
    one.cluster.remove(member(one, 1, true).meta.ref);
    one.cluster.put(pod('cart-1-9', { ownedBy: set, createdAt: one.clock.now() }));
  });
  expect(await one.live(10 * MINUTE)).toMatchObject({ phase: 'resolved', reason: 'recovered', attempts: [{ action: 'evict-pod' }] });
  expect(writes(one)).toEqual(['evict cart-1-1']);
});

it('a leak that comes back in the successor is evicted once, and then told to a person', async () => {
  const one = world('memory-leak', [1]);
  one.cluster.onWrite(() => {
    one.cluster.remove(member(one, 1, true).meta.ref);
    one.cluster.put(pod('cart-1-9', { ownedBy: set, createdAt: one.clock.now(), annotations: { sick: 'yes' } }));
  });
  expect(await one.live(20 * MINUTE)).toMatchObject({ phase: 'escalated', attempts: [{ action: 'evict-pod', outcome: 'unchanged' }] });
  expect(writes(one)).toEqual(['evict cart-1-1']);
});

it('a limit that is too low is raised in place, then for all pods, and no further', async () => {
  const one = world('memory-limit-too-low', [0], killed);
  const template = { spec: { containers: [{ name: 'app', resources: small }] } };
  one.cluster.edit(one.cart, template);
  const incident = await one.live(60 * MINUTE);
  expect(incident).toMatchObject({ phase: 'escalated' });
  expect(incident.attempts.map(({ action, target, outcome }) => [action, target, outcome])).toEqual([
    ['adjust-resources', 'default/core/Pod/shop/cart-1-0', 'unchanged'],
    ['adjust-resources', 'default/apps/Deployment/shop/cart', 'unchanged'],
  ]);
  expect(writes(one)).toEqual(['resize cart-1-0', 'replace-template cart']);
  const raised = { ...small, limits: { memory: '256Mi' } }; // more than the 228Mi that did not suffice, and twice what is written
  expect(one.cluster.templateOf(one.cart)).toEqual({ spec: { containers: [{ name: 'app', resources: raised }] } });
});

it('pods that all hang are restarted together, not evicted one by one', async () => {
  const one = world('application-hang', [0, 1, 2]);
  one.cluster.onWrite(() => {
    for (const index of [0, 1, 2]) one.cluster.put(member(one, index, false));
  });
  expect(await one.live(20 * MINUTE)).toMatchObject({ phase: 'resolved', attempts: [{ action: 'restart-rollout', outcome: 'recovered' }] });
  expect(writes(one)).toEqual(['replace-template cart']);
});

it('a workload that is whole and cannot keep up gets more replicas', async () => {
  const one = world('insufficient-capacity', [0]);
  one.cluster.onWrite((write) => {
    if (write.verb !== 'scale') return;
    for (let index = 0; index < write.replicas; index += 1) one.cluster.put(member(one, index, false));
    one.cluster.touch(one.cart, { readyReplicas: write.replicas });
  });
  expect(await one.live(20 * MINUTE)).toMatchObject({ phase: 'resolved', attempts: [{ action: 'scale-workload', outcome: 'recovered' }] });
  expect(writes(one)).toEqual(['scale cart']);
});
