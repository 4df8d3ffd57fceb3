/** Each action on a real API server and kubelet, as the actor and behind the second wall: proposed, tried out, done, read back, undone. */
import { afterAll, describe, expect, test } from 'vitest';
import { adjustResources } from '../../src/actions/adjust-resources.ts';
import { evictPod } from '../../src/actions/evict-pod.ts';
import { restartRollout } from '../../src/actions/restart-rollout.ts';
import { rollbackRollout } from '../../src/actions/rollback-rollout.ts';
import { scaleWorkload } from '../../src/actions/scale-workload.ts';
import { openKubernetesCluster } from '../../src/adapters/cluster/kubernetes/kubernetes-cluster.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import type { Cause } from '../../src/core/model/diagnosis.ts';
import type { Incident } from '../../src/core/model/incident.ts';
import type { KubeObject } from '../../src/core/model/objects.ts';
import { isReady } from '../../src/core/model/objects.ts';
import type { ClusterWrite } from '../../src/core/model/write.ts';
import type { Action, Facts, Proposal } from '../../src/core/plugins.ts';
import { inverseOf } from '../../src/core/stages/effect.ts';
import { type ClusterView, viewOf } from '../../src/core/view.ts';
import { attempt, findingOn, incidentOn } from '../fakes/acting.ts';
import { quietLogger } from '../fakes/logger.ts';
import {
  cleanUp,
  type Deployed,
  deploy,
  hasNode,
  installKubemend,
  newNamespace,
  onCleanUp,
  rolledOut,
  setImage,
  waitFor,
} from './harness.ts';

afterAll(cleanUp, 180_000);

const needsNode = test.skipIf(!(await hasNode()));
const home = await installKubemend({ namespace: 'km-actions' });
const cluster = await openKubernetesCluster({
  kubeconfig: home.kubeconfig,
  namespace: home.namespace,
  clock: systemClock,
  log: quietLogger,
});
onCleanUp(() => cluster.stop());
await cluster.waitForSync(AbortSignal.timeout(60_000));
await waitFor('the leadership', async () => cluster.election.epoch() !== undefined, 60_000);

const viewNow = () => viewOf(cluster.reader, systemClock.now());
const factsNow = (): Facts => ({ now: systemClock.now(), view: viewNow(), cluster: cluster.reader });
const stamp = () => ({ actionId: `real-${systemClock.now()}`, epoch: cluster.election.epoch() ?? 0 });

function workloadIn(view: ClusterView, { uid }: Deployed): KubeObject | undefined {
  return (['Deployment', 'StatefulSet', 'DaemonSet'] as const)
    .flatMap((kind): readonly KubeObject[] => view.ofKind(kind))
    .find(({ meta }) => meta.ref.uid === uid);
}
function podsIn(view: ClusterView, deployed: Deployed) {
  const owner = workloadIn(view, deployed);
  const owned = owner ? view.ownedBy(owner.meta.ref) : [];
  return owned.filter((object) => object.kind === 'Pod').filter(({ meta }) => meta.deletedAt === undefined);
}
async function seen(deployed: Deployed, what: string, holds: (view: ClusterView) => boolean): Promise<ClusterView> {
  await waitFor(`${what} of ${deployed.name} in our view`, async () => holds(viewNow()), 120_000);
  return viewNow();
}
const readyIn = (view: ClusterView, deployed: Deployed) => podsIn(view, deployed).filter(isReady).length;

/** An incident about the workload with a finding about each of its pods. */
function incidentAbout(deployed: Deployed, options: Partial<Incident> = {}): Incident {
  const view = viewNow();
  const now = systemClock.now();
  const findings = podsIn(view, deployed).map((pod) => findingOn(pod, { at: now, since: now }));
  const subject = workloadIn(view, deployed);
  if (!subject) throw new Error(`${deployed.name} is not in view`);
  return incidentOn(subject, [], { findings, ...options });
}

async function proposalOf(action: Action, incident: Incident, cause: Cause): Promise<Proposal> {
  const proposal = await action.propose(incident, cause, factsNow());
  if (!proposal) throw new Error(`${action.name} proposes nothing`);
  return proposal;
}

