import { instantText } from '../instant.ts';
import type { Container } from './container.ts';
import { probeOf } from './container.ts';
import { missingEnvironment } from './references.ts';
import { goDuration, newContainerId, type Scene, sayOf } from './scene.ts';

/** A kubelet looks again at a container that it could not make about this often. */
const SYNC_MS = 12_000;
const FIRST_PULL_BACK_OFF_MS = 10_000;
const LONGEST_BACK_OFF_MS = 300_000;
const PULL_FAILS_AFTER_MS = 800;

/** Takes the first step towards a running container: gets its image. */
export function begin(scene: Scene, container: Container): void {
  const now = scene.world.clock.now();
  const image = String(container.spec.image);
  container.behaviour = scene.behaviours.of(scene.pod(), container.spec, container.restartCount);
  const { isImageMissing = false, pullMs = 0 } = container.behaviour;
  const isNear = scene.images.has(image) || pullMs === 0;
  if (!isImageMissing && isNear && container.spec.imagePullPolicy !== 'Always') {
    sayOf(scene, container, ['Normal', 'Pulled', `Container image "${image}" already present on machine and can be accessed by the pod`]);
    create(scene, container);
    return;
  }
  sayOf(scene, container, ['Normal', 'Pulling', `Pulling image "${image}"`]);
  container.stage = 'pulling';
  container.dueAt = now + (isImageMissing ? PULL_FAILS_AFTER_MS : pullMs);
}

/** The pull has ended, well or not. */
export function endPull(scene: Scene, container: Container): void {
  const image = String(container.spec.image);
  const { isImageMissing = false, pullMs = 0 } = container.behaviour;
  if (!isImageMissing) {
    scene.images.add(image);
    const took = `${Math.max(1, Math.round(pullMs))}ms`;
    const message = `Successfully pulled image "${image}" in ${took} (${took} including waiting). Image size: 24117248 bytes.`;
    sayOf(scene, container, ['Normal', 'Pulled', message]);
    create(scene, container);
    return;
  }
  const now = scene.world.clock.now();
  const message = pullError(image);
  sayOf(scene, container, ['Warning', 'Failed', `Failed to pull image "${image}": ${message}`]);
  sayOf(scene, container, ['Warning', 'Failed', 'Error: ErrImagePull']);
  container.state = { waiting: { message, reason: 'ErrImagePull' } };
  container.stage = 'pull-failed';
  container.pullBackOffMs = Math.min(LONGEST_BACK_OFF_MS, container.pullBackOffMs * 2 || FIRST_PULL_BACK_OFF_MS);
  container.waitUntil = now + container.pullBackOffMs;
  container.dueAt = now + SYNC_MS;
}

function pullError(image: string): string {
  const resolve = `failed to resolve reference "${image}": ${image}: not found`;
  return `rpc error: code = NotFound desc = failed to pull and unpack image "${image}": ${resolve}`;
}

/** Waits for the next try to pull, and says so each time it looks. */
export function backOffPull(scene: Scene, container: Container): void {
  const now = scene.world.clock.now();
  const image = String(container.spec.image);
  if (container.stage === 'pull-backing-off' && now >= container.waitUntil) {
    begin(scene, container);
    return;
  }
  const message = `Back-off pulling image "${image}"`;
  sayOf(scene, container, ['Normal', 'BackOff', message]);
  sayOf(scene, container, ['Warning', 'Failed', 'Error: ImagePullBackOff']);
  container.state = { waiting: { message: `${message}: ErrImagePull: ${pullError(image)}`, reason: 'ImagePullBackOff' } };
  container.stage = 'pull-backing-off';
  container.dueAt = Math.max(now + 1_000, Math.min(container.waitUntil, now + SYNC_MS));
}

function create(scene: Scene, container: Container): void {
  const now = scene.world.clock.now();
  const message = missingEnvironment(scene.world, scene.pod(), container.spec);
  if (message !== undefined) {
    sayOf(scene, container, ['Warning', 'Failed', `Error: ${message}`]);
    container.state = { waiting: { message, reason: 'CreateContainerConfigError' } };
    container.stage = 'config-error';
    container.dueAt = now + SYNC_MS;
    return;
  }
  sayOf(scene, container, ['Normal', 'Created', 'Container created']);
  container.containerId = newContainerId(scene.world);
  if (container.behaviour.startError === undefined) run(scene, container, now);
  else failToStart(scene, container, container.behaviour.startError);
}

