import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ManifestOptions } from '../../src/app/manifests.ts';
import {
  actsOf,
  asAdmin,
  bodyOf,
  busybox,
  cleanUp,
  type Deployed,
  deploy,
  field,
  hasNode,
  installKubemend,
  type KubeClient,
  kubectl,
  newNamespace,
  onCleanUp,
  podsOf,
  rolledOut,
  type WorkloadKind,
  waitFor,
} from './harness.ts';
import { change, evict, evictionOf, hostileWrites, podRef, resizes, resizeTo, type Scene, scaleTo, stamp } from './hostile-writes.ts';

const node = await hasNode();
const wide = ['km-wall-hijacked'];
/** One action for each verb that exists, so that RBAC lets through what the wall is to judge. */
const verbs: ManifestOptions['actions'] = [
  {
    name: 'template',
    rbac: ['deployments', 'statefulsets', 'daemonsets'].map((resource) => ({ apiGroup: 'apps', resource, verbs: ['patch'] })),
  },
  {
    name: 'scale',
    rbac: ['deployments/scale', 'statefulsets/scale'].map((resource) => ({ apiGroup: 'apps', resource, verbs: ['patch'] })),
  },
  {
    name: 'pods',
    rbac: [
      { apiGroup: '', resource: 'pods/eviction', verbs: ['create'] },
      { apiGroup: '', resource: 'pods/resize', verbs: ['patch'] },
    ],
  },
];
let admin: KubeClient;
let actor: KubeClient;
let scene: Scene;

beforeAll(async () => {
  const home = await installKubemend({ namespace: 'km-wall', actions: verbs });
  [admin, actor] = [await asAdmin(), await home.asActor()];
  scene = await newScene(home.namespace);
}, 180_000);
afterAll(cleanUp, 180_000);

const dressed = { labels: {}, annotations: { note: 'by ann', 'kubemend.dev/epoch': '7' } };

async function newScene(ownNamespace: string): Promise<Scene> {
  const [shop, outside, shut] = await Promise.all([
    newNamespace({ optedIn: true }),
    newNamespace({ optedIn: false }),
    newNamespace({ optedIn: true, labels: { 'kubemend.dev/protect': '' } }),
  ]);
  await kubectl(['label', 'namespace', ownNamespace, 'kubemend.dev/scope=enabled']);
  await kubectl(['-n', shop, 'create', 'secret', 'generic', 'cart-db', '--from-literal=password=x']);
  const [cart, elsewhere, own, protectedOne, inProtected, asleep] = await Promise.all([
    deploy(shop, { name: 'cart', ...dressed, spec: { template: templateOf('cart') } }),
    deploy(outside, { name: 'elsewhere', ...dressed, replicas: 1 }),
    deploy(ownNamespace, { name: 'own', ...dressed, replicas: 0 }),
    deploy(shop, { name: 'protected', annotations: { note: '' }, labels: { 'kubemend.dev/protect': '' }, replicas: 0 }),
    deploy(shut, { name: 'shut', ...dressed, replicas: 1 }),
    deploy(shop, { name: 'asleep', ...dressed, replicas: 0 }),
  ]);
  if (node) await rolledOut(cart);
  const podOf = async (workload: Deployed) => podRef(await waitFor(`a pod of ${workload.name}`, async () => (await podsOf(workload))[0]));
  const pods = { shop: await podOf(cart), elsewhere: await podOf(elsewhere), inProtected: await podOf(inProtected) };
  return { shop, cart, elsewhere, own, protectedOne, inProtected, asleep, pods };
}

/** A template with what a hostile change would have to change: an env from a secret, and annotations. */
function templateOf(name: string): unknown {
  const password = { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'cart-db', key: 'password' } } };
  const resources = { requests: { cpu: '5m', memory: '8Mi' }, limits: { memory: '32Mi' } };
  return {
    metadata: { labels: { app: name }, annotations: { team: 'red', 'checksum/config': 'b', 'kubectl.kubernetes.io/restartedAt': 'b' } },
    spec: {
      terminationGracePeriodSeconds: 1,
      containers: [{ name: 'app', image: busybox, command: ['sleep', '86400'], env: [password], resources }],
    },
  };
}

/** Everything that a rollback may bring back at once. */
async function rollbackOf(workload: Deployed) {
  const template = field(bodyOf(await admin.get(workload.path)), 'spec.template');
  const spec = Object.assign({}, field(template, 'spec'));
  const container = {
    ...Object.assign({}, field(spec, 'containers.0')),
    image: 'kubemend.test/busybox:1-old',
    command: ['sleep', '1000'],
    args: [],
    workingDir: '/tmp',
    env: [
      { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'cart-db', key: 'password' } } },
      { name: 'MODE', value: 'old' },
    ],
    resources: { requests: { cpu: '10m' }, limits: { memory: '64Mi' } },
    readinessProbe: { httpGet: { path: '/', port: 80 } },
    volumeMounts: [{ name: 'config', mountPath: '/config' }],
  };
  const labels = { app: workload.name, 'app.kubernetes.io/version': '1', 'helm.sh/chart': 'cart-1' };
  const volumes = [{ name: 'config', configMap: { name: 'cart' } }];
  const annotations = { team: 'red', 'checksum/config': 'a' };
  return { metadata: { labels, annotations }, spec: { ...spec, containers: [container], volumes } };
}

