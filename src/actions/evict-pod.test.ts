import { describe, expect, it } from 'vitest';
import { attempt, clusterOf, doneAndUndone, factsOf, findingOn, incidentOn, proposed } from '../../test/fakes/acting.ts';
import { NOON, selector } from '../../test/fakes/object-meta.ts';
import { daemonSet, deployment, node, pod, podDisruptionBudget, replicaSet, statefulSet } from '../../test/fakes/objects.ts';
import type { KubeObject, Pod } from '../core/model/objects.ts';
import { evictPod } from './evict-pod.ts';

const cart = deployment('cart');
const set = replicaSet('cart-6f', { ownedBy: cart });
const name = (index: number) => `cart-6f-${index}`;
const member = (index: number, options: Parameters<typeof pod>[1] = {}) => pod(name(index), { ownedBy: set, ...options });
const three = [cart, set, member(0), member(1), member(2)];

describe('evict-pod, against a leak or a hang', () => {
  it('proposes the pod that the finding is about, by uid, and writes one eviction of it', async () => {
    const sick = member(1);
    const cluster = clusterOf(...three);
    const proposal = await proposed(evictPod, incidentOn(cart, [sick]), cluster);
    expect(proposal).toMatchObject({ target: sick.meta.ref, summary: 'evict Pod shop/cart-6f-1' });
    expect(proposal?.specSeen).toBe((await cluster.live(sick.meta.ref))?.specSeen);
    expect(evictPod.write(proposal?.input)).toEqual({ verb: 'evict', target: sick.meta.ref });
  });

  it('cannot be taken back', async () => {
    const cluster = clusterOf(...three);
    const proposal = await proposed(evictPod, incidentOn(cart, [member(1)]), cluster);
    const { undo, acted } = await doneAndUndone(evictPod, proposal ?? expect.fail(), cluster);
    expect(undo).toBeUndefined();
    expect(acted.object.meta.deletedAt).toBe(NOON);
  });

  it('is about the owner of a pod that is the subject itself', async () => {
    expect(await proposed(evictPod, incidentOn(member(2)), clusterOf(...three))).toMatchObject({ target: { name: name(2) } });
  });

  const choices: [string, readonly Pod[], (pods: readonly Pod[]) => ReturnType<typeof findingOn>[], string][] = [
    [
      'the unready before the ready',
      [member(0), member(1, { ready: false }), member(2)],
      (pods) => pods.map((one) => findingOn(one)),
      name(1),
    ],
    [
      'the higher score',
      [member(0), member(1), member(2)],
      (pods) => pods.map((one, index) => findingOn(one, { score: index / 4 })),
      name(2),
    ],
    ['the first by name of equals', [member(2), member(1), member(0)], (pods) => pods.map((one) => findingOn(one)), name(0)],
    [
      'one whose finding still holds',
      [member(0), member(1), member(2)],
      (pods) => pods.slice(0, 2).map((one, index) => findingOn(one, { at: index === 0 ? NOON - 136_000 : NOON })),
      name(1),
    ],
  ];
  it.each(choices)('chooses %s, whatever the order in which they are told', async (_what, pods, findings, chosen) => {
    const told = findings(pods);
    for (const order of [told, told.toReversed()]) {
      const proposal = await proposed(evictPod, incidentOn(cart, [], { findings: order }), clusterOf(cart, set, ...pods));
      expect(proposal?.target.name).toBe(chosen);
    }
  });

  const alone = deployment('cart', { replicas: 1 });
  const stateful = statefulSet('cart');
  const everywhere = daemonSet('cart');
  const naked = pod('naked');
  const orphan = pod('orphan', { ownedBy: deployment('unseen') });
  const refusals: [string, readonly KubeObject[], KubeObject, KubeObject[]][] = [
    ['no finding is about a pod', three, cart, []],
    ['the subject is gone', [set, member(0), member(1)], cart, [member(0)]],
    ['the pod is gone', [cart, set, member(0), member(2)], cart, [member(1)]],
    ['the pod is leaving already', [cart, set, member(0), member(1, { deletedAt: NOON })], cart, [member(1)]],
    ['the pod has not started', [cart, set, member(0), member(1, { phase: 'Pending' })], cart, [member(1)]],
    ['it is the only replica', [alone, set, member(0)], alone, [member(0)]],
    ['no other replica is ready', [cart, set, member(0), member(1, { ready: false })], cart, [member(0)]],
    [
      'no other replica is ready, though it is not ready itself',
      [cart, set, member(0, { ready: false }), member(1, { ready: false })],
      cart,
      [member(0, { ready: false })],
    ],
    [
      'it belongs to a DaemonSet',
      [everywhere, pod('a', { ownedBy: everywhere }), pod('b', { ownedBy: everywhere })],
      everywhere,
      [pod('a', { ownedBy: everywhere })],
    ],
    ['nobody owns it', [naked, pod('other')], naked, []],
    ['its owner is not in view', [orphan], orphan, []],
    ['the subject is a node', [...three, node('node-1')], node('node-1'), [member(1)]],
    ['the workload is being deleted', [{ ...cart, meta: { ...cart.meta, deletedAt: NOON } }, set, member(0), member(1)], cart, [member(0)]],
  ];
  it.each(refusals)('proposes nothing when %s', async (_why, objects, subject, sick) => {
    expect(await proposed(evictPod, incidentOn(subject, sick), clusterOf(...objects))).toBeUndefined();
  });

  it('proposes nothing while it is blind for pods', async () => {
    const cluster = clusterOf(...three);
    cluster.setAge('Pod', undefined);
    expect(await proposed(evictPod, incidentOn(cart, [member(1)]), cluster)).toBeUndefined();
  });

  it('proposes nothing when the live pod is leaving, whatever the cache says', async () => {
    const cluster = clusterOf(...three);
    const facts = factsOf(cluster);
    cluster.touch(member(1).meta.ref, { meta: { ...member(1).meta, deletedAt: NOON } });
    expect(await evictPod.propose(incidentOn(cart, [member(1)]), 'memory-leak', facts)).toBeUndefined();
  });

  it('goes on with the next pod after one that did not help, and not with its replacement', async () => {
    const fresh = member(9, { createdAt: NOON - 60_000 });
    const cluster = clusterOf(...three, fresh);
    const attempts = [attempt('evict-pod', 'default/core/Pod/shop/cart-6f-0')];
    const incident = incidentOn(cart, [member(0), member(1), fresh], { attempts });
    expect(await proposed(evictPod, incident, cluster)).toMatchObject({ target: { name: name(1) } });
    const later = incidentOn(cart, [member(0), fresh], { attempts });
    expect(await proposed(evictPod, later, cluster)).toBeUndefined();
  });

  it('takes a pod that is as old as the first eviction for a replacement', async () => {
    const cluster = clusterOf(cart, set, member(0), member(1, { createdAt: NOON - 5 * 60_000 }));
    const incident = incidentOn(cart, [member(1)], { attempts: [attempt('evict-pod', 'default/core/Pod/shop/cart-6f-7')] });
    expect(await proposed(evictPod, incident, cluster)).toBeUndefined();
  });

  it('evicts a pod of a StatefulSet too', async () => {
    const pods = [0, 1].map((ordinal) => pod(`cart-${ordinal}`, { ownedBy: stateful }));
    expect(await proposed(evictPod, incidentOn(stateful, pods.slice(1)), clusterOf(stateful, ...pods))).toMatchObject({
      target: { name: 'cart-1' },
    });
  });
});

