import { randomBytes } from 'node:crypto';
import { asAdmin, busybox } from './bed.ts';
import { onCleanUp } from './clean-up.ts';
import { bodyOf, field, type KubeClient } from './kube-client.ts';
import { waitFor } from './wait-for.ts';

/** The kinds that `deploy` makes. */
export type WorkloadKind = 'Deployment' | 'StatefulSet' | 'DaemonSet';

/** A workload that was made, and where the API server has it. */
export interface Deployed {
  readonly kind: WorkloadKind;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly path: string;
}

/** What to run; everything but the name has a default: a Deployment of 2 pods that sleep, ready at once, gone within a second. */
export interface WorkloadWish {
  readonly name: string;
  readonly kind?: WorkloadKind;
  readonly replicas?: number;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly progressDeadlineSeconds?: number;
  /** Merged over the one container `app`. */
  readonly container?: Readonly<Record<string, unknown>>;
  /** Merged over the pod's spec. */
  readonly pod?: Readonly<Record<string, unknown>>;
  /** Merged over the workload's spec. */
  readonly spec?: Readonly<Record<string, unknown>>;
}

/** Makes a namespace of its own, opted in or not, and takes it away in `cleanUp`; resolves when pods can be made in it. */
export async function newNamespace(options: {
  readonly optedIn: boolean;
  readonly labels?: Readonly<Record<string, string>>;
}): Promise<string> {
  const admin = await asAdmin();
  const name = `km-${randomBytes(4).toString('hex')}`;
  const labels = { ...(options.optedIn ? { 'kubemend.dev/scope': 'enabled' } : {}), ...options.labels };
  bodyOf(await admin.post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }));
  onCleanUp(() => removeNamespace(admin, name));
  const account = `/api/v1/namespaces/${name}/serviceaccounts/default`;
  await waitFor(`the default account of ${name}`, async () => (await admin.get(account)).status === 200);
  return name;
}

/** Deletes a namespace; what it resolves to waits until it is gone. */
export async function removeNamespace(admin: KubeClient, name: string): Promise<() => Promise<unknown>> {
  const path = `/api/v1/namespaces/${name}`;
  await admin.delete(path);
  return () => waitFor(`the end of namespace ${name}`, async () => (await admin.get(path)).status === 404, 90_000);
}

/** Makes a workload as the administrator; does not wait for its pods (see `rolledOut`). */
export async function deploy(namespace: string, wish: WorkloadWish): Promise<Deployed> {
  const kind = wish.kind ?? 'Deployment';
  const collection = `/apis/apps/v1/namespaces/${namespace}/${kind.toLowerCase()}s`;
  const body = bodyOf(await (await asAdmin()).post(collection, manifestOf(kind, wish)));
  return { kind, namespace, name: wish.name, uid: String(field(body, 'metadata.uid')), path: `${collection}/${wish.name}` };
}

function manifestOf(kind: WorkloadKind, wish: WorkloadWish): unknown {
  const app = { app: wish.name };
  const container = {
    name: 'app',
    image: wish.image ?? busybox,
    command: wish.command ?? ['sleep', '86400'],
    resources: { requests: { cpu: '5m', memory: '8Mi' }, limits: { memory: '32Mi' } },
    ...wish.container,
  };
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name: wish.name, labels: { ...app, ...wish.labels }, ...(wish.annotations ? { annotations: wish.annotations } : {}) },
    spec: {
      selector: { matchLabels: app },
      ...(kind === 'DaemonSet' ? {} : { replicas: wish.replicas ?? 2 }),
      ...(kind === 'StatefulSet' ? { serviceName: wish.name } : {}),
      ...(kind === 'Deployment' ? { progressDeadlineSeconds: wish.progressDeadlineSeconds ?? 20 } : {}),
      template: { metadata: { labels: app }, spec: { terminationGracePeriodSeconds: 1, containers: [container], ...wish.pod } },
      ...wish.spec,
    },
  };
}

/** Sets the image of the container `app`, as a person with kubectl does. */
export async function setImage(workload: Deployed, image: string): Promise<void> {
  const patch = { spec: { template: { spec: { containers: [{ name: 'app', image }] } } } };
  bodyOf(await (await asAdmin()).patch(workload.path, patch, 'strategic'));
}

/** Waits until the newest template serves with every pod ready, and nothing of an older one is left. */
export async function rolledOut(workload: Deployed, timeoutMs = 60_000): Promise<void> {
  const admin = await asAdmin();
  await waitFor(
    `the rollout of ${workload.kind} ${workload.namespace}/${workload.name}`,
    async () => isSettled(await admin.get(workload.path)),
    timeoutMs,
  );
}

function isSettled({ body }: { readonly body: unknown }): boolean {
  const count = (path: string) => Number(field(body, path) ?? 0);
  const isDaemonSet = field(body, 'kind') === 'DaemonSet';
  const wanted = count(isDaemonSet ? 'status.desiredNumberScheduled' : 'spec.replicas');
  const counts = isDaemonSet
    ? ['status.updatedNumberScheduled', 'status.numberReady', 'status.currentNumberScheduled']
    : ['status.updatedReplicas', 'status.readyReplicas', 'status.replicas'];
  const isObserved = count('status.observedGeneration') === count('metadata.generation');
  return isObserved && counts.every((path) => count(path) === wanted) && (!isDaemonSet || wanted > 0);
}

/** The pods of a workload that this harness made, as the API server has them now. */
export async function podsOf(workload: Deployed): Promise<readonly unknown[]> {
  const list = bodyOf(await (await asAdmin()).get(`/api/v1/namespaces/${workload.namespace}/pods?labelSelector=app%3D${workload.name}`));
  const items = field(list, 'items');
  return Array.isArray(items) ? items : [];
}
