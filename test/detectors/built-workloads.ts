import type { Condition, Container, KubeObject } from '../../src/core/model/objects.ts';
import { deployed } from '../fakes/deployed.ts';
import { condition, LONG_AGO, NOON } from '../fakes/object-meta.ts';
import { container, controllerRevision, cronJob, daemonSet, deployment, job, pod, replicaSet, statefulSet } from '../fakes/objects.ts';
import { clusterEvent } from '../fakes/view.ts';
import type { Story } from './story.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const REVISION = 'deployment.kubernetes.io/revision';
const HASH = 'controller-revision-hash';

function story(
  name: string,
  objects: readonly KubeObject[],
  fires: readonly string[],
  rest: Pick<Story, 'events' | 'movesTo'> = {},
): Story {
  return { name, origin: 'built', now: NOON, objects, fires, ...rest };
}

function crashed(ageMs: number, exit: Partial<Extract<Container['state'], { is: 'terminated' }>> = {}, restartCount = 3): Container {
  const state = {
    is: 'terminated' as const,
    exitCode: 1,
    reason: 'Error',
    startedAt: NOON - ageMs - 2000,
    finishedAt: NOON - ageMs,
    ...exit,
  };
  return container('app', { ready: false, started: false, restartCount, state });
}

/** A Deployment two minutes into revision 2, whose one new pod has this container. */
function rollout(reason: string, app: Container, ageMs = 2 * MINUTE): KubeObject[] {
  const owner = deployment('cart', {
    annotations: { [REVISION]: '2' },
    generation: 2,
    updatedReplicas: 1,
    conditions: [condition('Progressing', { reason })],
  });
  const at = NOON - ageMs;
  const old = replicaSet('cart-a', { ownedBy: owner, revision: 1 });
  const fresh = replicaSet('cart-b', { ownedBy: owner, revision: 2, replicas: 1, createdAt: at });
  const conditions = [
    condition('Initialized', { changedAt: at }),
    condition('Ready', { status: app.ready ? 'True' : 'False', changedAt: at }),
  ];
  const sick = pod('cart-b-0', { ownedBy: fresh, createdAt: at, startedAt: at, conditions, containers: [app] });
  return [owner, old, fresh, pod('cart-a-0', { ownedBy: old }), sick];
}

function stateful(ageMs: number): KubeObject[] {
  const owner = statefulSet('db', {
    currentRevision: 'db-1',
    updateRevision: 'db-2',
    updatedReplicas: 1,
    readyReplicas: 2,
    availableReplicas: 2,
  });
  const at = NOON - ageMs;
  const revisions = [1, 2].map((revision) =>
    controllerRevision(`db-${revision}`, { ownedBy: owner, revision, createdAt: revision === 1 ? LONG_AGO : at }),
  );
  const sick = pod('pod-2', {
    ownedBy: owner,
    labels: { [HASH]: 'db-2' },
    createdAt: at,
    startedAt: at,
    conditions: [],
    containers: [crashed(5000)],
  });
  return [owner, ...revisions, pod('pod-0', { ownedBy: owner, labels: { [HASH]: 'db-1' } }), sick];
}

function daemons(): KubeObject[] {
  const owner = daemonSet('agent', { updatedReplicas: 1, readyReplicas: 2, availableReplicas: 2 });
  const at = NOON - 2 * MINUTE;
  const revisions = [1, 2].map((revision) =>
    controllerRevision(`agent-${revision}`, {
      ownedBy: owner,
      revision,
      labels: { [HASH]: `h${revision}` },
      createdAt: revision === 1 ? LONG_AGO : at,
    }),
  );
  const sick = pod('agent-b', {
    ownedBy: owner,
    labels: { [HASH]: 'h2' },
    createdAt: at,
    startedAt: at,
    conditions: [],
    containers: [crashed(5000)],
  });
  return [owner, ...revisions, pod('agent-a', { ownedBy: owner, labels: { [HASH]: 'h1' } }), sick];
}

const upSince = (ageMs: number, ready: boolean) => container('app', { ready, state: { is: 'running', startedAt: NOON - ageMs } });

const rollouts: readonly Story[] = [
  story('a healthy Deployment', deployed('cart'), []),
  story(
    'a rollout that crashes',
    rollout('ReplicaSetUpdated', crashed(5000)),
    ['crash-loop Pod/cart-b-0', 'stuck-rollout Deployment/cart'],
    { movesTo: ['sidecar'] },
  ),
  story('a rollout that runs out of memory', rollout('ReplicaSetUpdated', crashed(5000, { exitCode: 137, reason: 'OOMKilled' })), [
    'oom-killed Pod/cart-b-0',
    'stuck-rollout Deployment/cart',
  ]),
  story('a rolling update that progresses', rollout('ReplicaSetUpdated', upSince(20_000, false)), []),
  story('a rollout in its first minutes of warming up', rollout('ReplicaSetUpdated', upSince(2 * MINUTE, false)), []),
  story('a crash long after the rollout was complete', rollout('NewReplicaSetAvailable', crashed(5000), HOUR), ['crash-loop Pod/cart-b-0']),
  story('a StatefulSet whose update crashes', stateful(2 * MINUTE), ['crash-loop Pod/pod-2', 'stuck-rollout StatefulSet/db'], {
    movesTo: ['sidecar'],
  }),
  story('a DaemonSet whose update crashes', daemons(), ['crash-loop Pod/agent-b', 'stuck-rollout DaemonSet/agent'], {
    movesTo: ['sidecar'],
  }),
];

