import { describe, expect, it } from 'vitest';
import { clusterOf, doneAndUndone, factsOf, incidentOn, proposed } from '../../test/fakes/acting.ts';
import { condition, NOON } from '../../test/fakes/object-meta.ts';
import { container, daemonSet, deployment, job, pod, replicaSet, statefulSet } from '../../test/fakes/objects.ts';
import type { Pod, Workload } from '../core/model/objects.ts';
import type { Json } from '../core/model/write.ts';
import type { Revision } from '../core/ports.ts';
import { rollbackRollout } from './rollback-rollout.ts';

const MINUTE = 60_000;
/** When the blamed revision was recorded. */
const BLAMED = NOON - 10 * MINUTE;
const template = (image: string): Json => ({ metadata: { labels: { app: 'cart' } }, spec: { containers: [{ name: 'app', image }] } });
const revision = (number: number, image: string, createdAt = BLAMED - number): Revision => {
  const podHash = `hash-${number}`;
  return { name: `cart-${podHash}`, uid: `uid-${number}`, number, createdAt, template: template(image), podHash };
};
const bad = revision(3, 'bad', BLAMED);
const two = revision(2, 'good');
const one = revision(1, 'older');

const cart = deployment('cart');
const set = replicaSet('cart-6f', { ownedBy: cart });
const podOf = (of: Revision, name: string, options: Parameters<typeof pod>[1] = {}) =>
  pod(name, { ownedBy: set, labels: { app: 'cart', 'pod-template-hash': of.podHash }, ...options });
const running = (startedAt: number | undefined, role: 'main' | 'init' | 'sidecar' = 'main') =>
  container('app', { role, state: startedAt === undefined ? { is: 'running' } : { is: 'running', startedAt } });

function stage(
  recorded: readonly Revision[],
  pods: readonly Pod[],
  options: { readonly inForce?: Json; readonly workload?: Workload } = {},
) {
  const workload = options.workload ?? cart;
  const cluster = clusterOf([workload, { template: options.inForce ?? bad.template }], set, ...pods);
  cluster.setRevisions(workload.meta.ref, recorded);
  return { cluster, incident: incidentOn(workload) };
}

async function proposalFrom(...parts: Parameters<typeof stage>) {
  const { cluster, incident } = stage(...parts);
  return await proposed(rollbackRollout, incident, cluster);
}