/** Tries the write out, carries it out, and returns what stood before and stands after. A status that moves meanwhile is read anew. */
async function done(write: ClusterWrite) {
  for (let tries = 0; tries < 20; tries += 1) {
    const before = await cluster.reader.live(write.target);
    if (!before) throw new Error(`${write.target.name} is gone`);
    const version = before.object.meta.resourceVersion;
    const tryout = await cluster.preview.tryOut(write, version, stamp());
    const answer = tryout.is === 'done' ? await cluster.writer.write(write, version, stamp()) : tryout;
    if (answer.is === 'done') return { before, after: await cluster.reader.live(write.target), undo: inverseOf(write, before) };
    if (answer.is !== 'changed') throw new Error(`${write.verb} ${write.target.name}: ${answer.is}: ${answer.why}`);
  }
  throw new Error(`${write.target.name} kept changing`);
}

/** Carries the proposal out and takes it back. */
async function doneAndUndone(action: Action, { input }: Proposal) {
  const act = await done(action.write(input));
  if (!act.undo) throw new Error(`${action.name} has no inverse`);
  const undone = await done(act.undo);
  return { ...act, undone: undone.after };
}

/** Needs 4 MiB more each second, so that it lives for some seconds under its limit. */
const hungry = {
  command: ['awk', 'BEGIN { s = sprintf("%4194304s", ""); while (1) { a[i++] = s i; system("sleep 1") } }'],
  resources: { requests: { cpu: '5m', memory: '32Mi' }, limits: { memory: '32Mi' } },
};
/** It was killed and runs again: only of a running container can the limit be raised in place. */
const livesAgain = (view: ClusterView, deployed: Deployed) =>
  podsIn(view, deployed).some(({ containers }) =>
    containers.some(({ state, lastState }) => state.is === 'running' && lastState?.is === 'terminated' && lastState.reason === 'OOMKilled'),
  );

