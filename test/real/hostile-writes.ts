import { type Deployed, field, type KubeAnswer, type KubeClient } from './harness.ts';

/** One operation of a JSON Patch. */
export interface Operation {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path: string;
  readonly value?: unknown;
}

/** The objects that the writes below are aimed at. */
export interface Scene {
  /** Opted in; `cart` has epoch 7. */
  readonly shop: string;
  readonly cart: Deployed;
  /** In a namespace that is not opted in. */
  readonly elsewhere: Deployed;
  /** In kubemend's own namespace, which somebody has opted in. */
  readonly own: Deployed;
  /** Carries the label `kubemend.dev/protect`. */
  readonly protectedOne: Deployed;
  /** In an opted-in namespace that carries that label. */
  readonly inProtected: Deployed;
  /** Has no replicas. */
  readonly asleep: Deployed;
  /** Pods by namespace: name and uid. */
  readonly pods: Readonly<
    Record<'shop' | 'elsewhere' | 'inProtected', { readonly namespace: string; readonly name: string; readonly uid: string }>
  >;
}

/** A write that a hijacked actor may try, and what the wall says to it. */
export interface HostileWrite {
  readonly what: string;
  readonly says: string;
  /** `query` is empty or asks for a dry run. */
  send(client: KubeClient, scene: Scene, query: string): Promise<KubeAnswer>;
  /** What the API server answers without the wall, where that is not a success. */
  readonly otherwise?: number;
}

/** The stamp of an act: what every template change and eviction carries. */
export function stamp(epoch = '7', actionId = 'act-1'): readonly Operation[] {
  return [
    { op: 'add', path: '/metadata/annotations/kubemend.dev~1action-id', value: actionId },
    { op: 'add', path: '/metadata/annotations/kubemend.dev~1epoch', value: epoch },
  ];
}

/** Changes a workload as kubemend does: a JSON Patch pinned to uid and resourceVersion. */
export async function change(client: KubeClient, workload: Deployed, operations: readonly Operation[], query = ''): Promise<KubeAnswer> {
  const pin = { op: 'replace', path: '/metadata/uid', value: workload.uid };
  return client.patch(`${workload.path}${query}`, [pin, ...operations], 'json');
}

/** An eviction as kubemend sends it; `options` are its deleteOptions beside the preconditions. */
export function evictionOf(pod: Scene['pods']['shop'], options: Record<string, unknown> = { preconditions: { uid: pod.uid } }) {
  const annotations = { 'kubemend.dev/action-id': 'act-2', 'kubemend.dev/epoch': '7' };
  const { name, namespace } = pod;
  return { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace, annotations }, deleteOptions: options };
}

/** Posts an eviction. */
export function evict(client: KubeClient, eviction: ReturnType<typeof evictionOf>, query = ''): Promise<KubeAnswer> {
  const { name, namespace } = eviction.metadata;
  return client.post(`/api/v1/namespaces/${namespace}/pods/${name}/eviction${query}`, eviction);
}

/** Sets the replicas through the scale subresource. */
export function scaleTo(client: KubeClient, workload: Deployed, replicas: number, query = ''): Promise<KubeAnswer> {
  return client.patch(`${workload.path}/scale${query}`, { spec: { replicas } });
}

/** Sets requests and limits of the container `app` of a pod in place. */
export function resizeTo(client: KubeClient, pod: Scene['pods']['shop'], resources: unknown, query = ''): Promise<KubeAnswer> {
  const patch = { spec: { containers: [{ name: 'app', resources }] } };
  return client.patch(`/api/v1/namespaces/${pod.namespace}/pods/${pod.name}/resize${query}`, patch, 'strategic');
}

