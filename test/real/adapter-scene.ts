import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { kindSourceOf } from '../../src/adapters/cluster/kubernetes/kind-source.ts';
import { type KubernetesCluster, openKubernetesCluster } from '../../src/adapters/cluster/kubernetes/kubernetes-cluster.ts';
import { writeAnswerOf } from '../../src/adapters/cluster/kubernetes/write-answer.ts';
import { requestOf } from '../../src/adapters/cluster/kubernetes/write-request.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import type { Kind } from '../../src/core/model/objects.ts';
import type { ResourceRef } from '../../src/core/model/resource.ts';
import type { ClusterWrite } from '../../src/core/model/write.ts';
import type { WriteAnswer } from '../../src/core/ports.ts';
import { quietLogger } from '../fakes/logger.ts';
import { asAdmin, bodyOf, busybox, cleanUp, deploy, onCleanUp, waitFor } from './harness.ts';

/** The uid of no object. */
export const WRONG_UID = '00000000-0000-0000-0000-000000000000';
/** Where the suite's workloads are. */
export const namespace = `kad-${randomBytes(4).toString('hex')}`;
/** Where the adapter keeps its Lease. */
export const own = `${namespace}-own`;
const groups: Partial<Record<Kind, string>> = { Pod: '', Namespace: '', Node: '' };
const opened: KubernetesCluster[] = [];
let current: KubernetesCluster | undefined;

/** The cluster that the suite works with, once it is prepared. */
export const scene = {
  get cluster(): KubernetesCluster {
    if (!current) throw new Error('the cluster is not open: call prepare() first');
    return current;
  },
  set cluster(next: KubernetesCluster) {
    current = next;
  },
};

/** Stops everything that was opened and takes back what was made. */
export async function closeAll(): Promise<void> {
  await Promise.all(opened.map((one) => one.stop()));
  await cleanUp();
}

/** Opens the bed as a kubemend of its own; `closeAll` stops it. */
export async function open(options: { standsForElection?: boolean; own?: string } = {}): Promise<KubernetesCluster> {
  const { standsForElection = true, own: ownNamespace = own } = options;
  const one = await openKubernetesCluster({ clock: systemClock, log: quietLogger, namespace: ownNamespace, standsForElection });
  opened.push(one);
  return one;
}
/** A reference into the suite's namespace. */
export function refTo(kind: Kind, name: string, uid?: string): ResourceRef {
  return { cluster: 'default', apiGroup: groups[kind] ?? 'apps', kind, namespace, name, ...(uid && { uid }) };
}
/** The object now, with what a write is pinned to. */
export async function liveOf(kind: Kind, name: string) {
  const found = await waitFor(`${kind} ${name}`, () => scene.cluster.reader.live(refTo(kind, name)));
  return { ...found, ref: found.object.meta.ref, resourceVersion: found.object.meta.resourceVersion };
}
/** The epoch in which it leads, as soon as it does. */
export async function leading(one: KubernetesCluster): Promise<number> {
  return waitFor('leadership', async () => one.election.epoch(), 30_000);
}
/** Sends a write until no controller's status update comes between its read and it. */
export async function writeTo(
  kind: Kind,
  name: string,
  make: (target: ResourceRef) => ClusterWrite,
  isDryRun = false,
): Promise<WriteAnswer> {
  const stamp = { actionId: `act-${name}`, epoch: await leading(scene.cluster) };
  return waitFor(`a steady ${kind} ${name}`, async () => {
    const { ref, resourceVersion } = await liveOf(kind, name);
    const write = make(ref);
    const answer = await (isDryRun
      ? scene.cluster.preview.tryOut(write, resourceVersion, stamp)
      : scene.cluster.writer.write(write, resourceVersion, stamp));
    return answer.is === 'changed' ? undefined : answer;
  });
}

/** The same request without our own look before it. */
export async function saysServer(write: ClusterWrite, resourceVersion: string, uid: string): Promise<WriteAnswer> {
  const source = kindSourceOf(write.target);
  if (!source) throw new Error(`no source for ${write.target.kind}`);
  const stamp = { actionId: 'never', epoch: 1 };
  const request = requestOf({ write, uid, resourceVersion, stamp, isDryRun: false }, source, {});
  const admin = await asAdmin();
  const type = request.contentType?.includes('strategic') ? 'strategic' : 'json';
  const answer = await (request.method === 'POST' ? admin.post(request.path, request.body) : admin.patch(request.path, request.body, type));
  return writeAnswerOf('test', { ...answer, retryAfterMs: undefined });
}

/** Whatever is wrong with the pin, the API server itself says `changed`. */
export async function pinsHold(kind: Kind, name: string, make: (target: ResourceRef) => ClusterWrite): Promise<void> {
  const { ref, resourceVersion, specSeen } = await liveOf(kind, name);
  const stamp = { actionId: 'never', epoch: await leading(scene.cluster) };
  const foreign = make({ ...ref, uid: WRONG_UID });
  for (const send of [scene.cluster.writer.write, scene.cluster.preview.tryOut]) {
    expect(await send(foreign, resourceVersion, stamp), 'another uid').toMatchObject({ is: 'changed' });
    expect(await send(make(ref), '1', stamp), 'an old resourceVersion').toMatchObject({ is: 'changed' });
  }
  expect(await saysServer(foreign, resourceVersion, WRONG_UID), 'another uid, by the server').toMatchObject({ is: 'changed' });
  expect(await saysServer(make(ref), '1', ref.uid ?? ''), 'an old resourceVersion, by the server').toMatchObject({ is: 'changed' });
  const after = await liveOf(kind, name);
  expect([after.specSeen, after.object.meta.deletedAt]).toEqual([specSeen, undefined]);
}

/** Pods that look ready on a node that no kubelet plays: the budget counts them, and nothing else happens to them. */
export async function readyPods(
  app: string,
  count: number,
  pod: Record<string, unknown> = { nodeName: 'kad-no-such-node' },
): Promise<void> {
  const admin = await asAdmin();
  const path = `/api/v1/namespaces/${namespace}/pods`;
  for (let index = 0; index < count; index += 1) {
    const resources = { requests: { cpu: '10m', memory: '8Mi' }, limits: { memory: '16Mi' } };
    const spec = { ...pod, terminationGracePeriodSeconds: 0, containers: [{ name: 'app', image: busybox, resources }] };
    bodyOf(await admin.post(path, { metadata: { name: `${app}-${index}`, labels: { app } }, spec }));
    const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
    bodyOf(await admin.patch(`${path}/${app}-${index}/status`, { status }));
  }
}

/** Makes the namespaces and workloads, and opens the cluster. */
export async function prepare(): Promise<void> {
  const admin = await asAdmin();
  for (const name of [namespace, own]) {
    bodyOf(await admin.post('/api/v1/namespaces', { metadata: { name, labels: { guarded: String(name === namespace) } } }));
    onCleanUp(() => admin.delete(`/api/v1/namespaces/${name}`));
  }
  await waitFor(
    'the default account',
    async () => (await admin.get(`/api/v1/namespaces/${namespace}/serviceaccounts/default`)).status === 200,
  );
  for (const kind of ['Deployment', 'StatefulSet', 'DaemonSet'] as const)
    await deploy(namespace, { kind, name: kind.toLowerCase(), replicas: 1 });
  scene.cluster = await open();
  await scene.cluster.waitForSync(AbortSignal.timeout(20_000));
}