function run(scene: Scene, container: Container, now: number): void {
  sayOf(scene, container, ['Normal', 'Started', 'Container started']);
  container.stage = 'running';
  container.dueAt = Number.POSITIVE_INFINITY;
  container.startedAt = now;
  container.state = { running: { startedAt: instantText(now) } };
  container.started = container.role !== 'init' && probeOf(container, 'startup') === undefined;
  container.probes = {};
  container.logs = (container.behaviour.log ?? [`${container.name} started`]).map((text) => ({ at: now, text }));
  for (const kind of ['startup', 'readiness', 'liveness'] as const) {
    const probe = container.role === 'init' ? undefined : probeOf(container, kind);
    const early = Math.round(scene.world.random() * 200);
    if (probe) container.probes[kind] = { dueAt: now + Math.max(probe.initialDelayMs, 200) + early, good: 0, bad: 0 };
  }
  container.ready = container.started && container.probes.readiness === undefined;
}

function failToStart(scene: Scene, container: Container, why: string): void {
  const now = scene.world.clock.now();
  const message = `failed to create containerd task: failed to create shim task: OCI runtime create failed: ${why}`;
  sayOf(scene, container, ['Warning', 'Failed', `Error: ${message}`]);
  const finishedAt = instantText(now);
  const containerID = container.containerId ?? '';
  container.lastState = {
    terminated: { containerID, exitCode: 128, finishedAt, message, reason: 'StartError', startedAt: '1970-01-01T00:00:00Z' },
  };
  container.state = { waiting: { message, reason: 'RunContainerError' } };
  backOffRestart(scene, container, now);
}

/** Restarts at once, or after the back-off that counts from `since`; undefined when no earlier end is known, which waits for nothing. */
export function backOffRestart(scene: Scene, container: Container, since: number | undefined): void {
  const now = scene.world.clock.now();
  const { backOff } = container;
  const known = backOff && now - backOff.at <= 2 * LONGEST_BACK_OFF_MS ? backOff : undefined;
  if (since === undefined || !known || now - since >= known.ms) {
    if (since !== undefined) raise(container, known, now);
    container.stage = 'backing-off';
    container.dueAt = now + 400;
    return;
  }
  container.waitUntil = since + known.ms;
  container.stage = 'ended';
  sayBackOff(scene, container);
  container.dueAt = nextSync(scene, container);
}

function raise(container: Container, known: Container['backOff'], now: number): void {
  container.backOff = { ms: known ? Math.min(LONGEST_BACK_OFF_MS, known.ms * 2) : 10_000, at: now };
}

/** From 1.35 on a kubelet looks at a failed pod only when its back-off is over, or after its sync frequency (60 to 90 s). */
function nextSync(scene: Scene, container: Container): number {
  const now = scene.world.clock.now();
  return Math.max(now, Math.min(container.waitUntil, now + 60_000 + Math.round(scene.world.random() * 30_000)));
}

function sayBackOff(scene: Scene, container: Container): void {
  const { name, namespace, uid } = scene.pod().metadata;
  const message = `Back-off restarting failed container ${container.name} in pod ${name}_${namespace}(${uid})`;
  sayOf(scene, container, ['Warning', 'BackOff', message]);
}

/** Looks at a container that waits for its restart: shows CrashLoopBackOff, and starts it when the time has come. */
export function waitForRestart(scene: Scene, container: Container): void {
  const now = scene.world.clock.now();
  showBackOff(scene, container);
  if (now < container.waitUntil) {
    sayBackOff(scene, container);
    container.dueAt = nextSync(scene, container);
    return;
  }
  raise(container, container.backOff, now);
  container.stage = 'backing-off';
  container.dueAt = now + 300;
}

/** Puts the waiting state in the place of the ended one. */
export function showBackOff(scene: Scene, container: Container): void {
  const { name, namespace, uid } = scene.pod().metadata;
  const length = goDuration(container.backOff?.ms ?? 0);
  const message = `back-off ${length} restarting failed container=${container.name} pod=${name}_${namespace}(${uid})`;
  if (container.state.terminated !== undefined) container.lastState = { terminated: container.state.terminated };
  container.state = { waiting: { message, reason: 'CrashLoopBackOff' } };
}

/** Starts the next instance of a container that ended. */
export function restart(scene: Scene, container: Container): void {
  if (container.state.terminated !== undefined) container.lastState = { terminated: container.state.terminated };
  if (container.endedBefore !== undefined) container.restartCount += 1;
  begin(scene, container);
}