const POD = '/spec/template/spec';
const APP = `${POD}/containers/0`;
const secretKeyRef = { name: 'other', key: 'k' };
const says = {
  noAction: 'kubemend has no action that does this',
  scope: 'namespace not opted in',
  protect: 'protected by the label kubemend.dev/protect',
  stamp: "a change carries its action id, and an epoch no older than the object's",
  evict: 'an eviction names the uid and keeps the grace period',
  scale: 'scale by at most a factor of two, never from nor to 0',
  resize: 'in place, requests and limits change by at most a factor of two',
  metadata: "labels, owners, finalizers and foreign annotations are not kubemend's to change",
  template: 'of a workload only the containers and ConfigMap or emptyDir volumes of its template may change',
  container: 'of a container only what a rollout changes may change back',
};

const container = { name: 'second', image: 'kubemend.test/busybox:1' };
const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'gone', uid: '00000000-0000-0000-0000-000000000000' };
const add = (path: string, value: unknown): Operation => ({ op: 'add', path, value });

/** Changes of the workload `cart` that are stamped as they should be, and are none of kubemend's. */
const changes: readonly (readonly [what: string, says: string, operation: Operation])[] = [
  ['make a container privileged', says.container, add(`${APP}/securityContext`, { privileged: true })],
  ['add a capability', says.container, add(`${APP}/securityContext`, { capabilities: { add: ['SYS_ADMIN'] } })],
  ['read a new secret by env', says.container, add(`${APP}/env/-`, { name: 'X', valueFrom: { secretKeyRef } })],
  ['read a new secret by envFrom', says.container, add(`${APP}/envFrom`, [{ secretRef: { name: 'other' } }])],
  ['run an image of another repository', says.container, add(`${APP}/image`, 'kubemend.test/busybox-evil:1')],
  ['run an image of another registry', says.container, add(`${APP}/image`, 'evil.test/busybox:1')],
  ['run an image of the same name below a path', says.container, add(`${APP}/image`, 'kubemend.test/busybox/evil:1')],
  ['let the kubelet probe a foreign host', says.container, add(`${APP}/livenessProbe`, { httpGet: { host: '10.0.0.1', port: 80 } })],
  ['open a host port', says.container, add(`${APP}/ports`, [{ containerPort: 80, hostPort: 80 }])],
  ['add a hook', says.container, add(`${APP}/lifecycle`, { preStop: { exec: { command: ['sh'] } } })],
  ['rename a container', says.container, add(`${APP}/name`, 'renamed')],
  ['add a container', says.container, add(`${POD}/containers/-`, container)],
  ['add an init container', says.template, add(`${POD}/initContainers`, [container])],
  ['mount a new secret', says.template, add(`${POD}/volumes`, [{ name: 'v', secret: { secretName: 'other' } }])],
  ['mount the host', says.template, add(`${POD}/volumes`, [{ name: 'v', hostPath: { path: '/' } }])],
  [
    'mount a new token',
    says.template,
    add(`${POD}/volumes`, [{ name: 'v', projected: { sources: [{ serviceAccountToken: { path: 't' } }] } }]),
  ],
  ['share the network of the host', says.template, add(`${POD}/hostNetwork`, true)],
  ['share the processes of the host', says.template, add(`${POD}/hostPID`, true)],
  ['run as another account', says.template, add(`${POD}/serviceAccountName`, 'builder')],
  ['choose the node', says.template, add(`${POD}/nodeName`, 'node1')],
  ['change a label of the pods', says.template, add('/spec/template/metadata/labels/tier', 'gold')],
  ['hold the pods back by a finalizer', says.template, add('/spec/template/metadata/finalizers', ['x.test/y'])],
  ['change a foreign annotation of the pods', says.template, add('/spec/template/metadata/annotations/team', 'blue')],
  ['take a foreign annotation off the pods', says.template, { op: 'remove', path: '/spec/template/metadata/annotations/team' }],
  ['scale beside the scale subresource', says.template, add('/spec/replicas', 0)],
  ['pause the rollout', says.template, add('/spec/paused', true)],
  ['forget the history', says.template, add('/spec/revisionHistoryLimit', 0)],
  ['change a label', says.metadata, add('/metadata/labels/app', 'other')],
  ['protect from itself', says.metadata, add('/metadata/labels/kubemend.dev~1protect', '')],
  ['change the owner (deletion by garbage collection)', says.metadata, add('/metadata/ownerReferences', [owner])],
  ['add a finalizer', says.metadata, add('/metadata/finalizers', ['x.test/y'])],
  ['change a foreign annotation', says.metadata, add('/metadata/annotations/note', 'changed')],
  ['add a foreign annotation with no value', says.metadata, add('/metadata/annotations/empty', '')],
  ['take a foreign annotation off', says.metadata, { op: 'remove', path: '/metadata/annotations/note' }],
];

