import { setTimeout as delay } from 'node:timers/promises';
import { asAdmin } from './bed.ts';
import { onCleanUp } from './clean-up.ts';
import { bodyOf, field, type KubeAnswer } from './kube-client.ts';
import { waitFor } from './wait-for.ts';

/** How often a kubelet says that it lives. */
const BEAT_MS = 5_000;
/** On a bed with a real node no pod of others may land where nothing runs it. */
const KEEP_OFF = 'kubemend.test/pretended';

/** What lets a pod, and only such a pod, run on a node in a zone; it says nothing of how the pod bears the loss of its node. */
export const bearsPretended = { tolerations: [{ key: KEEP_OFF, operator: 'Exists', effect: 'NoSchedule' }] };

/** A node without a kubelet: it is what the API says of it. */
export interface PretendedNode {
  readonly name: string;
  /** Its heartbeat stops; after 50 s the node lifecycle controller calls it unreachable. Returns the instant. */
  fallSilent(): number;
  /** Its heartbeat goes on, and what was evicted meanwhile ends, as a kubelet that is back does it. Returns the instant. */
  comeBack(): Promise<number>;
}

/**
 * A node that is Ready in the API alone; `cleanUp` takes it away. Without a zone it takes any pod, for stories that need no containers
 * on a bed without a kubelet; in a zone it stands beside the real one and takes only what `bearsPretended`.
 */
export async function pretendNode(name: string, zone?: string): Promise<PretendedNode> {
  const admin = await asAdmin();
  const labels = { 'kubernetes.io/hostname': name, ...(zone && { 'topology.kubernetes.io/zone': zone }) };
  const taints = zone ? [{ key: KEEP_OFF, effect: 'NoSchedule' }] : [];
  bodyOf(await admin.post('/api/v1/nodes', { metadata: { name, labels }, spec: { taints } }));
  let readySince = await beat(name);
  const start = () => setInterval(() => void beat(name, readySince), BEAT_MS);
  let heart = start();
  onCleanUp(async () => {
    clearInterval(heart);
    await admin.delete(`/api/v1/nodes/${name}`);
    return () => endPods(name);
  });
  await waitFor(`${name} takes pods`, async () => isOpen(await admin.get(`/api/v1/nodes/${name}`)));
  return {
    name,
    fallSilent() {
      clearInterval(heart);
      return Date.now();
    },
    async comeBack() {
      clearInterval(heart);
      readySince = await beat(name);
      heart = start();
      for (const pod of await podsOn(name)) await (field(pod, 'metadata.deletionTimestamp') ? endPod(pod) : sayReady(pod));
      return Date.parse(readySince);
    },
  };
}

/** The API server closes every new node, and the node lifecycle controller opens it a moment after its first heartbeat. */
function isOpen({ body }: KubeAnswer): boolean {
  return !JSON.stringify(field(body, 'spec.taints') ?? []).includes('node.kubernetes.io/not-ready');
}

/** One heartbeat: Ready since then (now unless said otherwise). Returns since when. */
async function beat(name: string, readySince?: string): Promise<string> {
  const now = new Date().toISOString();
  const since = readySince ?? now;
  const ready = { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'pretended' };
  const room = { cpu: '4', memory: '8Gi', pods: '110' };
  const conditions = [{ ...ready, lastHeartbeatTime: now, lastTransitionTime: since }];
  await (await asAdmin()).patch(`/api/v1/nodes/${name}/status`, { status: { conditions, capacity: room, allocatable: room } }, 'strategic');
  return since;
}

/** The pods that are bound to a node. */
async function podsOn(node: string): Promise<readonly unknown[]> {
  const items = field(bodyOf(await (await asAdmin()).get(`/api/v1/pods?fieldSelector=spec.nodeName%3D${node}`)), 'items');
  return Array.isArray(items) ? items : [];
}

/** No kubelet will ever say that the pods have ended, and for a moment the scheduler goes on binding to the node. */
async function endPods(node: string): Promise<void> {
  for (let round = 0; round < 5; round += 1) {
    for (const pod of await podsOn(node)) await endPod(pod);
    await delay(1_000);
  }
}

async function endPod(pod: unknown): Promise<void> {
  const path = `/api/v1/namespaces/${field(pod, 'metadata.namespace')}/pods/${field(pod, 'metadata.name')}`;
  await (await asAdmin()).delete(path, { gracePeriodSeconds: 0 });
}

function sayReady(pod: unknown): Promise<void> {
  return pretendReady(String(field(pod, 'metadata.namespace')), String(field(pod, 'metadata.name')));
}

/** Says of a pod with the one container `app` what a kubelet would: that it runs and is ready. */
export async function pretendReady(namespace: string, name: string): Promise<void> {
  const now = new Date().toISOString();
  const types = ['Initialized', 'PodScheduled', 'ContainersReady', 'Ready'];
  const conditions = types.map((type) => ({ type, status: 'True', lastTransitionTime: now }));
  const container = { name: 'app', image: 'kubemend.test/busybox:1', imageID: '', ready: true, started: true, restartCount: 0 };
  const containerStatuses = [{ ...container, state: { running: { startedAt: now } } }];
  const patch = { status: { phase: 'Running', startTime: now, conditions, containerStatuses } };
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/status`;
  await waitFor(`pod ${name}`, async () => (await (await asAdmin()).patch(path, patch, 'strategic')).status === 200);
}
