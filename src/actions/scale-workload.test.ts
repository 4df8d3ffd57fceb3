import { describe, expect, it } from 'vitest';
import { clusterOf, doneAndUndone, factsOf, incidentOn, proposed } from '../../test/fakes/acting.ts';
import { deployed } from '../../test/fakes/deployed.ts';
import type { Options } from '../../test/fakes/object-meta.ts';
import { NOON } from '../../test/fakes/object-meta.ts';
import { daemonSet, deployment, horizontalPodAutoscaler, node, pod, resourceQuota, statefulSet } from '../../test/fakes/objects.ts';
import type { Kind, KubeObject, Workload } from '../core/model/objects.ts';
import type { Outlook, Reading } from '../core/model/reading.ts';
import { scaleWorkload } from './scale-workload.ts';

const roomy = node('node-1', { allocatable: { cpuCores: 64, memoryBytes: 256 * 2 ** 30 } });
/** A Deployment of so many ready pods, and nodes with room. */
const busy = (replicas: number, options: Options<Workload> & { readonly unready?: number } = {}) =>
  deployed('cart', { replicas, ...options });

async function proposalFrom(objects: readonly KubeObject[], more: readonly KubeObject[] = [roomy]) {
  const [subject] = objects;
  const cluster = clusterOf(...objects, ...more);
  return { cluster, proposal: await proposed(scaleWorkload, incidentOn(subject ?? expect.fail()), cluster) };
}

describe('scale-workload', () => {
  it.each([
    [1, 2],
    [2, 3],
    [3, 5],
    [4, 6],
    [5, 8],
    [10, 15],
  ])('takes %d replicas to %d', async (from, replicas) => {
    const { proposal } = await proposalFrom(busy(from));
    expect(proposal).toMatchObject({
      specSeen: 'generation:1',
      summary: `scale Deployment shop/cart from ${from} to ${replicas} replicas`,
    });
    expect(proposal?.unproven).toBeUndefined();
    expect(scaleWorkload.write(proposal?.input)).toEqual({ verb: 'scale', target: deployment('cart').meta.ref, replicas });
  });

  describe('with a forecast', () => {
    const subject = deployment('cart').meta.ref;
    const reading = (outlook: Partial<Outlook>, rest: Partial<Reading> = {}): Reading => ({
      ...{ signal: 'reading', id: 'reading:1', subject, at: NOON, detector: 'saturation-ahead', metric: 'cpuCapacityShare' },
      ...{ firing: true, score: 0.6, summary: 'nearly full' },
      outlook: { current: 0.8, lower: 0.92, point: 1, upper: 1.1, aheadMs: 300_000, heldUpper: 1.1, heldMs: 600_000, ...outlook },
      ...rest,
    });
    async function toldBy(said: Reading, replicas = 4, more: readonly KubeObject[] = [roomy]) {
      const cluster = clusterOf(...busy(replicas), ...more);
      const reader = { ...cluster, readings: () => [said] };
      return scaleWorkload.propose(incidentOn(busy(replicas)[0] ?? expect.fail()), 'insufficient-capacity', factsOf(reader));
    }

    it('takes the number that the likely demand asks for, and says what will then be used', async () => {
      expect(await toldBy(reading({}))).toMatchObject({
        input: { from: 4, replicas: 6 },
        summary: expect.stringContaining('what is forecast would then be 67 % of their capacity'),
      });
      expect(await toldBy(reading({ point: 1.2 }), 10)).toMatchObject({ input: { from: 10, replicas: 18 } });
    });

    it('never more than doubles, nor goes beyond nodes and quotas', async () => {
      expect(await toldBy(reading({ point: 9 }))).toMatchObject({ input: { replicas: 8 } });
      const quota = resourceQuota('q', { hard: { pods: 5 }, used: { pods: 4 } });
      expect(await toldBy(reading({ point: 9 }), 4, [roomy, quota])).toMatchObject({ input: { replicas: 5 } });
    });

    it.each<[string, Reading]>([
      ['is old', reading({ point: 9 }, { at: NOON - 200_000 })],
      ['does not speak of too little', reading({ point: 9 }, { firing: false })],
      ['is of another metric', reading({ point: 9 }, { metric: 'memoryCapacityShare' })],
    ])('stays with half as many again when it %s', async (_why, said) => {
      expect(await toldBy(said)).toMatchObject({ input: { replicas: 6 }, summary: 'scale Deployment shop/cart from 4 to 6 replicas' });
    });
  });

  it('gives back the exact count when it is undone', async () => {
    const { cluster, proposal } = await proposalFrom(busy(3));
    const { acted, undone } = await doneAndUndone(scaleWorkload, proposal ?? expect.fail(), cluster);
    expect([acted.object, undone?.object]).toMatchObject([{ replicas: 5 }, { replicas: 3 }]);
  });

  it('leaves a StatefulSet to a person', async () => {
    const db = statefulSet('cart', { replicas: 1 });
    const { proposal } = await proposalFrom([db, pod('cart-0', { ownedBy: db })]);
    expect(proposal).toMatchObject({ input: { replicas: 2 }, unproven: expect.stringContaining('StatefulSet') });
  });

  it('stops at what the nodes can hold', async () => {
    const tight = node('node-2', { allocatable: { cpuCores: 0.1, memoryBytes: 2 ** 30 } });
    const { proposal } = await proposalFrom(busy(4), [tight, node('node-3', { isUnschedulable: true })]);
    expect(proposal).toBeUndefined();
    const one = node('node-2', { allocatable: { cpuCores: 0.25, memoryBytes: 2 ** 30 } });
    expect((await proposalFrom(busy(4), [one])).proposal).toMatchObject({ input: { from: 4, replicas: 5 } });
  });

  it('stops at what the quotas allow', async () => {
    const quota = (pods: number) => resourceQuota('q', { hard: { pods }, used: { pods: 4 } });
    expect((await proposalFrom(busy(4), [roomy, quota(5)])).proposal).toMatchObject({ input: { replicas: 5 } });
    expect((await proposalFrom(busy(4), [roomy, quota(4)])).proposal).toBeUndefined();
  });

  const other = horizontalPodAutoscaler('other', { scales: { apiGroup: 'apps', kind: 'Deployment', name: 'other' } });
  const elsewhere = horizontalPodAutoscaler('cart', { namespace: 'else' });
  it('is not kept back by the autoscalers of others', async () => {
    expect((await proposalFrom(busy(3), [roomy, other, elsewhere])).proposal).toBeDefined();
  });

  const everywhere = daemonSet('cart', { replicas: 1 });
  it.each<[string, readonly KubeObject[], readonly KubeObject[]]>([
    ['an autoscaler decides about it', busy(3), [roomy, horizontalPodAutoscaler('cart')]],
    ['a pod is not ready', busy(3, { unready: 1 }), [roomy]],
    ['a pod is missing', busy(3).slice(0, -1), [roomy]],
    ['a pod is too many, as in a rollout', [...busy(3), ...deployed('cart', { replicas: 4 }).slice(-1)], [roomy]],
    ['it has no replicas', busy(0), [roomy]],
    ['it is paused', busy(3, { isPaused: true }), [roomy]],
    ['it is being deleted', busy(3, { deletedAt: NOON }), [roomy]],
    ['it is a DaemonSet', [everywhere, pod('cart-a', { ownedBy: everywhere })], [roomy]],
    ['it is no workload', [pod('naked')], [roomy]],
    ['no node is in view', busy(3), []],
  ])('proposes nothing when %s', async (_why, objects, more) => {
    expect((await proposalFrom(objects, more)).proposal).toBeUndefined();
  });

  it('proposes nothing when its subject is gone, from the view or from the cluster', async () => {
    expect(await proposed(scaleWorkload, incidentOn(deployment('cart')), clusterOf(roomy))).toBeUndefined();
    const cluster = clusterOf(...busy(3), roomy);
    const facts = factsOf(cluster);
    cluster.put(deployment('cart', { deletedAt: NOON }));
    expect(await scaleWorkload.propose(incidentOn(deployment('cart')), 'insufficient-capacity', facts)).toBeUndefined();
    cluster.remove(deployment('cart').meta.ref);
    expect(await scaleWorkload.propose(incidentOn(deployment('cart')), 'insufficient-capacity', facts)).toBeUndefined();
  });

  it.each<Kind>(['Pod', 'Node', 'ResourceQuota', 'HorizontalPodAutoscaler'])('proposes nothing while it is blind for %ss', async (kind) => {
    const cluster = clusterOf(...busy(3), roomy);
    cluster.setAge(kind, undefined);
    expect(await proposed(scaleWorkload, incidentOn(deployment('cart')), cluster)).toBeUndefined();
  });
});

