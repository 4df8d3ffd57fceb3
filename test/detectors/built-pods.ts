import type { Condition, Container, Pod } from '../../src/core/model/objects.ts';
import { condition, NOON } from '../fakes/object-meta.ts';
import { container, pod } from '../fakes/objects.ts';
import { clusterEvent } from '../fakes/view.ts';
import type { Story } from './story.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const BEFORE_MAIN = ['init', 'sidecar'] as const;

/** A pod named `cart-0` that started some time ago; conditions not named are those of a running, unready pod. */
function started(ageMs: number, options: Partial<Pod> = {}): Pod {
  const at = NOON - ageMs;
  const isReady = options.containers?.every((one) => one.ready || one.role === 'init') ?? true;
  const conditions: Condition[] = [
    condition('PodScheduled', { changedAt: at }),
    condition('Initialized', { changedAt: at }),
    condition('Ready', { status: isReady ? 'True' : 'False', changedAt: at + (isReady ? SECOND : 0) }),
  ];
  return { ...pod('cart-0', { createdAt: at, startedAt: at, conditions }), ...options };
}

/** A container that is down after its n-th crash. */
function down(restartCount: number, exit: Partial<Extract<Container['state'], { is: 'terminated' }>> = {}): Container {
  const last = {
    is: 'terminated' as const,
    exitCode: 1,
    reason: 'Error',
    startedAt: NOON - 12 * SECOND,
    finishedAt: NOON - 10 * SECOND,
    ...exit,
  };
  return container('app', { ready: false, started: false, restartCount, state: last });
}

/** A container that runs again since some time after its n-th crash. */
function again(restartCount: number, sinceMs: number): Container {
  const lastState = {
    is: 'terminated' as const,
    exitCode: 1,
    reason: 'Error',
    startedAt: NOON - sinceMs - 22 * SECOND,
    finishedAt: NOON - sinceMs - 20 * SECOND,
  };
  return container('app', { restartCount, state: { is: 'running', startedAt: NOON - sinceMs }, lastState });
}

function waiting(reason: string, message?: string, restartCount = 0): Container {
  return container('app', { ready: false, started: false, restartCount, state: { is: 'waiting', reason, ...(message && { message }) } });
}

function one(name: string, sick: Pod, fires: readonly string[], rest: Pick<Story, 'events' | 'movesTo'> = {}): Story {
  return { name, origin: 'built', now: NOON, objects: [sick], fires: fires.map((detector) => `${detector} Pod/cart-0`), ...rest };
}

const pending = (ageMs: number, containers: readonly Container[], options: Partial<Pod> = {}) =>
  started(ageMs, { phase: 'Pending', containers, ...options });
const notInitialized = [condition('PodScheduled'), condition('Initialized', { status: 'False' }), condition('Ready', { status: 'False' })];
const main = waiting('PodInitializing');
const completed: Container['state'] = {
  is: 'terminated',
  exitCode: 0,
  reason: 'Completed',
  startedAt: NOON - 9 * SECOND,
  finishedAt: NOON - 8 * SECOND,
};

const killed = started(10 * MINUTE, { containers: [down(2, { exitCode: 143 })] });
const startupKill = clusterEvent(killed, 'Killing', {
  type: 'Normal',
  fieldPath: 'spec.containers{app}',
  message: 'Container app failed startup probe, will be restarted',
  count: 3,
  firstAt: NOON - 9 * MINUTE,
  at: NOON - 11 * SECOND,
});
const unmounted = pending(5 * MINUTE, [waiting('ContainerCreating')]);
const mountFailure = clusterEvent(unmounted, 'FailedMount', {
  message: 'MountVolume.SetUp failed for volume "tls" : secret "cart-tls" not found',
  count: 9,
  firstAt: NOON - 5 * MINUTE,
  at: NOON - MINUTE,
});