const newTag = add(`${APP}/image`, 'kubemend.test/busybox:2');

/** Acts at the wrong place, without a stamp, or by a leader that has been replaced. */
const stamps: readonly HostileWrite[] = [
  { what: 'change a workload outside the scope', says: says.scope, send: (c, s, q) => change(c, s.elsewhere, [...stamp(), newTag], q) },
  { what: 'change a workload of kubemend itself', says: says.scope, send: (c, s, q) => change(c, s.own, [...stamp(), newTag], q) },
  { what: 'change a protected workload', says: says.protect, send: (c, s, q) => change(c, s.protectedOne, [...stamp(), newTag], q) },
  { what: 'change one in a protected namespace', says: says.protect, send: (c, s, q) => change(c, s.inProtected, [...stamp(), newTag], q) },
  { what: 'change without an action id', says: says.stamp, send: (c, s, q) => change(c, s.cart, [newTag], q) },
  { what: 'change with an empty action id', says: says.stamp, send: (c, s, q) => change(c, s.cart, [...stamp('7', ''), newTag], q) },
  { what: 'change with an older epoch', says: says.stamp, send: (c, s, q) => change(c, s.cart, [...stamp('6'), newTag], q) },
  { what: 'change with an epoch that is no number', says: says.stamp, send: (c, s, q) => change(c, s.cart, [...stamp('x'), newTag], q) },
  { what: 'change with an epoch below zero', says: says.stamp, send: (c, s, q) => change(c, s.cart, [...stamp('-1'), newTag], q) },
  { what: 'lock later leaders out', says: says.stamp, send: (c, s, q) => change(c, s.cart, [...stamp('9223372036854775807'), newTag], q) },
];

const pods: readonly HostileWrite[] = [
  { what: 'evict without uid', says: says.evict, send: (c, s, q) => evict(c, evictionOf(s.pods.shop, {}), q) },
  {
    what: 'evict at once',
    says: says.evict,
    send: (c, s, q) => evict(c, evictionOf(s.pods.shop, { preconditions: { uid: s.pods.shop.uid }, gracePeriodSeconds: 0 }), q),
  },
  {
    what: 'evict without a stamp',
    says: says.stamp,
    send: (c, s, q) => {
      const eviction = evictionOf(s.pods.shop);
      return evict(
        c,
        { ...eviction, metadata: { ...eviction.metadata, annotations: { 'kubemend.dev/action-id': '', 'kubemend.dev/epoch': '' } } },
        q,
      );
    },
  },
  { what: 'evict outside the scope', says: says.scope, send: (c, s, q) => evict(c, evictionOf(s.pods.elsewhere), q) },
  { what: 'evict in a protected namespace', says: says.protect, send: (c, s, q) => evict(c, evictionOf(s.pods.inProtected), q) },
  { what: 'scale to 0', says: says.scale, send: (c, s, q) => scaleTo(c, s.cart, 0, q) },
  { what: 'scale threefold', says: says.scale, send: (c, s, q) => scaleTo(c, s.cart, 6, q) },
  { what: 'wake what was scaled to 0', says: says.scale, send: (c, s, q) => scaleTo(c, s.asleep, 1, q) },
  { what: 'scale outside the scope', says: says.scope, send: (c, s, q) => scaleTo(c, s.elsewhere, 2, q) },
  { what: 'scale in a protected namespace', says: says.protect, send: (c, s, q) => scaleTo(c, s.inProtected, 1, q) },
  { what: 'delete a pod', says: says.noAction, send: (c, s, q) => c.delete(`/api/v1/namespaces/${s.shop}/pods/${s.pods.shop.name}${q}`) },
  { what: 'delete all pods', says: says.noAction, send: (c, s, q) => c.delete(`/api/v1/namespaces/${s.shop}/pods${q}`) },
  { what: 'delete a workload', says: says.noAction, send: (c, s, q) => c.delete(`${s.cart.path}${q}`) },
  {
    what: 'run a command in a pod',
    says: says.noAction,
    send: (c, s) => c.post(`/api/v1/namespaces/${s.shop}/pods/${s.pods.shop.name}/exec?command=id&stdout=true`, undefined),
    otherwise: 400,
  },
];

