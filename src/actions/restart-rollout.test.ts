import { describe, expect, it } from 'vitest';
import { clusterOf, doneAndUndone, factsOf, findingOn, incidentOn, proposed } from '../../test/fakes/acting.ts';
import { NOON } from '../../test/fakes/object-meta.ts';
import { daemonSet, deployment, pod, replicaSet, statefulSet } from '../../test/fakes/objects.ts';
import type { KubeObject, Pod, Workload } from '../core/model/objects.ts';
import type { Json } from '../core/model/write.ts';
import { restartRollout } from './restart-rollout.ts';

const template: Json = {
  metadata: { labels: { app: 'cart' }, annotations: { team: 'a' } },
  spec: { containers: [{ name: 'app', image: 'a:1' }] },
};
const cart = deployment('cart', { replicas: 2 });
const set = replicaSet('cart-6f', { ownedBy: cart });
const member = (index: number, options: Parameters<typeof pod>[1] = {}) =>
  pod(`cart-6f-${index}`, { ownedBy: set, ready: false, ...options });
const hung = [member(0), member(1)];
const ordered = statefulSet('cart');
const hungInOrder = [pod('cart-0', { ownedBy: ordered, ready: false }), pod('cart-1', { ownedBy: ordered })];
const hangs = (subject: KubeObject = cart, sick: readonly Pod[] = hung) => incidentOn(subject, sick);

function stage(workload: Workload = cart, pods: readonly Pod[] = hung) {
  return clusterOf([workload, { template }], set, ...pods);
}

describe('restart-rollout', () => {
  it('proposes one more annotation on the template, and nothing else of it', async () => {
    const proposal = await proposed(restartRollout, hangs(), stage());
    expect(proposal).toMatchObject({
      target: cart.meta.ref,
      specSeen: 'generation:1',
      summary: 'restart Deployment shop/cart: all 2 of its pods hang',
    });
    expect(proposal?.unproven).toBeUndefined();
    const annotations = { team: 'a', 'kubemend.dev/restarted': expect.stringMatching(/^[0-9a-f]{12}$/) };
    expect(restartRollout.write(proposal?.input)).toEqual({
      verb: 'replace-template',
      target: cart.meta.ref,
      template: { metadata: { labels: { app: 'cart' }, annotations }, spec: { containers: [{ name: 'app', image: 'a:1' }] } },
    });
  });

  it('means the same write when it is planned twice from the same spec, and another after a change or in another incident', async () => {
    const cluster = stage();
    const first = await proposed(restartRollout, hangs(), cluster);
    expect(await proposed(restartRollout, hangs(), cluster)).toEqual(first);
    expect(await proposed(restartRollout, { ...hangs(), id: 'another' }, cluster)).not.toEqual(first);
    cluster.edit(cart.meta.ref, template);
    expect(await proposed(restartRollout, hangs(), cluster)).not.toMatchObject({ input: first?.input });
  });

  it('is undone to the byte', async () => {
    const cluster = stage();
    const proposal = await proposed(restartRollout, hangs(), cluster);
    const { acted, undone } = await doneAndUndone(restartRollout, proposal ?? expect.fail(), cluster);
    expect(acted.template).not.toEqual(template);
    expect(undone?.template).toEqual(template);
  });

  it('leaves a single replica to a person', async () => {
    const alone = deployment('cart', { replicas: 1 });
    const proposal = await proposed(restartRollout, hangs(alone, [member(0)]), stage(alone, [member(0)]));
    expect(proposal?.unproven).toContain('it has one replica');
  });

  it.each([
    ['a StatefulSet whose pods are ready and hang', ordered],
    ['a DaemonSet', daemonSet('cart')],
  ])('restarts %s too', async (_kind, workload) => {
    const pods = [0, 1].map((index) => pod(`cart-${index}`, { ownedBy: workload }));
    expect(await proposed(restartRollout, hangs(workload, pods), stage(workload, pods))).toMatchObject({ target: workload.meta.ref });
  });

  it('does not count a pod that is leaving among those that would have to hang', async () => {
    const cluster = stage(cart, [...hung, member(2, { deletedAt: NOON })]);
    expect(await proposed(restartRollout, hangs(), cluster)).toBeDefined();
  });

  it.each<[string, Workload, readonly Pod[], readonly Pod[]]>([
    ['one of its pods serves', cart, [...hung, member(2)], hung],
    ['no finding is about a pod', cart, hung, []],
    ['it has no pods', cart, [], hung],
    ['it is paused', deployment('cart', { isPaused: true }), hung, hung],
    ['it is being deleted', deployment('cart', { deletedAt: NOON }), hung, hung],
    ['it wants no replicas', deployment('cart', { replicas: 0 }), hung, hung],
    ['its pods are replaced by hand only', deployment('cart', { strategy: 'OnDelete' }), hung, hung],
    ['its controller stops at unready pods', ordered, hungInOrder, hungInOrder],
  ])('proposes nothing when %s', async (_why, workload, pods, sick) => {
    expect(await proposed(restartRollout, hangs(workload, sick), stage(workload, pods))).toBeUndefined();
  });

  it('proposes nothing when a finding does not hold any more', async () => {
    const findings = [findingOn(member(0)), findingOn(member(1), { at: NOON - 136_000 })];
    expect(await proposed(restartRollout, incidentOn(cart, [], { findings }), stage())).toBeUndefined();
  });

  it('proposes nothing when its subject is gone, has no template, or is out of view', async () => {
    expect(await proposed(restartRollout, hangs(), clusterOf(...hung))).toBeUndefined();
    expect(await proposed(restartRollout, hangs(), clusterOf(cart, set, ...hung))).toBeUndefined();
    const blind = stage();
    blind.setAge('Pod', 200_000);
    expect(await proposed(restartRollout, hangs(), blind)).toBeUndefined();
    const cluster = stage();
    const facts = factsOf(cluster);
    cluster.put(deployment('cart', { deletedAt: NOON }), { template });
    expect(await restartRollout.propose(hangs(), 'application-hang', facts)).toBeUndefined();
    cluster.remove(cart.meta.ref);
    expect(await restartRollout.propose(hangs(), 'application-hang', facts)).toBeUndefined();
  });
});

describe('the preview of restart-rollout', () => {
  const preview = (workload: Workload, pods: readonly Pod[]) =>
    restartRollout.preview({ workload: workload.meta.ref, template }, factsOf(stage(workload, pods)));

  it('touches every pod, takes none when none is ready, and says that an undo rolls once more', () => {
    expect(preview(cart, hung)).toEqual({
      readyPodsNow: 0,
      readyPodsTaken: 0,
      affectedPods: ['cart-6f-0', 'cart-6f-1'],
      notes: [expect.stringContaining('rolling update: at most 0 of 2'), expect.stringContaining('rolls the pods once more')],
    });
  });

  it('takes every ready pod at once under the strategy Recreate', () => {
    expect(preview(deployment('cart', { strategy: 'Recreate' }), [member(0, { ready: true }), member(1, { ready: true })])).toMatchObject({
      readyPodsNow: 2,
      readyPodsTaken: 2,
      notes: [expect.stringContaining('every pod is replaced at once'), expect.any(String)],
    });
  });

  it('counts nothing when it is blind', () => {
    const cluster = stage();
    cluster.setAge('Deployment', undefined);
    expect(restartRollout.preview({ workload: cart.meta.ref, template }, factsOf(cluster)).readyPodsTaken).toBeUndefined();
  });
});
