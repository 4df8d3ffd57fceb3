import { expect, it } from 'vitest';
import { conditionOf } from '../../src/simulator/cluster/conditions.ts';
import { at, isObject, type JsonObject, numberAt, objectsAt, textAt } from '../../src/simulator/json.ts';
import { aContainer, aSimulatedCluster, aTemplate, aWorkload, type Simulated } from './simulated.ts';

/** Creates a pod without an owner. */
function run(simulated: Simulated, template: JsonObject, name = 'lone'): void {
  const { metadata, spec } = template;
  simulated.create('pods', {
    metadata: { ...(isObject(metadata) ? metadata : {}), name, namespace: 'shop' },
    spec: isObject(spec) ? spec : {},
  });
}
const status = (simulated: Simulated, name = 'lone') => simulated.get('pods', name).status;
const first = (simulated: Simulated) => objectsAt(status(simulated), 'containerStatuses')[0] ?? {};

/** Each change of the first container as `SECOND STATE REASON restarts`. */
function history(simulated: Simulated, seconds: number): string[] {
  const seen: string[] = [];
  let last = '';
  for (let tick = 0; tick < seconds * 10; tick += 1) {
    simulated.pass(0.1);
    const container = first(simulated);
    const [state = ''] = Object.keys(isObject(container.state) ? container.state : {});
    const now = `${state} ${textAt(container, 'state', state, 'reason') ?? ''} ${container.restartCount}`;
    if (now !== last) seen.push(`${Math.floor(simulated.seconds())} ${now}`);
    last = now;
  }
  return seen;
}

it('a crash loop restarts after 10, 20, 40, 80, 160 and then 300 seconds, and mostly shows terminated', () => {
  const simulated = aSimulatedCluster();
  run(simulated, aTemplate('crash', [aContainer()], { app: { exitAfterMs: 300, exitCode: 1 } }));
  const story = history(simulated, 1_000);
  const starts = story.filter((line) => line.includes('running')).map((line) => Number(line.split(' ')[0]));
  const gaps = starts.slice(1).map((start, n) => start - (starts[n] ?? 0));
  const expected = [0, 10, 20, 40, 80, 160, 300, 300];
  expect(gaps).toHaveLength(expected.length);
  gaps.forEach((gap, n) => {
    expect(Math.abs(gap - (expected[n] ?? 0))).toBeLessThanOrEqual(3);
  });
  expect(story.slice(0, 6).map((line) => line.split(' ').slice(1).join(' '))).toEqual([
    'waiting ContainerCreating 0',
    'running  0',
    'terminated Error 0',
    'running  1',
    'terminated Error 1',
    'waiting CrashLoopBackOff 1',
  ]);
  const first80 = story.filter((line) => Number(line.split(' ')[0]) < 80);
  const shown = first80.findIndex((line) => line.includes('CrashLoopBackOff'));
  const until = Number(first80[shown + 1]?.split(' ')[0]) - Number(first80[shown]?.split(' ')[0]);
  expect(until).toBeLessThanOrEqual(1);
  const { uid } = simulated.get('pods', 'lone').metadata;
  expect(simulated.said('Pod')).toContainEqual(
    expect.stringMatching(new RegExp(`^BackOff x\\d+: Back-off restarting failed container app in pod lone_shop\\(${uid}\\)$`)),
  );
});

it('a leak against a limit ends as OOMKilled again and again, and the last one is remembered', () => {
  const simulated = aSimulatedCluster();
  const leak = { memoryBytes: 28 * 2 ** 20, leakBytesPerSecond: 2 * 2 ** 20 };
  run(simulated, aTemplate('leak', [aContainer()], { app: leak }));
  simulated.pass(10);
  const early = simulated.world.kubelets.podUsage(simulated.get('pods', 'lone'))?.[0]?.memoryBytes ?? 0;
  expect(early).toBeGreaterThan(40 * 2 ** 20);
  simulated.pass(42);
  expect(first(simulated)).toMatchObject({ restartCount: 1, lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } } });
  simulated.pass(55);
  expect(first(simulated)).toMatchObject({ ready: false, started: false, state: { terminated: { reason: 'OOMKilled' } } });
});

