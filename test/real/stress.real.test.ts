/** `kubemend stress` in real containers: the load is real, keeps to what was asked for, and nothing of it stays behind, however it is ended. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { amountOf } from '../../src/core/model/quantity.ts';
import {
  asAdmin,
  bed,
  bodyOf,
  busybox,
  cleanUp,
  type Deployed,
  deploy,
  field,
  hasNode,
  installKubemend,
  kubectl,
  newNamespace,
  onCleanUp,
  podsOf,
  rolledOut,
  spawnKubemend,
  waitFor,
} from './harness.ts';

afterAll(cleanUp, 180_000);

const isNode = await hasNode();
const { env } = await bed();
const hasMetrics = isNode && env.KUBE_STATE_METRICS_URL !== undefined;
const stateDir = mkdtempSync(join(tmpdir(), 'kubemend-stress-'));
const limited = { resources: { requests: { cpu: '5m', memory: '8Mi' }, limits: { cpu: '400m', memory: '128Mi' } } };

let namespace = '';
let cart: Deployed;
let pod = '';
let place = { kubeconfig: '', stateDir };

beforeAll(async () => {
  onCleanUp(async () => rmSync(stateDir, { recursive: true, force: true }));
  if (!isNode) return;
  place = { kubeconfig: (await bed()).kubeconfig, stateDir };
  namespace = await newNamespace({ optedIn: false });
  cart = await deploy(namespace, { name: 'cart', replicas: 2, container: limited });
  await rolledOut(cart);
  pod = String(field((await podsOf(cart))[0], 'metadata.name'));
}, 120_000);

const stress = (...flags: readonly string[]) => spawnKubemend(['stress', '-n', namespace, '--yes', ...flags], place);

/** What runs in the container besides its own command and this look at it. */
async function strangers(): Promise<readonly string[]> {
  const listed = await kubectl(['exec', '-n', namespace, pod, '--', 'ps', '-o', 'pid,args']);
  const lines = listed
    .split('\n')
    .slice(1)
    .map((line) => line.trim())
    .filter(Boolean);
  return lines.filter((line) => !/^1 sleep 86400$|^\d+ ps -o pid,args$/.test(line));
}

/** Milliseconds until nothing of the load runs any more. */
async function goneAfter(from: number): Promise<number> {
  await waitFor('the end of every process of the load', async () => (await strangers()).length === 0, 60_000);
  return Date.now() - from;
}

const cpuOf = async (name: string): Promise<number> => {
  const metrics = bodyOf(await (await asAdmin()).get(`/apis/metrics.k8s.io/v1beta1/namespaces/${namespace}/pods/${name}`));
  return amountOf(field(metrics, 'containers.0.usage.cpu')) ?? Number.NaN;
};

