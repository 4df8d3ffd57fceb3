/**
 * Nodes whose heartbeat stops, on a real API server, scheduler, node lifecycle controller and kubelet. The nodes that are lost have no
 * kubelet behind them; the one that is left is real. Runs alone: a lost node is every controller's concern.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import {
  actsOf,
  asAdmin,
  auditLog,
  bearsPretended,
  bed,
  bodyOf,
  cleanUp,
  cli,
  controller,
  type Deployed,
  deploy,
  field,
  hasNode,
  incidentsOf,
  incidentThat,
  inPhase,
  installKubemend,
  newNamespace,
  type Place,
  type PretendedNode,
  placeIn,
  podsOf,
  pretendNode,
  pretendReady,
  rolledOut,
  secondsAfter,
  storyOf,
  waitFor,
} from './harness.ts';

afterAll(cleanUp, 180_000);

const needsNode = test.skipIf(!(await hasNode()));
const realNode = (await bed()).node ?? '';
const nameOf = (pod: unknown) => String(field(pod, 'metadata.name'));
const nodeOf = (pod: unknown) => String(field(pod, 'spec.nodeName'));

/** A Deployment that serves with one pod on the real node and one on each of the others. */
async function spreadOver(nodes: readonly PretendedNode[], namespace: string, name: string): Promise<Deployed> {
  const hosts = [realNode, ...nodes.map((node) => node.name)];
  const isHost = { key: 'kubernetes.io/hostname', operator: 'In', values: hosts };
  const apart = { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: name } } };
  const affinity = {
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [isHost] }] } },
    podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: apart }] },
  };
  const workload = await deploy(namespace, { name, replicas: hosts.length, pod: { ...bearsPretended, affinity } });
  const bound = async () => (await podsOf(workload)).map(nodeOf).sort().join() === hosts.toSorted().join();
  await waitFor(`a pod of ${name} on each of ${hosts.join(', ')}`, bound);
  for (const pod of await podsOf(workload)) if (nodeOf(pod) !== realNode) await pretendReady(namespace, nameOf(pod));
  await rolledOut(workload);
  return workload;
}

/** A budget by which one pod must be healthy. */
async function budgetFor({ namespace, name }: Deployed): Promise<void> {
  const spec = { minAvailable: 1, selector: { matchLabels: { app: name } } };
  bodyOf(await (await asAdmin()).post(`/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`, { metadata: { name }, spec }));
}

async function podOn(node: PretendedNode, workload: Deployed): Promise<unknown> {
  return (await podsOf(workload)).find((pod) => nodeOf(pod) === node.name);
}

/** What the API says of a node: `True`, or `Unknown` when its heartbeat has stopped. */
async function readinessOf({ name }: PretendedNode): Promise<{ readonly status: unknown; readonly since: number }> {
  const conditions = field(bodyOf(await (await asAdmin()).get(`/api/v1/nodes/${name}`)), 'status.conditions');
  const ready = (Array.isArray(conditions) ? conditions : []).find((one) => field(one, 'type') === 'Ready');
  return { status: field(ready, 'status'), since: Date.parse(String(field(ready, 'lastTransitionTime'))) };
}

/** The incident about a node when it asks for its next pod, after so many attempts. */
function askedAfter(attempts: number, at: Place) {
  return incidentThat(at, `asks after ${attempts} attempts`, (one) => one.phase === 'asked' && one.attempts.length === attempts);
}

/** The incident about a node when what it would do is denied. */
function deniedFor({ name }: PretendedNode, at: Place) {
  return incidentThat(at, `is about ${name} and denied`, ({ subject, verdict }) => subject.name === name && verdict?.decision === 'deny');
}