it('a larger limit set in place ends an OOM loop', () => {
  const simulated = aSimulatedCluster();
  run(simulated, aTemplate('big', [aContainer()], { app: { memoryBytes: 200 * 2 ** 20 } }));
  simulated.pass(10);
  expect(textAt(first(simulated), 'lastState', 'terminated', 'reason')).toBe('OOMKilled');
  simulated.edit('pods', 'lone', (draft) => {
    const [container] = objectsAt(draft.spec, 'containers');
    if (container) container.resources = { requests: { memory: '64Mi' }, limits: { memory: '256Mi' } };
  });
  simulated.pass(60);
  expect(first(simulated)).toMatchObject({ ready: true, state: { running: {} }, resources: { limits: { memory: '256Mi' } } });
});

it('an image that cannot be pulled shows both of its states and the events of each', () => {
  const simulated = aSimulatedCluster();
  run(simulated, aTemplate('typo', [aContainer({ image: 'shop/app:typo' })], { app: { isImageMissing: true } }));
  const story = history(simulated, 120).map((line) => line.split(' ')[2]);
  expect(story.slice(0, 4)).toEqual(['ContainerCreating', 'ErrImagePull', 'ImagePullBackOff', 'ErrImagePull']);
  expect(status(simulated)?.phase).toBe('Pending');
  expect(simulated.said('Pod')).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^Pulling x\d+: Pulling image "shop\/app:typo"$/),
      expect.stringMatching(/^Failed x\d+: Error: ErrImagePull$/),
      expect.stringMatching(/^Failed x\d+: Error: ImagePullBackOff$/),
      expect.stringMatching(/^BackOff x\d+: Back-off pulling image "shop\/app:typo"$/),
    ]),
  );
});

