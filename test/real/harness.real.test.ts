import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  actsOf,
  asAdmin,
  auditLog,
  bed,
  bodyOf,
  cleanUp,
  deploy,
  field,
  hasNode,
  type Installation,
  installKubemend,
  newNamespace,
  onCleanUp,
  podsOf,
  rolledOut,
  setImage,
  spawnKubemend,
  waitFor,
} from './harness.ts';

afterAll(cleanUp, 180_000);

const start = Date.now();
const needsNode = test.skipIf(!(await hasNode()));
const home: Installation = await installKubemend({ namespace: 'km-harness' });
const actorName = ':km-harness:actor';

function marked(key: string, value: string) {
  const notes = { 'kubemend.dev/action-id': key, 'kubemend.dev/epoch': value };
  return { metadata: { annotations: notes } };
}

describe('an installation', () => {
  test('gives a kubeconfig as whom the API server knows the observer', async () => {
    const whoami = await (await home.asObserver()).post('/apis/authentication.k8s.io/v1/selfsubjectreviews', {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'SelfSubjectReview',
    });
    expect(field(bodyOf(whoami), 'status.userInfo.username')).toBe('system:serviceaccount:km-harness:observer');
  });

  test('lets the observer read pods and ask for the token of the actor, and neither read secrets nor write', async () => {
    const observer = await home.asObserver();
    const token = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
    const accounts = '/api/v1/namespaces/km-harness/serviceaccounts';
    const answers = [
      await observer.get('/api/v1/pods?limit=1'),
      await observer.get('/api/v1/events?limit=1'),
      await observer.post(`${accounts}/actor/token`, token),
      await observer.post(`${accounts}/observer/token`, token),
      await observer.get('/api/v1/secrets?limit=1'),
      await observer.get('/api/v1/configmaps?limit=1'),
      await observer.post('/api/v1/namespaces/km-harness/configmaps', { metadata: { name: 'x' } }),
    ];
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 201, 403, 403, 403, 403]);
  });

  test('lets the observer take and renew its own Lease and no other', async () => {
    const observer = await home.asObserver();
    const leases = '/apis/coordination.k8s.io/v1/namespaces/km-harness/leases';
    const made = await observer.post(leases, { metadata: { name: 'kubemend' }, spec: { holderIdentity: 'a' } });
    const renewed = await observer.put(`${leases}/kubemend`, made.body);
    const foreign = await observer.get('/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kube-scheduler');
    expect([made.status, renewed.status, foreign.status]).toEqual([201, 200, 403]);
  });
});

describe('the audit log', () => {
  test('tells effective writes from dry runs, refusals and writes that changed nothing', async () => {
    const namespace = await newNamespace({ optedIn: true });
    const shop = await deploy(namespace, { name: 'shop', replicas: 0 });
    const actor = await home.asActor();
    const path = shop.path;
    const since = Date.now();
    const answers = [
      await actor.patch(`${path}?dryRun=All`, marked('a', '1')),
      await actor.patch(path, marked('b', '1')),
      await actor.patch(path, marked('b', '1')),
      await actor.patch(path, marked('c', '0')),
      await actor.patch(path, { metadata: { labels: { app: 'other' } } }),
    ];
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 422, 422]);
    const seen = await waitFor('5 patches in the log', async () => {
      const all = await auditLog({ user: actorName, namespace, since });
      return all.length === 5 && all;
    });
    expect(seen.map(({ code, dryRun, effective }) => ({ code, dryRun, effective }))).toEqual([
      { code: 200, dryRun: true, effective: false },
      { code: 200, dryRun: false, effective: true },
      { code: 200, dryRun: false, effective: false },
      { code: 422, dryRun: false, effective: false },
      { code: 422, dryRun: false, effective: false },
    ]);
    expect(await actsOf(actorName, since)).toHaveLength(1);
    expect(seen[1]).toMatchObject({ verb: 'patch', resource: 'apps/deployments', name: 'shop' });
  });

  test('counts neither tokens nor Leases nor reviews as acts', async () => {
    expect(await actsOf(':km-harness:observer', start)).toEqual([]);
    const tokens = await auditLog({
      user: ':km-harness:observer',
      since: start,
      resource: 'core/serviceaccounts/token',
      verbs: ['create'],
    });
    expect(tokens.map((request) => request.code)).toEqual([201, 403]);
  });
});

describe('workloads', () => {
  needsNode.each(['Deployment', 'StatefulSet', 'DaemonSet'] as const)(
    'of kind %s run on the node and stick on a bad image',
    async (kind) => {
      const namespace = await newNamespace({ optedIn: true });
      const cart = await deploy(namespace, { name: 'cart', kind });
      await rolledOut(cart);
      await setImage(cart, 'kubemend.test/busybox:typo');
      const waiting = await waitFor('a pod that waits for its image', async () => {
        const reasons = (await podsOf(cart)).map((pod) => field(pod, 'status.containerStatuses.0.state.waiting.reason'));
        return reasons.find((reason) => reason !== undefined && reason !== 'ContainerCreating');
      });
      expect(['ErrImagePull', 'ImagePullBackOff']).toContain(waiting);
      await expect(rolledOut(cart, 300)).rejects.toThrow(/rollout of .*cart: not within 0.3 s/);
    },
  );

  test('go away with their namespace in cleanUp', async () => {
    const admin = await asAdmin();
    const namespace = await newNamespace({ optedIn: false });
    await cleanUp();
    expect((await admin.get(`/api/v1/namespaces/${namespace}`)).status).toBe(404);
    expect((await admin.get('/apis/rbac.authorization.k8s.io/v1/clusterroles/km-harness-actor')).status).toBe(404);
    expect((await admin.get('/api/v1/namespaces/km-harness')).status).toBe(404);
  });
});

describe('a kubemend process', () => {
  async function program(source: string): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'kubemend-real-'));
    onCleanUp(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'program.ts'), source);
    return join(folder, 'program.ts');
  }

  test('is heard, is given its kubeconfig and state folder, and ends orderly on SIGTERM', async () => {
    const script = await program(`
      process.on('SIGTERM', () => process.exit(7));
      console.log(process.argv[2], process.env.KUBECONFIG, process.env.KUBEMEND_STATE_DIR);
      setInterval(() => {}, 1000);
    `);
    const child = spawnKubemend(['run'], { kubeconfig: '/k', stateDir: '/s', script });
    await child.says(/run \/k \/s/);
    expect(await child.stop()).toEqual({ code: 7, signal: null });
  });

  test('can be killed at once', async () => {
    const script = await program('console.log("up"); setInterval(() => {}, 1000);');
    const child = spawnKubemend([], { kubeconfig: '/k', stateDir: '/s', script });
    await child.says(/up/);
    expect(await child.stop('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
  });

  test('that ends early is reported with its output', async () => {
    const script = await program('console.error("no cluster"); process.exit(3);');
    const child = spawnKubemend([], { kubeconfig: '/k', stateDir: '/s', script });
    await expect(child.says(/ready/)).rejects.toThrow(/ended without saying[\s\S]*no cluster/);
    expect((await child.exited).code).toBe(3);
  });
});

test('the bed that the harness found is the one of the environment', async () => {
  expect((await bed()).server).toMatch(/^https:\/\/127\.0\.0\.1:/);
});