describe('rollback-rollout', () => {
  it('goes back to the revision whose pods still serve, with the proof, and writes its template whole', async () => {
    const proposal = await proposalFrom([one, two, bad], [podOf(two, 'a'), podOf(two, 'b'), podOf(bad, 'c', { ready: false })]);
    expect(proposal).toMatchObject({
      target: cart.meta.ref,
      specSeen: 'generation:1',
      summary: 'roll Deployment shop/cart back to revision 2 (2 of its pods still serve, without a restart since before the change)',
      input: { revision: 2, revisionName: 'cart-hash-2', podHash: 'hash-2' },
    });
    expect(proposal?.unproven).toBeUndefined();
    expect(rollbackRollout.write(proposal?.input)).toEqual({ verb: 'replace-template', target: cart.meta.ref, template: two.template });
  });

  it('is undone to the byte', async () => {
    const { cluster, incident } = stage([two, bad], [podOf(two, 'a')]);
    const proposal = await proposed(rollbackRollout, incident, cluster);
    const { acted, undone } = await doneAndUndone(rollbackRollout, proposal ?? expect.fail(), cluster);
    expect([acted.template, undone?.template]).toEqual([two.template, bad.template]);
  });

  it('prefers the revision that is proved over a newer one that is not', async () => {
    expect(await proposalFrom([one, two, bad], [podOf(one, 'a')])).toMatchObject({ input: { revision: 1 } });
  });

  it('prefers the newer of two that are proved', async () => {
    expect(await proposalFrom([two, one, bad], [podOf(one, 'a'), podOf(two, 'b')])).toMatchObject({ input: { revision: 2 } });
  });

  it.each([
    ['a StatefulSet', statefulSet('cart')],
    ['a DaemonSet', daemonSet('cart')],
  ])('knows the pods of %s by their revision label', async (_kind, workload) => {
    const served = pod('cart-0', { ownedBy: workload, labels: { 'controller-revision-hash': two.podHash } });
    const proposal = await proposalFrom([two, bad], [served], { workload });
    expect(proposal).toMatchObject({ target: workload.meta.ref, input: { revision: 2 } });
    expect(proposal?.unproven).toBeUndefined();
  });

  const ready = (changedAt: number | undefined) => [
    changedAt === undefined ? { type: 'Ready', status: 'True' as const } : condition('Ready', { changedAt }),
  ];
  it.each<[string, readonly Pod[]]>([
    ['none of its pods is left', []],
    ['its pods are not ready', [podOf(two, 'a', { ready: false })]],
    ['its pods are leaving', [podOf(two, 'a', { deletedAt: NOON })]],
    ['its pods were made after the change', [podOf(two, 'a', { createdAt: BLAMED })]],
    ['its pods became ready after the change', [podOf(two, 'a', { conditions: ready(BLAMED + 1) })]],
    ['nobody knows since when its pods are ready', [podOf(two, 'a', { conditions: ready(undefined) })]],
    ['its containers were restarted since the change', [podOf(two, 'a', { containers: [running(BLAMED + 1)] })]],
    ['its sidecar was restarted since the change', [podOf(two, 'a', { containers: [running(BLAMED), running(BLAMED + 1, 'sidecar')] })]],
    ['nobody knows since when its containers run', [podOf(two, 'a', { containers: [running(undefined)] })]],
    ['its container is waiting', [podOf(two, 'a', { containers: [container('app', { state: { is: 'waiting' } })] })]],
    ['only pods of the blamed revision serve', [podOf(bad, 'a')]],
    ['only pods without a revision serve', [pod('a', { ownedBy: set })]],
  ])('leaves the newest earlier revision to a person when %s', async (_why, pods) => {
    const proposal = await proposalFrom([one, two, bad], pods);
    expect(proposal).toMatchObject({ input: { revision: 2 }, unproven: 'nothing proves that revision 2 was healthy' });
    expect(proposal?.summary).toBe('roll Deployment shop/cart back to revision 2');
  });

  const stood = (of: Revision, since: number, until: number): Revision => ({ ...of, stoodHealthy: { since, until } });
  it('goes back to the newest earlier revision that was seen healthy until the change, though none of its pods is left', async () => {
    const proposal = await proposalFrom([one, stood(two, BLAMED - 30 * MINUTE, BLAMED - 15 * MINUTE), bad], []);
    expect(proposal?.summary).toBe('roll Deployment shop/cart back to revision 2 (it stood fully available for 15 min, until the change)');
    expect(proposal?.unproven).toBeUndefined();
  });
  it.each<[string, readonly Revision[]]>([
    ['was last seen healthy more than a quarter of an hour before', [stood(two, BLAMED - 60 * MINUTE, BLAMED - 15 * MINUTE - 1)]],
    ['was seen healthy after the blamed one was made, which was then put in force anew', [stood(two, BLAMED, BLAMED + 20 * MINUTE)]],
    ['was not, but the one before it was', [stood(one, BLAMED - 30 * MINUTE, BLAMED - MINUTE), two]],
  ])('leaves the newest earlier revision to a person when it %s', async (_why, earlier) => {
    expect(await proposalFrom([...earlier, bad], [])).toMatchObject({
      input: { revision: 2 },
      unproven: expect.stringContaining('revision 2'),
    });
  });

  it.each<[string, Pod]>([
    ['was ready in the very second of the change', podOf(two, 'a', { conditions: ready(BLAMED) })],
    ['restarted before the change', podOf(two, 'a', { containers: [container('app', { restartCount: 3 })] })],
    [
      'has an init container that ended',
      podOf(two, 'a', { containers: [running(BLAMED), container('i', { role: 'init', state: { is: 'terminated', exitCode: 0 } })] }),
    ],
  ])('takes a pod for proof that %s', async (_what, served) => {
    expect((await proposalFrom([two, bad], [served]))?.unproven).toBeUndefined();
  });

  it.each<[string, Parameters<typeof stage>]>([
    ['there is no earlier revision', [[bad], []]],
    ['every earlier revision has the very same template', [[{ ...two, template: template('bad') }, bad], [podOf(two, 'a')]]],
    ['its controller has not recorded yet what is in force', [[one, two], [podOf(two, 'a')], { inForce: template('newest') }]],
    ['the others came after what is in force', [[two, revision(4, 'worse')], [podOf(two, 'a')], { inForce: two.template }]],
    [
      'it is paused, so that nothing would be rolled',
      [[two, bad], [podOf(two, 'a')], { workload: deployment('cart', { isPaused: true }) }],
    ],
    ['it is being deleted', [[two, bad], [podOf(two, 'a')], { workload: deployment('cart', { deletedAt: NOON }) }]],
  ])('proposes nothing when %s', async (_why, parts) => {
    expect(await proposalFrom(...parts)).toBeUndefined();
  });

  it('proposes nothing for what is gone, has no template, or is no workload', async () => {
    expect(await proposed(rollbackRollout, incidentOn(cart), clusterOf())).toBeUndefined();
    expect(await proposed(rollbackRollout, incidentOn(cart), clusterOf(cart))).toBeUndefined();
    const cluster = clusterOf([job('once'), { template: bad.template }]);
    expect(await proposed(rollbackRollout, incidentOn(job('once')), cluster)).toBeUndefined();
  });

  it('blames the last of two revisions with the very template that is in force', async () => {
    const recorded = [revision(1, 'bad'), two, bad];
    expect(await proposalFrom(recorded, [podOf(two, 'a')])).toMatchObject({ input: { revision: 2 } });
  });

  it('compares templates whatever the order of their fields', async () => {
    const spec = { containers: [{ image: 'bad', name: 'app' }] };
    const inForce: Json = { spec, metadata: { labels: { app: 'cart' } } };
    expect(await proposalFrom([two, bad], [podOf(two, 'a')], { inForce })).toMatchObject({ input: { revision: 2 } });
  });
});

