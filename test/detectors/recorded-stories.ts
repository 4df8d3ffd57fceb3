import { latestIn, recorded, recordedEvents } from './fixtures.ts';
import type { Story } from './story.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const BEFORE_MAIN = ['init', 'sidecar'] as const;

/** A story of recorded files, so long after the latest instant in them; `fires` is said of the first object of a file. */
interface Recording {
  readonly files: readonly string[];
  readonly afterMs: number;
  readonly events?: string;
  readonly fires?: Readonly<Record<string, string>>;
  readonly movesTo?: Story['movesTo'];
}

function story(name: string, { files, afterMs, events = 'events', fires = {}, movesTo }: Recording): Story {
  const objects = files.flatMap((file) => recorded(`${file}.json`));
  const now = latestIn(objects) + afterMs;
  const cells = Object.entries(fires).map(([detector, file]) => {
    const ref = recorded(`${file}.json`)[0]?.meta.ref;
    return `${detector} ${ref?.kind}/${ref?.name}`;
  });
  return {
    name,
    origin: 'recorded',
    now,
    objects,
    events: recordedEvents(`${events}.json`, now),
    fires: cells,
    ...(movesTo && { movesTo }),
  };
}

function alone(file: string, afterMs: number, detector?: string, rest: Pick<Recording, 'events' | 'movesTo'> = {}): Story {
  return story(`${file}, ${afterMs / SECOND} s later`, {
    files: [file],
    afterMs,
    fires: detector === undefined ? {} : { [detector]: file },
    ...rest,
  });
}

const failures: readonly Story[] = [
  alone('pod-healthy', 2 * SECOND),
  alone('pod-healthy', HOUR),
  alone('pod-crashloopbackoff', 20 * SECOND, 'crash-loop', { movesTo: BEFORE_MAIN }),
  alone('pod-crashloop-terminated', 9 * SECOND, 'crash-loop', { movesTo: BEFORE_MAIN }),
  alone('pod-oomkilled', SECOND, 'oom-killed', { movesTo: BEFORE_MAIN }),
  alone('pod-oomkilled-restarted', SECOND, 'oom-killed', { movesTo: BEFORE_MAIN }),
  alone('pod-errimagepull', SECOND),
  alone('pod-errimagepull', 90 * SECOND, 'image-pull-failure', { movesTo: BEFORE_MAIN }),
  alone('pod-imagepullbackoff', MINUTE, 'image-pull-failure', { movesTo: BEFORE_MAIN }),
  alone('pod-liveness-restarted', 20 * SECOND, 'liveness-restarts', { movesTo: ['sidecar'] }),
  alone('pod-unready', MINUTE),
  alone('pod-unready', 11 * MINUTE, 'readiness-failing', { movesTo: ['sidecar'] }),
  alone('pod-unschedulable', 30 * SECOND),
  alone('pod-unschedulable', 2 * MINUTE, 'unschedulable'),
  alone('pod-evicted', 5 * SECOND, 'evictions'),
  alone('pod-evicted', 32 * MINUTE),
  story('a node', { files: ['node'], afterMs: MINUTE }),
  story('a disruption budget', { files: ['poddisruptionbudget'], afterMs: MINUTE }),
  story('a rollout to a bad image', {
    files: ['deployment-stuck', 'replicasets-stuck', 'pod-imagepullbackoff'],
    afterMs: MINUTE,
    fires: { 'image-pull-failure': 'pod-imagepullbackoff', 'stuck-rollout': 'deployment-stuck' },
    movesTo: BEFORE_MAIN,
  }),
];

const configuration = { events: 'events-configuration', movesTo: BEFORE_MAIN } as const;
const containers = { events: 'events-containers' } as const;
const initFails = (file: string) => ({ files: [file], ...containers, fires: { 'crash-loop': file, 'init-container-failing': file } });

const containersAndSettings: readonly Story[] = [
  alone('pod-createcontainerconfigerror', 5 * SECOND, undefined, configuration),
  alone('pod-createcontainerconfigerror', MINUTE, 'container-config-error', configuration),
  alone('pod-starterror', 5 * SECOND, undefined, configuration),
  alone('pod-starterror', MINUTE, 'container-config-error', configuration),
  alone('pod-failedmount', 5 * SECOND, undefined, { events: 'events-configuration' }),
  alone('pod-failedmount', 2 * MINUTE, 'failed-mount', { events: 'events-configuration' }),
  story('a failing init container, down', { ...initFails('pod-init-failing'), afterMs: 5 * SECOND }),
  story('a failing init container, backing off', { ...initFails('pod-init-crashloopbackoff'), afterMs: 5 * SECOND }),
  alone('pod-sidecar-crashing', SECOND, undefined, containers), // in a running spell: unknown
  alone('pod-slow-start', MINUTE, undefined, containers),
  alone('pod-warm-up', 20 * MINUTE, undefined, containers),
  story('a slow start with its Deployment', { files: ['deployment-slow-start', 'pod-slow-start'], afterMs: SECOND, ...containers }),
];