describe('on a real cluster', () => {
  needsNode('a lost node is asked about pod by pod, and forgotten when it is back', { timeout: 500_000 }, async () => {
    const home = await installKubemend({ namespace: 'km-lost-node' });
    const namespace = await newNamespace({ optedIn: true });
    const [lost] = await Promise.all([pretendNode('km-lost-a', 'km-zone-one'), pretendNode('km-lost-b', 'km-zone-one')]);
    const [cart, till] = await Promise.all(['cart', 'till'].map((name) => spreadOver([lost], namespace, name)));
    if (!cart || !till) throw new Error('two Deployments were wished for');
    await budgetFor(cart);
    const [stranded, waiting] = await Promise.all([podOn(lost, cart), podOn(lost, till)]);
    const at = await placeIn(home);
    const kubemend = controller(at, 'auto', namespace);
    await kubemend.says(/kubemend runs/);
    const silentAt = lost.fallSilent();
    const first = await askedAfter(0, at);
    const unknown = await readinessOf(lost);
    expect(first).toMatchObject({
      subject: { kind: 'Node', name: lost.name },
      hypotheses: [{ cause: 'node-failure' }],
      plan: { action: 'evict-from-node', target: { kind: 'Pod', name: nameOf(stranded) }, unproven: expect.stringContaining('cut off') },
    });
    await delay(20_000); // it does not act by itself
    expect((await incidentsOf(at)).map(({ phase }) => phase)).toEqual(['asked']);
    expect(await actsOf(':km-lost-node:actor', silentAt)).toEqual([]);
    const approvedAt = Date.now();
    await cli(at, 'approve', first.id);
    const second = await askedAfter(1, at);
    expect(second).toMatchObject({
      id: first.id,
      plan: { target: { name: nameOf(waiting) } },
      attempts: [{ action: 'evict-from-node', outcome: 'recovered' }],
    });
    const acts = await actsOf(':km-lost-node:actor', silentAt);
    expect(acts.map(({ verb, resource, name }) => [verb, resource, name])).toEqual([['create', 'core/pods/eviction', nameOf(stranded)]]);
    expect(field(acts[0]?.request, 'deleteOptions.preconditions.uid')).toBe(field(stranded, 'metadata.uid'));
    // It serves again on the node that is left, and is judged by that: the lost one is as lost as before.
    await rolledOut(cart);
    const serving = (await podsOf(cart)).filter((pod) => field(pod, 'metadata.deletionTimestamp') === undefined);
    expect(serving.map(nodeOf)).toEqual([realNode, realNode]);
    expect(await readinessOf(lost)).toEqual({ status: 'Unknown', since: unknown.since });
    expect(await auditLog({ user: ':km-lost-node:observer', verbs: ['get'], resource: 'core/nodes', name: lost.name })).not.toEqual([]);
    const backAt = await lost.comeBack();
    const resolved = await inPhase(at, 'resolved', 60_000);
    await kubemend.stop();
    expect(resolved).toMatchObject({ id: first.id, reason: 'self-recovered' });
    expect(await actsOf(':km-lost-node:actor', silentAt)).toHaveLength(1);
    expect(field(await podOn(lost, till), 'metadata.uid')).toBe(field(waiting, 'metadata.uid'));
    const verified = (await storyOf(at, first.id)).find(({ what }) => what === 'verified');
    const times = [unknown.since, first.phaseAt].map((instant) => secondsAfter(silentAt, instant));
    const afterYes = [acts[0]?.at, verified?.at].map((instant) => secondsAfter(approvedAt, instant));
    console.info(
      `lost node: unknown and asked about ${times.join(', ')} after its last heartbeat; evicted and verified ${afterYes.join(', ')} after the approval; resolved ${secondsAfter(backAt, resolved.endedAt)} after it came back`,
    );
  });

  needsNode('a zone that is lost as a whole is left alone, with the reasons', { timeout: 400_000 }, async () => {
    const home = await installKubemend({ namespace: 'km-lost-zone' });
    const namespace = await newNamespace({ optedIn: true });
    const nodes = await Promise.all(['c', 'd', 'e'].map((letter) => pretendNode(`km-lost-${letter}`, 'km-zone-two')));
    await spreadOver(nodes, namespace, 'cart');
    const at = await placeIn(home);
    const kubemend = controller(at, 'auto', namespace);
    await kubemend.says(/kubemend runs/);
    const silentAt = Math.max(...nodes.map((node) => node.fallSilent()));
    const denied = await Promise.all(nodes.map((node) => deniedFor(node, at)));
    for (const incident of denied)
      expect(incident).toMatchObject({
        plan: { action: 'evict-from-node' },
        verdict: {
          decision: 'deny',
          reasons: expect.arrayContaining([
            expect.stringMatching(/^storm-brake: all 3 nodes of km-zone-two are sick/),
            expect.stringMatching(/^healthy-nodes: it leaves \d of \d nodes healthy; 51 % must stay/),
          ]),
        },
        attempts: [],
      });
    const [one] = denied;
    await expect(cli(at, 'approve', one?.id ?? '')).rejects.toThrow(/it asks nothing now/);
    await delay(40_000); // longer than a denial rests
    await kubemend.stop();
    expect(await actsOf(':km-lost-zone:actor', silentAt)).toEqual([]);
    const asked = await auditLog({ user: ':km-lost-zone:actor', since: silentAt });
    expect(asked.filter(({ resource, dryRun }) => resource.startsWith('core/pods') && !dryRun)).toEqual([]);
    expect((await incidentsOf(at)).flatMap(({ attempts }) => attempts)).toEqual([]);
    const times = denied.map(({ phaseAt }) => secondsAfter(silentAt, phaseAt));
    console.info(
      `lost zone: denied ${times.join(', ')} after the last heartbeat: ${one?.verdict && 'reasons' in one.verdict ? one.verdict.reasons.join('; ') : ''}`,
    );
  });
});
