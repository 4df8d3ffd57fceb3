import { describe, expect, it } from 'vitest';
import { attempt, clusterOf, factsOf, incidentOn, type Placed, proposed } from '../../test/fakes/acting.ts';
import { condition, NOON } from '../../test/fakes/object-meta.ts';
import { daemonSet, deployment, namespace, node, pod, replicaSet, resourceQuota, statefulSet } from '../../test/fakes/objects.ts';
import type { Node, Pod, Workload } from '../core/model/objects.ts';
import { evictFromNode } from './evict-from-node.ts';

const TEMPLATE = { spec: { containers: [{ name: 'app' }] } };
const lost = node('node-1', { ready: false });
const nodes = [lost, node('node-2'), node('node-3')];

/** A Deployment with these pods of it: those on node-1 are not ready. */
function members(owner: Workload, pods: Readonly<Record<string, string>>, options: Parameters<typeof pod>[1] = {}) {
  const set = replicaSet(`${owner.meta.ref.name}-6f`, { ownedBy: owner });
  const { namespace: of = 'shop' } = owner.meta.ref;
  const all = Object.entries(pods).map(([name, nodeName]) =>
    pod(name, { ownedBy: set, nodeName, ready: nodeName !== 'node-1', namespace: of, ...(nodeName === 'node-1' ? options : {}) }),
  );
  return { placed: [[owner, { template: TEMPLATE }] as const, set, ...all] satisfies Placed[], all };
}

const cart = deployment('cart');
const ofCart = (options: Parameters<typeof pod>[1] = {}) => members(cart, { a: 'node-1', b: 'node-2', c: 'node-3' }, options).placed;
const about = (subject: Node | Workload, options: Parameters<typeof incidentOn>[2] = {}) => incidentOn(subject, [], options);