const QUOTA = 'pods "cart-a-x" is forbidden: exceeded quota: compute, requested: pods=1, used: pods=10, limited: pods=10';
const SECURITY =
  'pods "cart-a-x" is forbidden: violates PodSecurity "restricted:latest": privileged (container "app" must not set securityContext.privileged=true)';
const WEBHOOK =
  'create Pod db-0 in StatefulSet db failed error: Internal error occurred: failed calling webhook "inject.example.test": connection refused';

function short(message: string, ageMs: number): KubeObject[] {
  const failure = (type: string): Condition => condition(type, { reason: 'FailedCreate', message, changedAt: NOON - ageMs });
  const owner = deployment('cart', {
    replicas: 3,
    readyReplicas: 2,
    availableReplicas: 2,
    conditions: [condition('Progressing', { reason: 'NewReplicaSetAvailable' }), failure('ReplicaFailure')],
  });
  return [owner, replicaSet('cart-a', { ownedBy: owner, readyReplicas: 2, availableReplicas: 2, conditions: [failure('ReplicaFailure')] })];
}
const empty = statefulSet('db', { updatedReplicas: 0, readyReplicas: 0, availableReplicas: 0, createdAt: NOON - HOUR });
const emptyRevision = controllerRevision('db-1', { ownedBy: empty });
const noPod = job('report', { active: 0, createdAt: NOON - 10 * MINUTE });
const refused = (about: KubeObject, message: string, at = NOON - MINUTE) =>
  clusterEvent(about, 'FailedCreate', { message, count: 12, firstAt: NOON - 10 * MINUTE, at });
const noSet = deployment('cart', {
  replicas: 3,
  updatedReplicas: 0,
  availableReplicas: 0,
  conditions: [
    condition('Progressing', {
      status: 'False',
      reason: 'ReplicaSetCreateError',
      message: 'exceeded quota: objects, requested: count/replicasets.apps=1',
      changedAt: NOON - MINUTE,
    }),
  ],
});

const refusals: readonly Story[] = [
  story('a ReplicaSet over its quota', short(QUOTA, 2 * MINUTE), ['creation-refused ReplicaSet/cart-a']),
  story('a ReplicaSet refused by Pod Security', short(SECURITY, 2 * MINUTE), ['creation-refused ReplicaSet/cart-a']),
  story('a refusal a moment ago', short(QUOTA, 10_000), []),
  story('a StatefulSet whose webhook is down', [empty, emptyRevision], ['creation-refused StatefulSet/db'], {
    events: [refused(empty, WEBHOOK)],
  }),
  story('a StatefulSet that could create its pods after all', [empty, emptyRevision], [], {
    events: [refused(empty, WEBHOOK), clusterEvent(empty, 'SuccessfulCreate', { type: 'Normal', at: NOON - 30_000 })],
  }),
  story('a Job without its service account', [noPod], ['creation-refused Job/report'], {
    events: [refused(noPod, 'pods "report-" is forbidden: error looking up service account shop/robot: serviceaccount "robot" not found')],
  }),
  story('a Deployment that may not have another ReplicaSet', [noSet], ['creation-refused Deployment/cart']),
];

const failed = condition('Failed', {
  reason: 'BackoffLimitExceeded',
  message: 'Job has reached the specified backoff limit',
  changedAt: NOON - MINUTE,
});
const ended = (owner: KubeObject, exitCode: number) =>
  pod(`${owner.meta.ref.name}-x`, {
    ownedBy: owner,
    restartPolicy: 'Never',
    phase: exitCode === 0 ? 'Succeeded' : 'Failed',
    containers: [crashed(MINUTE, { exitCode }, 0)],
  });
const badJob = job('import', { active: 0, failed: 2, backoffLimit: 1, conditions: [failed] });
const goodJob = job('import', { active: 0, succeeded: 1, conditions: [condition('Complete')] });
const triedJob = job('import', { active: 1, failed: 1 });
const nightly = cronJob('nightly');
const ofNight = (name: string, ageMs: number, conditions: readonly Condition[]) =>
  job(name, { ownedBy: nightly, createdAt: NOON - ageMs, active: conditions.length === 0 ? 1 : 0, conditions });

const jobs: readonly Story[] = [
  story('a Job that has failed for good', [badJob, ended(badJob, 3)], ['failed-job Job/import']),
  story('a Job that is done', [goodJob, ended(goodJob, 0)], []),
  story('a Job that is being tried again', [triedJob, ended(triedJob, 3)], []),
  story(
    'a CronJob whose last run failed',
    [nightly, ofNight('n-1', 2 * HOUR, [condition('Complete')]), ofNight('n-2', HOUR, [failed]), ofNight('n-3', MINUTE, [])],
    ['failed-job CronJob/nightly'],
  ),
  story(
    'a CronJob that has succeeded since',
    [nightly, ofNight('n-1', 2 * HOUR, [failed]), ofNight('n-2', HOUR, [condition('Complete')])],
    [],
  ),
];

/** Workloads with what they own. */
export const builtWorkloads: readonly Story[] = [...rollouts, ...refusals, ...jobs];
