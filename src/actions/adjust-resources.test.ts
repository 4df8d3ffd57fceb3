import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clusterOf, doneAndUndone, factsOf, incidentOn, type Placed, proposed } from '../../test/fakes/acting.ts';
import { NOON } from '../../test/fakes/object-meta.ts';
import { container, node, pod, resourceQuota, statefulSet } from '../../test/fakes/objects.ts';
import { cart, cartSet, killed, oom, roomy, stage, suffers } from '../../test/fakes/oom-killed.ts';
import type { Kind } from '../core/model/objects.ts';
import { bytesOf, MEBIBYTE } from '../core/model/quantity.ts';
import { adjustResources } from './adjust-resources.ts';

const propose = (victim = killed(), ...more: readonly Placed[]) => proposed(adjustResources, suffers(victim), stage(victim, ...more));

describe('adjust-resources, in place', () => {
  it("resizes the killed container's limit alone, in absolute values", async () => {
    const victim = killed();
    const proposal = await propose(victim);
    expect(proposal).toMatchObject({
      target: victim[0].meta.ref,
      summary: 'raise the memory limit of container app in Pod shop/cart-6f-0 from 256Mi to 356Mi',
    });
    expect(proposal?.specSeen).toBe((await stage(victim).live(victim[0].meta.ref))?.specSeen);
    expect(adjustResources.write(proposal?.input)).toEqual({
      verb: 'resize',
      target: victim[0].meta.ref,
      containers: [{ name: 'app', requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '1', memory: '356Mi' } }],
    });
  });

  it.each([
    ['the request along where it is the limit, so that a Guaranteed pod stays one', '256Mi', '256Mi', '356Mi', '356Mi'],
    ['the request along where it is the same amount in other words', '256Mi', '268435456', '356Mi', '356Mi'],
    ['a small limit to twice of it', '48Mi', '16Mi', '96Mi', '16Mi'],
    ['a large limit to 1.2 times', '1000Mi', '64Mi', '1200Mi', '64Mi'],
    ['to whole gibibytes as such', '948Mi', '64Mi', '1138Mi', '64Mi'],
    ['a limit in bytes', '268435456', '64Mi', '356Mi', '64Mi'],
  ])('raises %s', async (_what, ...[limit, request, newLimit, newRequest]) => {
    expect((await propose(killed({ limit, request })))?.input).toMatchObject({
      was: limit,
      limits: { memory: newLimit },
      requests: { memory: newRequest },
    });
  });

  it('gives back the exact resources when it is undone', async () => {
    const victim = killed({ limit: '268435456' });
    const cluster = stage(victim);
    const { acted, undone } = await doneAndUndone(adjustResources, (await propose(victim)) ?? expect.fail(), cluster);
    expect(acted.resources?.app?.limits).toEqual({ cpu: '1', memory: '356Mi' });
    expect(undone?.resources).toEqual(victim[1].resources);
  });

  it.each([
    ['has just ended', { state: oom }],
    ['waits for its next start', { state: { is: 'waiting' as const, reason: 'CrashLoopBackOff' }, lastState: oom }],
  ])('leaves a container alone that %s, for the kubelet would not raise its cgroup: the template is raised', async (_how, how) => {
    expect(await propose(killed({ killed: how }))).toMatchObject({ target: cart.meta.ref, input: { where: 'template' } });
  });

  it('picks the container that was killed most often', async () => {
    const log = container('log', { restartCount: 9, lastState: oom });
    const [object] = killed();
    const both = { ...object, containers: [...object.containers.slice(0, 1), log] };
    const sizes = { requests: {}, limits: { memory: '128Mi' } };
    const cluster = clusterOf([cart, {}], cartSet, roomy, [both, { resources: { app: sizes, log: sizes } }]);
    expect(await proposed(adjustResources, incidentOn(cart, [both]), cluster)).toMatchObject({
      input: { container: 'log', limit: '228Mi' },
    });
  });

  const full = (free: number) => node('node-1', { allocatable: { memoryBytes: (64 + 64 + free) * MEBIBYTE } });
  const quota = (headroom: number, name = 'limits.memory') =>
    resourceQuota('q', { hard: { [name]: headroom * MEBIBYTE }, used: { [name]: 0 } });
  it.each([
    ['what the node can hold', killed(), [full(256)], '320Mi'],
    ['the least that is worth it on that node', killed(), [full(218)], '282Mi'],
    ['the headroom of a quota', killed(), [roomy, quota(30)], '286Mi'],
    ['the headroom for requests, if they go along', killed({ request: '256Mi' }), [roomy, quota(30, 'requests.memory')], '286Mi'],
    ['more than the headroom for requests, if they stay', killed(), [roomy, quota(30, 'requests.memory')], '356Mi'],
  ])('keeps to %s', async (_what, victim, more, limit) => {
    expect((await propose(victim, ...more))?.input).toMatchObject({ limit });
  });

  it.each([
    ['the node has no room worth an act', killed(), [full(217)]],
    ['the quota has no headroom worth an act', killed(), [roomy, quota(25)]],
    ['the node does not say what it has', killed(), [node('node-1', { allocatable: {} })]],
    ['the node is not in view', killed(), [node('node-2')]],
    ['the limit is no amount', killed({ limit: '1Zi', killed: { lastState: oom, limits: { memoryBytes: 1 } } }), [roomy]],
    ['nothing was killed for want of memory', killed({ killed: { lastState: { ...oom, reason: 'Error' } } }), [roomy]],
    ['the container has no limit', killed({ killed: { lastState: oom, limits: {} } }), [roomy]],
    ['the killed one is an init container', killed({ killed: { lastState: oom, role: 'init' } }), [roomy]],
    ['the killed one is a sidecar', killed({ killed: { lastState: oom, role: 'sidecar' } }), [roomy]],
    ['the pod is leaving', killed({ pod: { deletedAt: NOON } }), [roomy]],
  ])('proposes nothing when %s', async (_why, victim, more) => {
    expect(await propose(victim, ...more)).toBeUndefined();
  });

  it('proposes nothing when no finding is about the pod, or workload or pod are gone', async () => {
    expect(await proposed(adjustResources, incidentOn(cart), stage(killed()))).toBeUndefined();
    expect(await proposed(adjustResources, suffers(killed()), clusterOf(killed(), roomy))).toBeUndefined();
    const cluster = stage(killed());
    const facts = factsOf(cluster);
    cluster.put(...killed({ pod: { deletedAt: NOON } }));
    expect(await adjustResources.propose(suffers(killed()), 'memory-limit-too-low', facts)).toBeUndefined();
    cluster.remove(killed()[0].meta.ref);
    expect(await adjustResources.propose(suffers(killed()), 'memory-limit-too-low', facts)).toBeUndefined();
  });

  it.each<Kind>(['Pod', 'Node', 'ResourceQuota'])('proposes nothing while it is blind for %ss', async (kind) => {
    const cluster = stage(killed());
    cluster.setAge(kind, undefined);
    expect(await proposed(adjustResources, suffers(killed()), cluster)).toBeUndefined();
  });

  it('never lowers, never more than doubles, and writes what reads back as the same amount', async () => {
    const sizes = fc.record({
      limit: fc.integer({ min: 1, max: 2 ** 38 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      room: fc.integer({ min: 0, max: 2 ** 39 }),
    });
    await fc.assert(
      fc.asyncProperty(sizes, async ({ limit, share, room }) => {
        const victim = killed({ limit: `${limit}`, request: `${Math.round(limit * share)}` });
        const input = (await propose(victim, node('node-1', { allocatable: { memoryBytes: room } })))?.input;
        if (input === undefined) return;
        const write = adjustResources.write(input);
        const memory = write.verb === 'resize' ? write.containers[0] : undefined;
        const [newLimit, newRequest] = [bytesOf(memory?.limits.memory ?? '') ?? -1, bytesOf(memory?.requests.memory ?? '') ?? -1];
        expect(newLimit).toBeGreaterThan(limit);
        expect(newLimit).toBeLessThanOrEqual(Math.min(2 * limit, room));
        expect(newRequest).toBeGreaterThanOrEqual(Math.round(limit * share));
        expect(newRequest).toBeLessThanOrEqual(newLimit);
      }),
      { numRuns: 300 },
    );
  });
});

describe('the preview of adjust-resources', () => {
  it('takes no ready pod in place, and names the one that it is about', async () => {
    const other = pod('cart-6f-1', { ownedBy: cartSet });
    const cluster = stage(killed(), roomy, other);
    const proposal = await proposed(adjustResources, suffers(killed()), cluster);
    expect(adjustResources.preview(proposal?.input, factsOf(cluster))).toEqual({
      readyPodsNow: 1,
      readyPodsTaken: 0,
      affectedPods: ['cart-6f-0'],
      notes: [expect.stringContaining('app goes from 256Mi to 356Mi')],
    });
    cluster.setAge('Pod', undefined);
    expect(adjustResources.preview(proposal?.input, factsOf(cluster)).readyPodsNow).toBeUndefined();
  });

  it('touches every pod by the template, and tells when one must be evicted afterwards', () => {
    const db = statefulSet('db');
    const pods = [pod('db-0', { ownedBy: db }), pod('db-1', { ownedBy: db, ready: false })];
    const input = { where: 'template', workload: db.meta.ref, container: 'app', was: '1Gi', limit: '2Gi', template: {} };
    expect(adjustResources.preview(input, factsOf(clusterOf(db, ...pods)))).toEqual({
      readyPodsNow: 1,
      readyPodsTaken: 1,
      affectedPods: ['db-0', 'db-1'],
      notes: [
        'all pods are replaced: app goes from 1Gi to 2Gi',
        expect.stringContaining('one pod after the other'),
        expect.stringContaining('must be evicted afterwards'),
      ],
    });
  });
});