it('a hung container is killed by its liveness probe with 137, and is started again', () => {
  const simulated = aSimulatedCluster();
  const livenessProbe = { httpGet: { path: '/live', port: 8080 }, periodSeconds: 5, failureThreshold: 3 };
  run(simulated, aTemplate('hung', [aContainer({ livenessProbe })], { app: { hangsAfterMs: 20_000 } }));
  simulated.pass(75);
  expect(first(simulated)).toMatchObject({ restartCount: 1, lastState: { terminated: { exitCode: 137, reason: 'Error' } } });
  const said = simulated.said('Pod');
  expect(said).toContainEqual(expect.stringMatching(/^Unhealthy x3: Liveness probe failed: Get "http:.*context deadline exceeded/));
  expect(said).toContain('Killing x1: Container app failed liveness probe, will be restarted');
});

it('a slow start is not ready, then ready, and is never restarted', () => {
  const simulated = aSimulatedCluster();
  const readinessProbe = { httpGet: { path: '/', port: 80 }, periodSeconds: 5 };
  run(simulated, aTemplate('slow', [aContainer({ readinessProbe })], { app: { readyAfterMs: 40_000 } }));
  simulated.pass(30);
  expect(first(simulated)).toMatchObject({ ready: false, started: true, restartCount: 0 });
  simulated.pass(20);
  expect(first(simulated)).toMatchObject({ ready: true, restartCount: 0 });
});

it('a missing ConfigMap holds the container, a missing Secret volume holds the pod, until they come', () => {
  const simulated = aSimulatedCluster();
  run(simulated, aTemplate('no-config', [aContainer({ envFrom: [{ configMapRef: { name: 'absent' } }] })]));
  const template = aTemplate('no-secret');
  if (isObject(template.spec)) template.spec.volumes = [{ name: 'tls', secret: { secretName: 'absent' } }];
  run(simulated, template, 'mounting');
  simulated.pass(30);
  expect(first(simulated).state).toEqual({ waiting: { message: 'configmap "absent" not found', reason: 'CreateContainerConfigError' } });
  expect(conditionOf(simulated.get('pods', 'mounting'), 'PodReadyToStartContainers')).toMatchObject({ status: 'False' });
  expect(simulated.said('Pod', 'mounting')).toContainEqual(
    expect.stringMatching(/^FailedMount x\d: MountVolume.SetUp failed for volume "tls" : secret "absent" not found$/),
  );
  simulated.create('configmaps', { metadata: { name: 'absent', namespace: 'shop' } });
  simulated.create('secrets', { metadata: { name: 'absent', namespace: 'shop' } });
  simulated.pass(130);
  expect(first(simulated)).toMatchObject({ ready: true });
  expect(status(simulated, 'mounting')).toMatchObject({ phase: 'Running' });
});

it('init containers run one after the other, a sidecar beside the main one', () => {
  const simulated = aSimulatedCluster();
  const template = aTemplate('parts', [aContainer()], { migrate: { exitAfterMs: 3_000, exitCode: 3 }, load: { exitAfterMs: 1_000 } });
  const inits = [aContainer({ name: 'load' }), aContainer({ name: 'proxy', restartPolicy: 'Always' }), aContainer({ name: 'migrate' })];
  if (isObject(template.spec)) template.spec.initContainers = inits;
  run(simulated, template);
  simulated.pass(20);
  expect(status(simulated)?.phase).toBe('Pending');
  const states = objectsAt(status(simulated), 'initContainerStatuses').map((one) => Object.keys(isObject(one.state) ? one.state : {})[0]);
  expect(states.slice(0, 2)).toEqual(['terminated', 'running']);
  expect(numberAt(status(simulated), 'initContainerStatuses', 2, 'restartCount')).toBeGreaterThan(0);
  expect(conditionOf(simulated.get('pods', 'lone'), 'Initialized')).toMatchObject({
    status: 'False',
    message: 'containers with incomplete status: [migrate]',
  });
  expect(at(first(simulated), 'state')).toEqual({ waiting: { reason: 'PodInitializing' } });
});

it('a deleted pod has its grace, and is gone after it', () => {
  const simulated = aSimulatedCluster();
  run(simulated, aTemplate('slow-end', [aContainer()], { app: { endsAfterMs: 8_000 } }));
  simulated.pass(10);
  simulated.world.objects.remove({ resource: 'pods', namespace: 'shop', name: 'lone' });
  simulated.pass(5);
  expect(simulated.has('pods', 'lone')).toBe(true);
  expect(simulated.said('Pod')).toContain('Killing x1: Stopping container app');
  simulated.pass(5);
  expect(simulated.has('pods', 'lone')).toBe(false);
});

it('a pod that fits nowhere says why, and is placed when there is room', () => {
  const simulated = aSimulatedCluster();
  run(simulated, aTemplate('huge', [aContainer({ resources: { requests: { cpu: '64' } } })]));
  simulated.pass(5);
  const message =
    '0/3 nodes are available: 3 Insufficient cpu. no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.';
  expect(conditionOf(simulated.get('pods', 'lone'), 'PodScheduled')).toMatchObject({ status: 'False', reason: 'Unschedulable', message });
  expect(simulated.said('Pod')).toEqual([`FailedScheduling x1: ${message}`]);
  simulated.addNode({ name: 'giant', cpu: '128' });
  simulated.pass(5);
  expect(simulated.get('pods', 'lone').spec?.nodeName).toBe('giant');
});

it('logs are kept of this instance and of the one before', () => {
  const simulated = aSimulatedCluster();
  simulated.create(
    'deployments.apps',
    aWorkload('cart', {
      replicas: 1,
      template: aTemplate('cart', [aContainer()], { app: { exitAfterMs: 5_000, exitCode: 1, log: ['fatal: no disk'] } }),
    }),
  );
  simulated.pass(8);
  const [pod] = simulated.pods();
  expect(pod && simulated.world.kubelets.logs(pod, 'app', true)).toMatchObject([{ text: 'fatal: no disk' }]);
});