describe('evict-from-node', () => {
  it('proposes the pod on the lost node, by uid, asks for a person, and writes one eviction of it', async () => {
    const proposal = await proposed(evictFromNode, about(lost), clusterOf(...nodes, ...ofCart()));
    expect(proposal).toMatchObject({
      target: { kind: 'Pod', name: 'a' },
      summary: 'evict Pod shop/a from the lost Node node-1',
      unproven: expect.stringContaining('only cut off'),
    });
    expect(proposal?.target.uid).toBeDefined();
    expect(evictFromNode.write(proposal?.input)).toEqual({ verb: 'evict', target: proposal?.target });
  });

  it('proposes it where the workload is the subject, too', async () => {
    expect(await proposed(evictFromNode, about(cart), clusterOf(...nodes, ...ofCart()))).toMatchObject({ target: { name: 'a' } });
  });

  it('chooses the workload of which least serves, but one that is opted in before one that is not', async () => {
    const half = members(deployment('half', { replicas: 2 }), { d: 'node-1', e: 'node-2' }).placed;
    const alone = members(deployment('alone', { replicas: 1, namespace: 'other' }), { f: 'node-1' }).placed;
    const optedIn = namespace('shop', { labels: { 'kubemend.dev/scope': 'enabled' } });
    const everything = [...nodes, ...ofCart(), ...half, ...alone];
    expect(await proposed(evictFromNode, about(lost), clusterOf(...everything))).toMatchObject({ target: { name: 'f' } });
    expect(await proposed(evictFromNode, about(lost), clusterOf(...everything, optedIn))).toMatchObject({ target: { name: 'd' } });
  });

  it('leaves a pod with local storage to the last', async () => {
    const half = members(deployment('half', { replicas: 2 }), { d: 'node-1', e: 'node-2' }, { hasLocalStorage: true }).placed;
    expect(await proposed(evictFromNode, about(lost), clusterOf(...nodes, ...half, ...ofCart()))).toMatchObject({ target: { name: 'a' } });
    expect(await proposed(evictFromNode, about(lost), clusterOf(...nodes, ...half))).toMatchObject({ target: { name: 'd' } });
  });

  it('goes on with the next pod, and never takes one twice', async () => {
    const both = members(cart, { a: 'node-1', b: 'node-1', c: 'node-3' }).placed;
    const attempts = [attempt('evict-from-node', 'default/core/Pod/shop/a', { outcome: 'recovered' })];
    expect(await proposed(evictFromNode, about(lost, { attempts }), clusterOf(...nodes, ...both))).toMatchObject({ target: { name: 'b' } });
    const two = [...attempts, attempt('evict-from-node', 'default/core/Pod/shop/b')];
    expect(await proposed(evictFromNode, about(lost, { attempts: two }), clusterOf(...nodes, ...both))).toBeUndefined();
  });

  const shutting = node('node-1', { conditions: [condition('Ready', { status: 'False', message: 'node is shutting down' })] });
  const stateful = statefulSet('cart');
  const everywhere = daemonSet('cart');
  const recreated = deployment('cart', { strategy: 'Recreate' });
  const [, ...well] = nodes;
  const refusals: [string, readonly Placed[]][] = [
    ['the node is ready again', [node('node-1'), ...well, ...ofCart()]],
    ['the node has not reported yet', [node('node-1', { conditions: [] }), ...well, ...ofCart()]],
    ['the node is cordoned, so somebody is at it', [node('node-1', { ready: false, isUnschedulable: true }), ...well, ...ofCart()]],
    ['the node shuts down by itself', [shutting, ...well, ...ofCart()]],
    ['the node is being deleted', [node('node-1', { ready: false, deletedAt: NOON }), ...well, ...ofCart()]],
    ['the pod is given up already', [...nodes, ...ofCart({ deletedAt: NOON })]],
    ['the pod has done its work', [...nodes, ...ofCart({ phase: 'Succeeded' })]],
    ['the pod still counts as ready', [...nodes, ...ofCart({ ready: true })]],
    ['it holds a volume claim', [...nodes, ...ofCart({ claims: ['data'] })]],
    ['it is a static pod', [...nodes, ...ofCart({ isStatic: true })]],
    ['its Deployment never runs two versions at once', [...nodes, ...members(recreated, { a: 'node-1', b: 'node-2' }).placed]],
    ['it has an identity', [...nodes, [stateful, { template: TEMPLATE }], pod('a', { ownedBy: stateful, ready: false })]],
    ['it belongs to its node', [...nodes, [everywhere, { template: TEMPLATE }], pod('a', { ownedBy: everywhere, ready: false })]],
    ['nobody owns it', [...nodes, pod('a', { ready: false })]],
    ['no node can take another', [lost, node('node-2', { isUnschedulable: true }), ...ofCart()]],
    ['a quota forbids another', [...nodes, ...ofCart(), resourceQuota('all', { hard: { pods: 3 }, used: { pods: 3 } })]],
  ];
  it.each(refusals)('proposes nothing when %s', async (_why, objects) => {
    expect(await proposed(evictFromNode, about(lost), clusterOf(...objects))).toBeUndefined();
  });

  const tolerations: [string, unknown, boolean][] = [
    ['names the taint of an unreachable node', { key: 'node.kubernetes.io/unreachable', operator: 'Exists', tolerationSeconds: 30 }, false],
    ['bears the taint of an unready node for ever', { key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' }, false],
    ['bears everything', { operator: 'Exists' }, false],
    ['bears an unready node for scheduling alone', { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }, true],
    ['bears something else', { key: 'gpu', operator: 'Exists', effect: 'NoExecute' }, true],
  ];
  it.each(tolerations)('heeds a template that %s', async (_what, toleration, isProposed) => {
    const template = { spec: { tolerations: [toleration] } };
    const { all, placed } = members(cart, { a: 'node-1', b: 'node-2' });
    const [, set] = placed;
    const cluster = clusterOf(...nodes, ...all, set ?? expect.fail());
    cluster.put(cart, { template: JSON.parse(JSON.stringify(template)) });
    expect((await proposed(evictFromNode, about(lost), cluster)) !== undefined).toBe(isProposed);
  });

  it.each(['Pod', 'Node'] as const)('proposes nothing while it is blind for %ss', async (kind) => {
    const cluster = clusterOf(...nodes, ...ofCart());
    cluster.setAge(kind, undefined);
    expect(await proposed(evictFromNode, about(lost), cluster)).toBeUndefined();
  });

  const changes: [string, Node | Pod][] = [
    ['the node is back', node('node-1')],
    ['the pod is given up', members(cart, { a: 'node-1' }, { deletedAt: NOON }).all[0] ?? expect.fail()],
    ['the pod is ready again', members(cart, { a: 'node-1' }, { ready: true }).all[0] ?? expect.fail()],
  ];
  it.each(changes)('believes the live read that %s, whatever the cache says', async (_what, now) => {
    const cluster = clusterOf(...nodes, ...ofCart());
    const facts = factsOf(cluster);
    cluster.put(now);
    expect(await evictFromNode.propose(about(lost), 'node-failure', facts)).toBeUndefined();
  });

  it('says that the act takes no ready pod, and what stays behind', () => {
    const cluster = clusterOf(...nodes, ...ofCart());
    const [, , a] = ofCart();
    const target = a && 'meta' in a ? a.meta.ref : expect.fail();
    expect(evictFromNode.preview({ pod: target, node: 'node-1' }, factsOf(cluster))).toEqual({
      readyPodsNow: 2,
      readyPodsTaken: 0,
      affectedPods: ['a'],
      notes: ['no disruption budget covers the pod', 'it stays on Node node-1 as Terminating until the node is back or deleted'],
    });
  });
});