describe('the preview of scale-workload', () => {
  const input = { workload: deployment('cart').meta.ref, from: 3, replicas: 5 };

  it('takes no ready pod and says that there is room', () => {
    expect(scaleWorkload.preview(input, factsOf(clusterOf(...busy(3, { unready: 1 }), roomy)))).toEqual({
      readyPodsNow: 2,
      readyPodsTaken: 0,
      affectedPods: [],
      notes: ['nodes and quotas have room for the 2 more pod(s)', expect.stringContaining('affinities')],
    });
  });

  it('says when the room has gone meanwhile', () => {
    const { notes } = scaleWorkload.preview(input, factsOf(clusterOf(...busy(3))));
    expect(notes[0]).toBe('nodes and quotas have room for 0 of the 2 more pods');
  });

  it('counts nothing when it is blind, or its pods are gone', () => {
    const cluster = clusterOf(...busy(3), roomy);
    cluster.setAge('Node', undefined);
    expect(scaleWorkload.preview(input, factsOf(cluster))).toEqual({ affectedPods: [], notes: ['not in fresh view: Node'] });
    expect(scaleWorkload.preview(input, factsOf(clusterOf(roomy))).readyPodsTaken).toBeUndefined();
  });

  it('refuses input that scales from or to nothing', () => {
    expect(() => scaleWorkload.write({ ...input, replicas: 0 })).toThrow();
    expect(() => scaleWorkload.write({ ...input, from: 0 })).toThrow();
  });
});