describe('on a real cluster', () => {
  needsNode.for(['Deployment', 'StatefulSet'] as const)(
    'scale-workload sets the count of a %s, and its undo sets it back',
    async (kind) => {
      const cart = await deploy(await newNamespace({ optedIn: true }), { name: 'cart', kind, replicas: 2 });
      await rolledOut(cart);
      await seen(cart, 'two ready pods', (view) => readyIn(view, cart) === 2);
      const proposal = await proposalOf(scaleWorkload, incidentAbout(cart), 'insufficient-capacity');
      expect(scaleWorkload.preview(proposal.input, factsNow())).toMatchObject({ readyPodsNow: 2, readyPodsTaken: 0 });
      const { after, undone } = await doneAndUndone(scaleWorkload, proposal);
      expect([after?.object, undone?.object]).toMatchObject([{ replicas: 3 }, { replicas: 2 }]);
    },
  );

  needsNode('rollback-rollout puts the template of a DaemonSet back, and its undo is byte-equal', async () => {
    const agent = await deploy(await newNamespace({ optedIn: true }), { name: 'agent', kind: 'DaemonSet' });
    await rolledOut(agent);
    await seen(agent, 'a ready pod', (view) => readyIn(view, agent) === 1);
    await setImage(agent, 'kubemend.test/busybox:typo');
    await seen(agent, 'the pod that cannot start', (view) => podsIn(view, agent).length === 1 && readyIn(view, agent) === 0);
    const rollback = await proposalOf(rollbackRollout, incidentAbout(agent), 'bad-rollout');
    const { before, after, undone } = await doneAndUndone(rollbackRollout, rollback);
    expect(JSON.stringify(after?.template)).toContain('"image":"kubemend.test/busybox:1"');
    expect(undone?.template).toEqual(before.template);
  });

  needsNode('restart-rollout changes one annotation, is idempotent by its token, and its undo is byte-equal', async () => {
    const cart = await deploy(await newNamespace({ optedIn: true }), { name: 'cart', replicas: 2 });
    await rolledOut(cart);
    await seen(cart, 'two ready pods', (view) => readyIn(view, cart) === 2);
    const incident = incidentAbout(cart);
    const proposal = await proposalOf(restartRollout, incident, 'application-hang');
    expect(await proposalOf(restartRollout, incident, 'application-hang')).toEqual(proposal);
    const { before, after, undone } = await doneAndUndone(restartRollout, proposal);
    expect(after?.template).toEqual(proposal.input && (restartRollout.write(proposal.input) as { template?: unknown }).template);
    expect(undone?.template).toEqual(before.template);
  });

  needsNode('adjust-resources resizes the killed container in place, then raises the template; both are undone exactly', async () => {
    const cart = await deploy(await newNamespace({ optedIn: true }), { name: 'cart', replicas: 1, container: hungry });
    await seen(cart, 'a life after an OOM kill', (view) => livesAgain(view, cart));
    const proposal = await proposalOf(adjustResources, incidentAbout(cart), 'memory-limit-too-low');
    const { before, after, undone } = await doneAndUndone(adjustResources, proposal);
    expect(after?.resources?.app).toEqual({ requests: { cpu: '5m', memory: '64Mi' }, limits: { memory: '64Mi' } });
    expect(undone?.resources).toEqual(before.resources);
    const tried = incidentAbout(cart, { attempts: [attempt('adjust-resources', 'pod')] });
    const second = await proposalOf(adjustResources, tried, 'memory-limit-too-low');
    expect(second.target.kind).toBe('Deployment');
    const template = await doneAndUndone(adjustResources, second);
    expect(JSON.stringify(template.after?.template)).toContain('"memory":"64Mi"');
    expect(template.undone?.template).toEqual(template.before.template);
  });

  needsNode('a pod that was resized in place runs on with the new limit', async () => {
    const steady = {
      resources: { requests: { cpu: '5m', memory: '8Mi' }, limits: { memory: '32Mi' } },
      command: ['sh', '-c', 'sleep 86400; true'],
    };
    const cart = await deploy(await newNamespace({ optedIn: true }), { name: 'cart', replicas: 1, container: steady });
    await rolledOut(cart);
    const view = await seen(cart, 'a ready pod', (now) => readyIn(now, cart) === 1);
    const [pod] = podsIn(view, cart);
    const limits = { memory: '64Mi' };
    const target = pod?.meta.ref ?? expect.fail();
    await done({ verb: 'resize', target, containers: [{ name: 'app', requests: { cpu: '5m', memory: '8Mi' }, limits }] });
    const later = await seen(cart, 'our field manager', (now) =>
      podsIn(now, cart).some(({ meta }) =>
        meta.managers.some(({ manager, subresource }) => manager === 'kubemend' && subresource === 'resize'),
      ),
    );
    expect(podsIn(later, cart)).toMatchObject([
      { meta: { ref: { uid: target.uid } }, containers: [{ restartCount: 0, limits: { memoryBytes: 64 * 2 ** 20 } }] },
    ]);
  });

  needsNode('evict-pod ends the one pod, and its owner makes another', async () => {
    const cart = await deploy(await newNamespace({ optedIn: true }), { name: 'cart', replicas: 2 });
    await rolledOut(cart);
    await seen(cart, 'two ready pods', (view) => readyIn(view, cart) === 2);
    const proposal = await proposalOf(evictPod, incidentAbout(cart), 'memory-leak');
    expect(evictPod.preview(proposal.input, factsNow())).toMatchObject({ readyPodsNow: 2, readyPodsTaken: 1 });
    const { after, undo } = await done(evictPod.write(proposal.input));
    expect(after === undefined || after.object.meta.deletedAt !== undefined).toBe(true);
    expect(undo).toBeUndefined();
    await seen(
      cart,
      'the successor',
      (view) => podsIn(view, cart).length === 2 && !podsIn(view, cart).some(({ meta }) => meta.ref.uid === proposal.target.uid),
    );
  });

  needsNode('a StatefulSet that stays stuck after its rollback is freed by one eviction', async () => {
    const db = await deploy(await newNamespace({ optedIn: true }), { name: 'db', kind: 'StatefulSet', replicas: 2 });
    await rolledOut(db);
    await setImage(db, 'kubemend.test/busybox:typo');
    await seen(db, 'the stuck pod', (view) => podsIn(view, db).length === 2 && readyIn(view, db) === 1);
    expect(await evictPod.propose(incidentAbout(db), 'bad-rollout', factsNow())).toBeUndefined();
    const rollback = await proposalOf(rollbackRollout, incidentAbout(db), 'bad-rollout');
    expect(rollback.unproven).toBeUndefined();
    await done(rollbackRollout.write(rollback.input));
    await waitFor(
      'its controller',
      async () => (await evictPod.propose(incidentAbout(db), 'bad-rollout', factsNow())) !== undefined,
      60_000,
    );
    const eviction = await proposalOf(evictPod, incidentAbout(db), 'bad-rollout');
    expect(eviction).toMatchObject({ target: { name: 'db-1' } });
    await done(evictPod.write(eviction.input));
    await rolledOut(db);
  });
});