const sick: readonly Story[] = [
  one(
    'a missing ConfigMap',
    pending(2 * MINUTE, [waiting('CreateContainerConfigError', 'configmap "cart" not found')]),
    ['container-config-error'],
    { movesTo: BEFORE_MAIN },
  ),
  one(
    'a command that does not exist',
    started(2 * MINUTE, {
      containers: [
        down(3, { reason: 'StartError', exitCode: 128, startedAt: 0, message: 'exec: "nope": executable file not found in $PATH' }),
      ],
    }),
    ['container-config-error'],
    { movesTo: BEFORE_MAIN },
  ),
  one('a kill by SIGKILL of unknown origin', started(10 * MINUTE, { containers: [down(4, { exitCode: 137 })] }), ['crash-loop'], {
    movesTo: BEFORE_MAIN,
  }),
  one('a server that ends with 0 again and again', started(10 * MINUTE, { containers: [down(4, { exitCode: 0, reason: 'Completed' })] }), [
    'crash-loop',
  ]),
  one('a crashing sidecar', started(10 * MINUTE, { containers: [{ ...down(4), role: 'sidecar' }, container('main')] }), ['crash-loop']),
  one(
    'a crashing init container',
    pending(10 * MINUTE, [{ ...waiting('CrashLoopBackOff', undefined, 4), role: 'init' }, main], { conditions: notInitialized }),
    ['crash-loop', 'init-container-failing'],
  ),
  one(
    'an init container whose image is missing',
    pending(MINUTE, [{ ...waiting('ImagePullBackOff'), role: 'init' }, main], { conditions: notInitialized }),
    ['image-pull-failure', 'init-container-failing'],
  ),
  one(
    'a pod that failed in its init container',
    started(MINUTE, {
      phase: 'Failed',
      restartPolicy: 'Never',
      conditions: notInitialized,
      containers: [{ ...down(0), role: 'init' }, main],
    }),
    ['init-container-failing'],
  ),
  one('kills for the startup probe', killed, ['liveness-restarts'], { events: [startupKill], movesTo: ['sidecar'] }),
  one(
    'a lost readiness',
    started(HOUR, {
      containers: [container('app', { ready: false, state: { is: 'running', startedAt: NOON - HOUR } })],
      conditions: [condition('Initialized'), condition('Ready', { status: 'False', changedAt: NOON - 2 * MINUTE })],
    }),
    ['readiness-failing'],
    { movesTo: ['sidecar'] },
  ),
  one('a missing Secret in a volume', unmounted, ['failed-mount'], { events: [mountFailure] }),
  one(
    'a pod that does not go',
    started(HOUR, { meta: { ...pod('cart-0').meta, deletedAt: NOON - 11 * MINUTE, finalizers: ['example.test/guard'] } }),
    ['stuck-terminating'],
  ),
];

const wellAlike: readonly Story[] = [
  one(
    'a finished init container that needed two tries',
    started(HOUR, { containers: [container('init', { role: 'init', ready: true, restartCount: 1, state: completed }), container('app')] }),
    [],
  ),
  one(
    'a pod that has done its work',
    started(HOUR, { phase: 'Succeeded', restartPolicy: 'Never', containers: [container('app', { ready: false, state: completed })] }),
    [],
  ),
  one('a pod that is not to be started again', started(HOUR, { phase: 'Failed', restartPolicy: 'Never', containers: [down(0)] }), []),
  one(
    'a worker that ends with 0 under OnFailure',
    started(HOUR, {
      restartPolicy: 'OnFailure',
      containers: [container('app', { ready: false, state: completed, restartCount: 3 }), container('other')],
    }),
    [],
  ),
  one(
    'a slow start',
    started(4 * MINUTE, { containers: [container('app', { ready: false, state: { is: 'running', startedAt: NOON - 4 * MINUTE } })] }),
    [],
  ),
  one(
    'a start under a startup probe',
    started(20 * MINUTE, {
      containers: [container('app', { ready: false, started: false, state: { is: 'running', startedAt: NOON - 20 * MINUTE } })],
    }),
    [],
  ),
  one('a start that had to wait for a dependency twice and holds', started(5 * MINUTE, { containers: [again(2, 3 * MINUTE)] }), []),
  one('a start that had to wait for a dependency twice, just now', started(MINUTE, { containers: [again(2, 10 * SECOND)] }), []),
  one('one crash after days', started(72 * HOUR, { containers: [down(1, { startedAt: NOON - 70 * HOUR })] }), []),
  one('a third crash, each after days', started(720 * HOUR, { containers: [down(3, { startedAt: NOON - 70 * HOUR })] }), []),
  one('a large image that is being pulled', pending(3 * MINUTE, [waiting('ContainerCreating')]), []),
  one('a mount that is tried a second time', pending(20 * SECOND, [waiting('ContainerCreating')]), [], {
    events: [{ ...mountFailure, count: 2, firstAt: NOON - 19 * SECOND }],
  }),
  one(
    'a short loss of readiness',
    started(HOUR, {
      containers: [container('app', { ready: false, state: { is: 'running', startedAt: NOON - HOUR } })],
      conditions: [condition('Ready', { status: 'False', changedAt: NOON - 40 * SECOND })],
    }),
    [],
  ),
  one(
    'a scale-down or drain: a pod within its grace period',
    started(HOUR, { meta: { ...pod('cart-0').meta, deletedAt: NOON + 20 * SECOND }, containers: [down(0, { exitCode: 143 })] }),
    [],
  ),
  one(
    'a gated pod',
    {
      ...pending(HOUR, [waiting('')]),
      nodeName: undefined,
      conditions: [condition('PodScheduled', { status: 'False', reason: 'SchedulingGated' })],
    },
    [],
  ),
  one(
    'unready because the node is lost, not the container',
    started(HOUR, { conditions: [condition('Ready', { status: 'False', changedAt: NOON - 5 * MINUTE })] }),
    [],
  ),
];

/** Pods alone: sick ones and healthy look-alikes. */
export const builtPods: readonly Story[] = [...sick, ...wellAlike];