describe.skipIf(!isNode)('the load in a real container', () => {
  test.skipIf(!hasMetrics)('is what was asked for by the metrics API, and goes away with its time', async () => {
    const running = stress(pod, '--cpu', '300m', '--memory', '40Mi', '--for', '50s', '--json');
    await waitFor('CPU use of 0.2 cores in the metrics API', async () => (await cpuOf(pod)) > 0.2, 60_000);
    expect(await cpuOf(pod)).toBeLessThan(0.42);
    expect((await running.exited).code, running.stderr()).toBe(0);
    const told = JSON.parse(running.stdout());
    expect(told).toMatchObject({ pods: [{ pod, container: 'app', outcome: 'done', memoryHeldBytes: 40 * 2 ** 20 }] });
    expect(told.pods[0].meanCores).toBeGreaterThan(0.24);
    expect(told.pods[0].meanCores).toBeLessThan(0.33);
    expect(await strangers()).toEqual([]);
    await waitFor('CPU use near nothing again', async () => (await cpuOf(pod)) < 0.05, 60_000);
  });

  test('ends at once on Ctrl-C, says that it was stopped, and leaves not even the dead', async () => {
    for (const round of [1, 2, 3]) {
      const running = stress(pod, '--cpu', '100m', '--memory', '16Mi', '--for', '5m', '--json');
      await waitFor(`processes of the load (${round})`, async () => (await strangers()).length > 3, 30_000);
      const from = Date.now();
      expect((await running.stop('SIGINT')).code, running.stderr()).toBe(0);
      expect(Date.now() - from).toBeLessThan(5_000);
      expect(await strangers()).toEqual([]);
      expect(JSON.parse(running.stdout())).toMatchObject({ pods: [{ outcome: 'stopped' }] });
    }
  });

  test('does not outlive a kubemend that was killed', async () => {
    const running = stress(pod, '--cpu', '200m', '--memory', '16Mi', '--for', '5m');
    await waitFor('processes of the load', async () => (await strangers()).length > 3, 30_000);
    const from = Date.now();
    await running.stop('SIGKILL');
    expect(await goneAfter(from)).toBeLessThan(15_000);
  });

  test('keeps to its own deadline when kubemend hangs and the connection stays open', async () => {
    const from = Date.now();
    const running = stress(pod, '--cpu', '200m', '--for', '15s');
    await waitFor('processes of the load', async () => (await strangers()).length > 2, 30_000);
    process.kill(running.pid, 'SIGSTOP');
    try {
      const lastedMs = await goneAfter(from);
      expect(lastedMs).toBeGreaterThan(13_000);
      expect(lastedMs).toBeLessThan(25_000);
    } finally {
      process.kill(running.pid, 'SIGCONT');
    }
    await running.exited;
  });

  test('grows over the ramp', async () => {
    const running = stress('-l', 'app=cart', '--all', '--cpu', '300m', '--for', '24s', '--ramp', '24s', '--json');
    expect((await running.exited).code, running.stderr()).toBe(0);
    const { pods } = JSON.parse(running.stdout());
    expect(pods).toHaveLength(2);
    for (const one of pods) {
      expect(one.meanCores).toBeGreaterThan(0.1);
      expect(one.meanCores).toBeLessThan(0.2);
    }
  });

  test('is not begun where the memory does not fit', async () => {
    const running = stress(pod, '--memory', '200Mi', '--cpu', '0', '--for', '10s');
    expect((await running.exited).code).toBe(1);
    expect(running.stderr()).toMatch(/nothing is loaded: pod .*: 200 MiB do not fit: it uses \d+ MiB of 128 MiB/);
    expect(await strangers()).toEqual([]);
  });

  test('is not begun by an account of kubemend itself, which has no right to it', async () => {
    const home = await installKubemend();
    const running = spawnKubemend(['stress', pod, '-n', namespace, '--yes'], { kubeconfig: home.kubeconfig, stateDir });
    expect((await running.exited).code).toBe(1);
    expect(running.stderr()).toMatch(/may not get pods\/exec in namespace .* \[cluster-refused\]/);
  });

  test('is not begun where there is no shell, and the message says what to do', async () => {
    const volumes = [
      { name: 'keep', emptyDir: {} },
      { name: 'bare', emptyDir: {} },
    ];
    const keep = { name: 'keep', mountPath: '/keep' };
    const copying = { name: 'copy', image: busybox, command: ['cp', '/bin/busybox', '/keep/busybox'], volumeMounts: [keep] };
    const bare = await deploy(namespace, {
      name: 'bare',
      replicas: 1,
      command: ['/keep/busybox', 'sleep', '86400'],
      container: { volumeMounts: [keep, { name: 'bare', mountPath: '/bin' }] },
      pod: { volumes, initContainers: [copying] },
    });
    await rolledOut(bare);
    const running = stress('-l', 'app=bare', '--for', '5s');
    expect((await running.exited).code).toBe(1);
    expect(running.stderr()).toMatch(/container app of pod .* has no shell that works .*--container \[not-allowed\]/s);
  });
});

test.skipIf(!isNode)('a pod that is gone during the load is said to be', async () => {
  const running = stress(pod, '--cpu', '100m', '--for', '2m', '--json');
  await waitFor('processes of the load', async () => (await strangers()).length > 2, 30_000);
  await kubectl(['delete', 'pod', '-n', namespace, pod, '--wait=false']);
  expect((await running.exited).code, running.stderr()).toBe(1);
  const [told] = JSON.parse(running.stdout()).pods;
  expect(['killed', 'lost']).toContain(told.outcome);
});
