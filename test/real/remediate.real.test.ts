/** The file-based way: figures into a CSV, insights out of it, and mending under the guards of `run`, on a real API server and kubelet. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PodInsights } from '../../src/app/insights/insight.ts';
import {
  asAdmin,
  auditLog,
  bed,
  cleanUp,
  deploy,
  hasNode,
  newNamespace,
  onCleanUp,
  rolledOut,
  setImage,
  spawnKubemend,
  waitFor,
} from './harness.ts';

afterAll(cleanUp, 180_000);

const needsNode = test.skipIf(!(await hasNode()));
const directory = mkdtempSync(join(tmpdir(), 'kubemend-remediate-'));
const files = { metrics: join(directory, 'pods.csv'), insights: join(directory, 'insights.json') };
let place = { kubeconfig: '', stateDir: join(directory, 'state') };

beforeAll(async () => {
  place = { ...place, kubeconfig: (await bed()).kubeconfig };
  onCleanUp(async () => rmSync(directory, { recursive: true, force: true }));
});

/** Requests that could change something, of everybody who calls himself kubemend and is no service account. */
async function mutating(since: number) {
  const all = await auditLog({ since });
  return all.filter(
    ({ agent, user, verb, resource }) =>
      agent === 'kubemend' && !user.startsWith('system:serviceaccount:') && resource !== '' && !['get', 'list', 'watch'].includes(verb),
  );
}

needsNode(
  'collect, watch and remediate --dry-run find a bad rollout, plan its rollback, and change nothing',
  { timeout: 240_000 },
  async () => {
    const namespace = await newNamespace({ optedIn: true });
    const cart = await deploy(namespace, { name: 'cart', replicas: 2 });
    await rolledOut(cart);
    await delay(2_500); // it serves before the change that will be blamed
    const since = Date.now();
    const collecting = spawnKubemend(['collect', '--output-file', files.metrics, '--interval', '3s', '-n', namespace], place);
    await waitFor('two rounds', async () => linesOf(files.metrics) >= 5, 60_000);
    await setImage(cart, 'kubemend.test/busybox:typo');
    await waitFor(
      'the failed pull in the file',
      async () => /ErrImagePull|ImagePullBackOff/.test(readFileSync(files.metrics, 'utf8')),
      60_000,
    );
    expect((await collecting.stop()).code).toBe(0);

    const watching = spawnKubemend(['watch', '--test', '--input-file', files.metrics, '--output-file', files.insights], place);
    expect((await watching.exited).code, watching.stderr()).toBe(1);
    const { insights } = PodInsights.parse(JSON.parse(readFileSync(files.insights, 'utf8')));
    expect(insights).toMatchObject([{ namespace, anomaly: 'config', alert: true, workload: 'Deployment/cart' }]);

    const remediating = spawnKubemend(['remediate', '--dry-run', '--json', '--metrics-file', files.insights, '-n', namespace], place);
    expect((await remediating.exited).code, remediating.stderr()).toBe(0);
    expect(JSON.parse(remediating.stdout())).toMatchObject({
      incidents: [
        {
          subject: { kind: 'Deployment', name: 'cart' },
          phase: 'denied',
          plan: { action: 'rollback-rollout' },
          preview: { dryRun: { answer: 'accepted' } },
          verdict: { decision: 'deny', reasons: expect.arrayContaining([expect.stringContaining('mode: ')]) },
        },
      ],
    });
    const writes = await mutating(since);
    expect(writes.filter(({ dryRun, resource }) => !dryRun && !/reviews$/.test(resource))).toEqual([]);
    expect(writes.some(({ dryRun, resource }) => dryRun && resource === 'apps/deployments')).toBe(true);
    const admin = await asAdmin();
    expect(JSON.stringify((await admin.get(cart.path)).body)).toContain('busybox:typo');
  },
);

function linesOf(file: string): number {
  try {
    return readFileSync(file, 'utf8').split('\n').length - 1;
  } catch {
    return 0;
  }
}