describe('the preview of evict-pod', () => {
  const preview = (
    objects: readonly KubeObject[],
    target: Pod,
    change: (cluster: ReturnType<typeof clusterOf>) => void = () => undefined,
  ) => {
    const cluster = clusterOf(...objects);
    change(cluster);
    return evictPod.preview({ pod: target.meta.ref }, factsOf(cluster));
  };

  it('takes one ready pod of those of its owner', () => {
    expect(preview([...three, pod('stranger')], member(1))).toEqual({
      readyPodsNow: 3,
      readyPodsTaken: 1,
      affectedPods: [name(1)],
      notes: ['no disruption budget covers the pod'],
    });
  });

  it('takes none when the pod is not ready', () => {
    expect(preview([cart, set, member(0), member(1, { ready: false })], member(1))).toMatchObject({ readyPodsNow: 1, readyPodsTaken: 0 });
  });

  it('tells the headroom of every budget that covers the pod', () => {
    const budgets = [
      podDisruptionBudget('all', { disruptionsAllowed: 0 }),
      podDisruptionBudget('other', { selector: selector({ app: 'other' }) }),
      podDisruptionBudget('elsewhere', { namespace: 'else' }),
    ];
    expect(preview([...three, ...budgets], member(1)).notes).toEqual(['budget all: 0 disruption(s) allowed, 3 pods healthy, 2 must be']);
  });

  it.each([
    ['the pod is gone', three.slice(0, 3), () => undefined],
    ['its owner is not in view', three.slice(1), () => undefined],
    ['it is blind for pods', three, (cluster: ReturnType<typeof clusterOf>) => cluster.setAge('Pod', undefined)],
  ])('counts nothing when %s', (_why, objects, change) => {
    const effect = preview(objects, member(1), change);
    expect(effect).toEqual({ affectedPods: [name(1)], notes: ['the pod is not in view'] });
  });

  it('says so when budgets are not in view', () => {
    const effect = preview(three, member(1), (cluster) => cluster.setAge('PodDisruptionBudget', undefined));
    expect(effect.notes).toEqual(['disruption budgets are not in view']);
  });

  it('throws on input that is not its own', () => {
    expect(() => evictPod.preview({ pod: 'cart' }, factsOf(clusterOf()))).toThrow();
    expect(() => evictPod.write({})).toThrow();
  });
});
