import { type JsonObject, numberAt, objectsAt, textAt } from '../../json.ts';
import type { ApiObject, ObjectKey, World } from '../../world.ts';
import { type EventRecorder, eventRecorder } from '../event-recorder.ts';
import { instantOf, instantText } from '../instant.ts';
import { byControllers, isActive, isReady, keyOf, ownedBy, phaseOf, podOf, setStatus } from '../pods.ts';
import { type Controller, controllerKey } from './controller.ts';

const FIRST_RETRY_MS = 10_000;
const LONGEST_RETRY_MS = 6 * 60_000;

/** Runs the pods of a Job until enough have succeeded or too many have failed. */
export function jobController(world: World): Controller {
  const events = eventRecorder(world, 'job-controller');
  return {
    watches: ['jobs.batch', 'pods'],
    keysFor: (change) => (change.resource === 'pods' ? controllerKey(change, 'Job', 'jobs.batch') : [keyOf('jobs.batch', change.object)]),
    reconcile: (key) => reconcile(world, events, key),
  };
}

function reconcile(world: World, events: EventRecorder, key: ObjectKey): number | undefined {
  const job = world.objects.get(key);
  if (!job || job.metadata.deletionTimestamp !== undefined) return undefined;
  return isIdle(job) ? undefined : work(world, events, job);
}

/** Whether there is nothing to do: it has ended, or is suspended. */
function isIdle(job: ApiObject): boolean {
  const isOver = objectsAt(job.status, 'conditions').some((one) => one.type === 'Complete' || one.type === 'Failed');
  return isOver || job.spec?.suspend === true;
}

function work(world: World, events: EventRecorder, job: ApiObject): number | undefined {
  const pods = ownedBy(world, 'pods', job);
  const succeeded = pods.filter((pod) => phaseOf(pod) === 'Succeeded').length;
  const failed = pods.filter((pod) => phaseOf(pod) === 'Failed');
  const active = pods.filter(isActive);
  const completions = numberAt(job.spec, 'completions') ?? 1;
  if (failed.length > (numberAt(job.spec, 'backoffLimit') ?? 6)) return end(world, events, job, { pods, isGood: false });
  if (succeeded >= completions) return end(world, events, job, { pods, isGood: true });
  const now = world.clock.now();
  const retryAt = failed.length === 0 ? now : lastEnd(failed) + Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (failed.length - 1));
  const missing = Math.min(numberAt(job.spec, 'parallelism') ?? 1, completions - succeeded) - active.length;
  if (missing > 0 && now >= retryAt) {
    for (let n = 0; n < missing; n += 1) make(world, events, job);
  }
  writeStatus(world, job, []);
  return missing > 0 && now < retryAt ? retryAt : undefined;
}

function lastEnd(pods: readonly ApiObject[]): number {
  const ends = pods.flatMap((pod) =>
    objectsAt(pod.status, 'containerStatuses').map((one) => textAt(one, 'state', 'terminated', 'finishedAt')),
  );
  return Math.max(0, ...ends.map((end) => instantOf(end, 0)));
}

function make(world: World, events: EventRecorder, job: ApiObject): void {
  const { name, uid } = job.metadata;
  const labels = {
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'job-name': name,
  };
  const pod = world.objects.create('pods', podOf(job, { generateName: `${name}-`, labels }), byControllers);
  events.say(job, { type: 'Normal', reason: 'SuccessfulCreate', message: `Created pod: ${pod.metadata.name}` });
}

interface Ending {
  readonly pods: readonly ApiObject[];
  readonly isGood: boolean;
}

function end(world: World, events: EventRecorder, job: ApiObject, { pods, isGood }: Ending): undefined {
  for (const pod of pods.filter(isActive)) world.objects.remove(keyOf('pods', pod));
  const at = instantText(world.clock.now());
  const [reason, message] = isGood
    ? ['CompletionsReached', 'Reached expected number of succeeded pods']
    : ['BackoffLimitExceeded', 'Job has reached the specified backoff limit'];
  const types = isGood ? ['SuccessCriteriaMet', 'Complete'] : ['FailureTarget', 'Failed'];
  writeStatus(
    world,
    job,
    types.map((type) => ({ lastProbeTime: at, lastTransitionTime: at, message, reason, status: 'True', type })),
  );
  if (isGood) events.say(job, { type: 'Normal', reason: 'Completed', message: 'Job completed' });
  else events.say(job, { type: 'Warning', reason, message });
}

function writeStatus(world: World, job: ApiObject, conditions: JsonObject[]): void {
  const pods = ownedBy(world, 'pods', job);
  const count = (phase: string) => pods.filter((pod) => phaseOf(pod) === phase).length;
  const active = pods.filter(isActive);
  const isComplete = conditions.some((one) => one.type === 'Complete');
  const now = instantText(world.clock.now());
  setStatus(world, keyOf('jobs.batch', job), {
    ...(active.length > 0 && { active: active.length }),
    ...(isComplete && { completionTime: now }),
    ...(conditions.length > 0 && { conditions }),
    ...(count('Failed') > 0 && { failed: count('Failed') }),
    ready: active.filter(isReady).length,
    startTime: textAt(job.status, 'startTime') ?? now,
    ...(count('Succeeded') > 0 && { succeeded: count('Succeeded') }),
    terminating: pods.filter((pod) => pod.metadata.deletionTimestamp !== undefined).length,
    uncountedTerminatedPods: {},
  });
}
