import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { quietLogger } from '../../test/fakes/logger.ts';
import { type KubernetesCluster, openKubernetesCluster } from '../adapters/cluster/kubernetes/kubernetes-cluster.ts';
import { systemClock } from '../adapters/system/clock.ts';
import { type ApiServer, startApiServer } from './api-server.ts';
import { createClock } from './clock.ts';
import { createWorld } from './create-world.ts';
import { kubeconfigOf } from './kubeconfig.ts';
import type { World } from './world.ts';

let server: ApiServer;
let world: World;
let cluster: KubernetesCluster;
let folder: string;

beforeAll(async () => {
  world = createWorld({ clock: createClock(Date.now()), seed: 1 });
  server = await startApiServer(world, { port: 0 });
  folder = await mkdtemp(join(tmpdir(), 'kubemend-simulator-'));
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, kubeconfigOf(server.url, 'admin'));
  world.objects.create('deployments.apps', {
    metadata: { name: 'cart', namespace: 'default' },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: 'cart' } },
      template: { metadata: { labels: { app: 'cart' } }, spec: { containers: [{ name: 'app', image: 'cart:2' }] } },
    },
  });
  cluster = await openKubernetesCluster({
    ...{ clock: systemClock, log: quietLogger, namespace: 'default', standsForElection: true },
    kubeconfig,
  });
  await cluster.waitForSync(AbortSignal.timeout(5_000));
});
afterAll(async () => {
  await cluster.stop();
  await server.stop();
  await rm(folder, { recursive: true });
});

async function leading(): Promise<number> {
  for (let tries = 0; tries < 100; tries += 1) {
    const epoch = cluster.election.epoch();
    if (epoch !== undefined) return epoch;
    await systemClock.sleep(20);
  }
  throw new Error('kubemend never led');
}

it('gives the adapter every kind', () => {
  expect(cluster.describe().kinds.filter(({ state }) => state !== 'synced')).toEqual([]);
});

it('takes a pinned template from the adapter, once, and counts it as an effective write', async () => {
  const ref = { cluster: 'default', apiGroup: 'apps', kind: 'Deployment', namespace: 'default', name: 'cart' };
  const live = await cluster.reader.live(ref);
  if (!live) throw new Error('the Deployment is not there');
  const { uid, ...meta } = { ...live.object.meta, uid: live.object.meta.ref.uid ?? '' };
  const template = { metadata: { labels: { app: 'cart' } }, spec: { containers: [{ name: 'app', image: 'cart:1' }] } };
  const write = { verb: 'replace-template', target: { ...ref, uid }, template } as const;
  const stamp = { actionId: 'act-1', epoch: await leading() };
  expect(await cluster.preview.tryOut(write, meta.resourceVersion, stamp)).toMatchObject({ is: 'done' });
  const changes = () => server.effectiveWrites().filter(({ resource }) => resource === 'deployments.apps');
  expect(changes()).toEqual([]);
  expect(await cluster.writer.write(write, meta.resourceVersion, stamp)).toMatchObject({ is: 'done', specAfter: 'generation:2' });
  expect(await cluster.writer.write(write, meta.resourceVersion, stamp)).toMatchObject({ is: 'changed' });
  expect(changes()).toMatchObject([{ method: 'PATCH', name: 'cart', username: 'kubernetes-admin' }]);
  const stored = world.objects.get({ resource: 'deployments.apps', namespace: 'default', name: 'cart' });
  expect(stored?.spec).toMatchObject({ template: { spec: { containers: [{ image: 'cart:1' }] } } });
  expect(stored?.metadata.annotations).toMatchObject({ 'kubemend.dev/action-id': 'act-1' });
});