const jobs = { events: 'events-jobs' } as const;
const ends: readonly Story[] = [
  story('a Job that is done', { files: ['job-complete', 'pod-job-complete'], afterMs: MINUTE, ...jobs }),
  story('a Job that has failed', {
    files: ['job-failed', 'pod-job-failed'],
    afterMs: HOUR,
    ...jobs,
    fires: { 'failed-job': 'job-failed' },
  }),
  story('a CronJob', { files: ['cronjob'], afterMs: MINUTE, ...jobs }),
  alone('pod-terminating', 9 * MINUTE),
  alone('pod-terminating', 11 * MINUTE, 'stuck-terminating'),
];

const held: readonly Story[] = [
  story('a namespace held by a finalizer, early', { files: ['namespace-terminating'], afterMs: 9 * MINUTE }),
  alone('namespace-terminating', 11 * MINUTE, 'stuck-terminating'),
  alone('pvc-terminating', 11 * MINUTE, 'stuck-terminating', { events: 'events-terminating' }),
];

const storage = { events: 'events-storage' } as const;
const claims: readonly Story[] = [
  alone('pvc-wait-for-first-consumer', 10 * MINUTE, undefined, storage),
  alone('pvc-no-class', 4 * MINUTE, undefined, storage),
  alone('pvc-no-class', 10 * MINUTE, 'pvc-pending', storage),
  alone('pvc-unknown-class', 10 * MINUTE, 'pvc-pending', storage),
  alone('pod-unbound-claim', 10 * MINUTE, 'unschedulable', storage),
];

const refused: readonly Story[] = ['quota', 'podsecurity', 'webhook-down', 'webhook-refused'].flatMap((by) => {
  const files = [`deployment-refused-${by}`, `replicaset-refused-${by}`];
  const events = `events-refused-${by}`;
  return [
    story(`a creation refused by ${by}, just now`, { files, events, afterMs: 5 * SECOND }),
    story(`a creation refused by ${by}`, { files, events, afterMs: MINUTE, fires: { 'creation-refused': `replicaset-refused-${by}` } }),
  ];
});

const ofRollouts = { events: 'events-rollouts' } as const;
const revisions = 'controllerrevisions';
const rollouts: readonly Story[] = [
  story('a healthy Deployment', { files: ['deployment-healthy', 'replicasets-healthy'], afterMs: MINUTE, ...ofRollouts }),
  story('a healthy StatefulSet', { files: ['statefulset-healthy'], afterMs: MINUTE, ...ofRollouts }),
  story('a healthy DaemonSet', { files: ['daemonset-healthy'], afterMs: MINUTE, ...ofRollouts }),
  story('a rolling update', { files: ['deployment-rolling', 'replicasets-rolling', 'pods-rolling'], afterMs: 30 * SECOND, ...ofRollouts }),
  story('a StatefulSet with a bad image', {
    files: ['statefulset-stuck', revisions, 'pod-statefulset-stuck'],
    afterMs: 30 * SECOND,
    ...ofRollouts,
    fires: { 'stuck-rollout': 'statefulset-stuck', 'image-pull-failure': 'pod-statefulset-stuck' },
    movesTo: BEFORE_MAIN,
  }),
  story('a DaemonSet with a bad image', {
    files: ['daemonset-stuck', revisions, 'pod-daemonset-stuck'],
    afterMs: 30 * SECOND,
    ...ofRollouts,
    fires: { 'stuck-rollout': 'daemonset-stuck', 'image-pull-failure': 'pod-daemonset-stuck' },
    movesTo: BEFORE_MAIN,
  }),
];

/** These nodes were posted by an administrator; what the node controller then made of them is real. */
const nodes: readonly Story[] = [
  alone('node-notready', 30 * SECOND, undefined, { events: 'events-nodes' }),
  alone('node-notready', 2 * MINUTE, 'node-not-ready', { events: 'events-nodes' }),
  alone('node-pressure', MINUTE, 'node-pressure', { events: 'events-nodes' }),
].map((given): Story => ({ ...given, origin: 'built' }));

const autoscalers: readonly Story[] = [
  alone('hpa-unable', MINUTE),
  alone('hpa-unable', 5 * MINUTE, 'hpa-unable'),
  alone('hpa-at-maximum', MINUTE),
  alone('hpa-at-maximum', 10 * MINUTE, 'hpa-saturated'),
];

/** What a real cluster gave. */
export const recordedStories: readonly Story[] = [
  ...failures,
  ...containersAndSettings,
  ...ends,
  ...held,
  ...claims,
  ...refused,
  ...rollouts,
  ...nodes,
  ...autoscalers,
];
