import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { RequestOptions } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { type KubernetesCluster, openKubernetesCluster } from '../../../src/adapters/cluster/kubernetes/kubernetes-cluster.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { kubeconfigFor } from '../../fakes/api-server.ts';
import { quietLogger } from '../../fakes/logger.ts';
import { asAdmin, bed, type KubeClient, newNamespace, onCleanUp } from '../../real/harness.ts';
import { type HostileProxy, startHostileProxy } from './hostile-proxy.ts';
import { type Probes, placeProbes, type Watched, watchedCollections } from './probes.ts';

/** The bed's API server behind a hostile proxy, and our adapter that sees it through the proxy alone. */
export interface HostileScene {
  readonly proxy: HostileProxy;
  readonly cluster: KubernetesCluster;
  readonly admin: KubeClient;
  readonly all: readonly Watched[];
  readonly probes: Probes;
}

/** Sets it all up on the bed that runs; `cleanUp` of the harness takes it away. */
export async function openHostileScene(): Promise<HostileScene> {
  const admin = await asAdmin();
  const proxy = await startHostileProxy({ ...(await adminOf((await bed()).kubeconfig)), server: (await bed()).server });
  onCleanUp(() => proxy.stop());
  const namespace = await newNamespace({ optedIn: false });
  const all = watchedCollections(namespace);
  const probes = await placeProbes(admin, all, { namespace, name: `hostile-${randomBytes(4).toString('hex')}` });
  onCleanUp(() => probes.remove());
  const folder = await mkdtemp(join(tmpdir(), 'kubemend-hostile-'));
  onCleanUp(() => rm(folder, { recursive: true, force: true }));
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, kubeconfigFor(proxy.url));
  const options = { kubeconfig, namespace, standsForElection: false };
  const cluster = await openKubernetesCluster({ ...options, clock: systemClock, log: quietLogger });
  onCleanUp(() => cluster.stop());
  await cluster.waitForSync(AbortSignal.timeout(30_000));
  return { proxy, cluster, admin, all, probes };
}

/** The administrator's certificate, for the proxy to ask with. */
async function adminOf(file: string): Promise<Pick<RequestOptions, 'ca' | 'cert' | 'key'>> {
  const config = new KubeConfig();
  config.loadFromFile(file);
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const { ca, cert, key } = options;
  return { ca, cert, key };
}
