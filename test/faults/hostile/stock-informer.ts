import { setTimeout as sleep } from 'node:timers/promises';
import { CoreV1Api, KubeConfig, makeInformer, type V1ConfigMap } from '@kubernetes/client-node';
import { bodyOf, field, type KubeClient } from '../../real/harness/kube-client.ts';
import { waitFor } from '../../real/harness/wait-for.ts';
import type { Harm } from './harms.ts';
import type { HostileProxy } from './hostile-proxy.ts';

/** What the stock informer held so long after a harm. */
export interface Informed {
  readonly harm: string;
  readonly restarts: boolean;
  /** Whether it held what the API server has: names and resourceVersions. */
  readonly isEqual: boolean;
}

/** One harm to one informer of its own namespace. */
export interface Trial {
  readonly proxy: HostileProxy;
  readonly admin: KubeClient;
  readonly namespace: string;
  readonly harm: Harm;
  /** Starts again 5 s after an error, as its documentation shows; an informer without that is left as it is. */
  readonly restarts: boolean;
  /** When its cache is looked at. */
  readonly afterMs: number;
}

const RESTART_MS = 5_000;
/** Another object changes all the time, as in a living cluster: the stream is never quiet. */
const PULSE_MS = 2_000;

/** Lets @kubernetes/client-node's informer follow ConfigMaps through the proxy, does the harm, changes them, and compares later. */
export async function tryStockInformer({ proxy, admin, namespace, harm, restarts, afterMs }: Trial): Promise<Informed> {
  const path = `/api/v1/namespaces/${namespace}/configmaps`;
  const config = new KubeConfig();
  config.loadFromClusterAndUser({ name: 'proxy', server: proxy.url, skipTLSVerify: true }, { name: 'me' });
  const api = config.makeApiClient(CoreV1Api);
  const informer = makeInformer<V1ConfigMap>(config, path, () => api.listNamespacedConfigMap({ namespace }));
  const stopped = new AbortController();
  informer.on('error', () => {
    if (restarts && !stopped.signal.aborted) setTimeout(() => void (stopped.signal.aborted || informer.start()), RESTART_MS).unref();
  });
  const put = async (name: string, step: number) =>
    void bodyOf(await admin.patch(`${path}/${name}`, { metadata: { annotations: { step: `${step}` } } }));
  for (const name of ['note', 'pulse']) bodyOf(await admin.post(path, { metadata: { name } }));
  await informer.start();
  await waitFor(`a watch of ${path}`, async () => proxy.watchesOf(path).length > 0);
  await sleep(500);
  harm.do(proxy, path);
  for (let step = 1; step <= (harm.needsFrames ?? 1); step += 1) await put('note', step);
  for (const end = performance.now() + afterMs; performance.now() < end; await sleep(PULSE_MS)) await put('pulse', end - performance.now());
  const items = field(bodyOf(await admin.get(path)), 'items');
  const truth = (Array.isArray(items) ? items : []).map(
    (item) => `${field(item, 'metadata.name')}@${field(item, 'metadata.resourceVersion')}`,
  );
  const held = informer.list().map(({ metadata }) => `${metadata?.name}@${metadata?.resourceVersion}`);
  stopped.abort();
  await informer.stop();
  return { harm: harm.name, restarts, isEqual: `${held.toSorted()}` === `${truth.toSorted()}` };
}