describe('the actor under its generated role', () => {
  test.each<WorkloadKind>(['Deployment', 'StatefulSet', 'DaemonSet'])(
    'may give a %s an older template, once for each epoch',
    async (kind) => {
      const name = `old-${kind.toLowerCase()}`;
      const workload = await deploy(scene.shop, { name, kind, ...dressed, replicas: 0, spec: { template: templateOf(name) } });
      const operation = { op: 'replace', path: '/spec/template', value: await rollbackOf(workload) } as const;
      const since = Date.now();
      const answers = [
        await change(actor, workload, [...stamp('7', 'dry'), operation], '?dryRun=All'),
        await change(actor, workload, [...stamp('8', 'one'), operation]),
        await change(actor, workload, [...stamp('7', 'late'), operation]),
        await change(actor, workload, [...stamp('8', 'two'), operation]),
      ];
      expect(answers.map((answer) => `${answer.status} ${answer.message}`)).toEqual([
        '200 ',
        '200 ',
        expect.stringContaining('422'),
        '200 ',
      ]);
      const acts = await waitFor('two acts', async () => {
        const found = await actsOf(':km-wall:actor', since);
        return found.length === 2 && found;
      });
      expect(acts.map((act) => act.name)).toEqual([name, name]);
    },
  );

  test('may scale by half and twofold', async () => {
    const answers = [
      await scaleTo(actor, scene.cart, 4),
      await scaleTo(actor, scene.cart, 2),
      await scaleTo(actor, scene.cart, 1, '?dryRun=All'),
    ];
    expect(answers.map((answer) => `${answer.status} ${answer.message}`)).toEqual(['200 ', '200 ', '200 ']);
  });

  test.skipIf(!node)('may give a pod more memory in place, and take it back', async () => {
    const memory = (limit: string) => resizeTo(actor, scene.pods.shop, { limits: { memory: limit } });
    const answers = [await memory('160Mi'), await memory('32Mi')];
    expect(answers.map((answer) => `${answer.status} ${answer.message}`)).toEqual(['200 ', '200 ']);
  });

  test('may evict a pod by uid, and by a wrong uid evicts none', async () => {
    const spare = await deploy(scene.shop, { name: 'spare', replicas: 1 });
    const pod = podRef(await waitFor('a pod', async () => (await podsOf(spare))[0]));
    const wrong = await evict(actor, evictionOf(pod, { preconditions: { uid: spare.uid } }));
    const right = await evict(actor, evictionOf(pod));
    expect([wrong.status, right.status]).toEqual([409, 201]);
    await waitFor('its end', async () => (await podsOf(spare)).every((each) => podRef(each).uid !== pod.uid));
  });

  test('is refused by RBAC, before the wall is asked, what no action needs', async () => {
    const pod = `/api/v1/namespaces/${scene.shop}/pods/${scene.pods.shop.name}`;
    const wall = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings/km-wall-actor';
    const answers = await Promise.all([
      actor.delete(pod),
      actor.post(`/api/v1/namespaces/${scene.shop}/pods`, {}),
      actor.post(`${pod}/exec?command=id`, undefined),
      actor.get(`/api/v1/namespaces/${scene.shop}/secrets/cart-db`),
      actor.get(pod),
      actor.put(scene.cart.path, {}),
      actor.patch(`/api/v1/namespaces/${scene.elsewhere.namespace}`, {}),
      actor.post('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {}),
      // Admission policies are exempt from admission policies: here RBAC is the only wall.
      actor.delete(wall),
      actor.patch(wall, {}),
    ]);
    for (const { status, message } of answers)
      expect(`${status} ${message}`).toMatch(/^403 .*User "system:serviceaccount:km-wall:actor" cannot/);
  });
});

const all = node ? [...hostileWrites, ...resizes] : hostileWrites;

describe('a hijacked actor that somebody has bound to cluster-admin', () => {
  beforeAll(async () => {
    const [name = ''] = wide;
    await kubectl(['create', 'clusterrolebinding', name, '--clusterrole=cluster-admin', '--serviceaccount=km-wall:actor']);
    onCleanUp(() => kubectl(['delete', 'clusterrolebinding', name, '--ignore-not-found']));
    await waitFor('its power', async () => (await actor.get('/api/v1/secrets?limit=1')).status === 200);
  });

  test.each(all)('cannot $what', async ({ send, says }) => {
    const since = Date.now();
    const { status, message } = await send(actor, scene, '');
    expect(message).toContain(`ValidatingAdmissionPolicy 'km-wall-actor' with binding 'km-wall-actor' denied request: ${says}`);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(await actsOf(':km-wall:actor', since)).toEqual([]);
  });

  test('is alone behind the wall: an administrator writes as ever', async () => {
    bodyOf(await admin.patch(scene.elsewhere.path, { metadata: { labels: { touched: 'yes' } } }));
    bodyOf(await admin.post(`/api/v1/namespaces/${scene.shop}/configmaps`, { metadata: { name: 'theirs' } }));
  });
});

describe('control: with the policy unbound', () => {
  beforeAll(async () => {
    await kubectl(['delete', 'validatingadmissionpolicybinding', 'km-wall-actor']);
    const probe = () => scaleTo(actor, scene.cart, 0, '?dryRun=All');
    await waitFor('the wall is down', async () => (await probe()).status === 200);
  });

  test.each(all)('the same actor can $what', async ({ send, otherwise }) => {
    const { status, message } = await send(actor, scene, '?dryRun=All');
    expect(`${status < 300 || status} ${message}`).toMatch(otherwise ? new RegExp(`^${otherwise} `) : /^true /);
  });

  test('and what it does takes effect', async () => {
    bodyOf(await scaleTo(actor, scene.cart, 0));
    expect(field(bodyOf(await admin.get(scene.cart.path)), 'spec.replicas')).toBe(0);
  });
});