describe('the preview of rollback-rollout', () => {
  const preview = (workload: Workload, pods: readonly Pod[]) => {
    const { revision: number, name: revisionName, podHash, template: json } = { revision: 2, ...two };
    const input = { workload: workload.meta.ref, revision: number, revisionName, podHash, template: json };
    return rollbackRollout.preview(input, factsOf(clusterOf(workload, set, ...pods)));
  };
  const stuck = [podOf(two, 'a'), podOf(two, 'b'), podOf(bad, 'c', { ready: false })];

  it('takes no ready pod when only those of the bad revision are replaced, and they are unready', () => {
    expect(preview(cart, stuck)).toMatchObject({ readyPodsNow: 2, readyPodsTaken: 0, affectedPods: ['c'] });
  });

  it.each([
    [deployment('cart', { replicas: 7 }), 1],
    [deployment('cart', { replicas: 3 }), 0],
    [statefulSet('cart', { replicas: 7, uid: cart.meta.ref.uid ?? '' }), 1],
    [deployment('cart', { strategy: 'Recreate' }), 3],
    [statefulSet('cart', { strategy: 'OnDelete', uid: cart.meta.ref.uid ?? '' }), 0],
  ])('takes as many ready pods of the bad revision as %o does at once', (workload, taken) => {
    expect(preview(workload, [podOf(two, 'a'), podOf(bad, 'b'), podOf(bad, 'c'), podOf(bad, 'd')])).toMatchObject({
      readyPodsNow: 4,
      readyPodsTaken: taken,
    });
  });

  it('counts nothing when the workload or its pods are not in view', () => {
    const blind = clusterOf(cart, set, ...stuck);
    blind.setAge('Pod', undefined);
    const input = { workload: cart.meta.ref, revision: 2, revisionName: two.name, podHash: two.podHash, template: two.template };
    expect(rollbackRollout.preview(input, factsOf(blind)).readyPodsTaken).toBeUndefined();
    expect(
      rollbackRollout.preview({ workload: cart.meta.ref, revision: 1, revisionName: '', podHash: '', template: {} }, factsOf(clusterOf())),
    ).toEqual({
      affectedPods: [],
      notes: ['the workload or its pods are not in view'],
    });
  });
});