/** Asks in place for more than twice (and than 128 MiB more) or less than half; needs a running pod. */
export const resizes: readonly HostileWrite[] = [
  { what: 'give 10 times the memory', says: says.resize, send: (c, s, q) => resizeTo(c, s.pods.shop, { limits: { memory: '320Mi' } }, q) },
  { what: 'give 3 times the processor', says: says.resize, send: (c, s, q) => resizeTo(c, s.pods.shop, { requests: { cpu: '15m' } }, q) },
  { what: 'take most of the processor', says: says.resize, send: (c, s, q) => resizeTo(c, s.pods.shop, { requests: { cpu: '2m' } }, q) },
];

function make(what: string, path: (scene: Scene) => string, body: unknown): HostileWrite {
  return { what, says: says.noAction, send: (client, scene, query) => client.post(`${path(scene)}${query}`, body) };
}
function patch(what: string, path: (scene: Scene) => string, body: unknown): HostileWrite {
  return { what, says: says.noAction, send: (client, scene, query) => client.patch(`${path(scene)}${query}`, body) };
}
const inShop = (resource: string) => (scene: Scene) => `/api/v1/namespaces/${scene.shop}/${resource}`;
const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' };

const others: readonly HostileWrite[] = [
  make('create a pod', inShop('pods'), { metadata: { name: 'evil' }, spec: { containers: [container] } }),
  make('create a secret', inShop('secrets'), { metadata: { name: 'evil' } }),
  make('create a ConfigMap', inShop('configmaps'), { metadata: { name: 'evil' } }),
  make('ask for the token of another account', inShop('serviceaccounts/default/token'), {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: {},
  }),
  make('give itself power', () => `${RBAC}/clusterrolebindings`, { metadata: { name: 'evil' }, roleRef, subjects: [] }),
  make('take the Lease of another', () => '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases', { metadata: { name: 'evil' } }),
  patch('opt a namespace in', (scene) => `/api/v1/namespaces/${scene.elsewhere.namespace}`, {
    metadata: { labels: { 'kubemend.dev/scope': 'enabled' } },
  }),
  patch('write a status', (scene) => `${scene.cart.path}/status`, { status: { conditions: [] } }),
  patch('set a label of a pod', (scene) => inShop(`pods/${scene.pods.shop.name}`)(scene), { metadata: { labels: { app: 'none' } } }),
];

/** Everything that the wall must refuse to a hijacked actor, whatever RBAC says, but for `resizes`. */
export const hostileWrites: readonly HostileWrite[] = [
  ...changes.map(([what, said, operation]): HostileWrite => {
    return { what, says: said, send: (client, scene, query) => change(client, scene.cart, [...stamp(), operation], query) };
  }),
  ...stamps,
  ...pods,
  ...others,
];

/** Name and uid of a pod as the API server lists it. */
export function podRef(pod: unknown): Scene['pods']['shop'] {
  const text = (path: string) => String(field(pod, path));
  return { namespace: text('metadata.namespace'), name: text('metadata.name'), uid: text('metadata.uid') };
}
