import { textAt } from '../../json.ts';
import { instantText } from '../instant.ts';
import { type Container, exitAt, hangs, oomAt, type Stage } from './container.ts';
import { nextProbeAt, runProbes } from './probes.ts';
import { type Scene, sayOf } from './scene.ts';
import { backOffPull, backOffRestart, begin, endPull, restart, showBackOff, waitForRestart } from './start.ts';

/** Does what is due for a container that should run. */
export function advance(scene: Scene, container: Container): void {
  const now = scene.world.clock.now();
  if (container.stage === 'new') begin(scene, container);
  else if (container.stage === 'running') live(scene, container);
  else if (container.dueAt <= now) steps[container.stage]?.(scene, container);
}

/** What is done when the time of a stage has come; the others wait for nothing. */
const steps: Partial<Record<Stage, (scene: Scene, container: Container) => void>> = {
  pulling: endPull,
  'pull-failed': backOffPull,
  'pull-backing-off': backOffPull,
  'config-error': begin,
  ended: waitForRestart,
  'backing-off': restart,
  ending: endAsAsked,
};

/** When this container wants to be looked at again. */
export function nextDue(container: Container): number {
  if (container.stage === 'done') return Number.POSITIVE_INFINITY;
  if (container.stage === 'new') return 0;
  if (container.stage !== 'running') return container.dueAt;
  return Math.min(exitAt(container), oomAt(container), nextProbeAt(container));
}

function live(scene: Scene, container: Container): void {
  const now = scene.world.clock.now();
  container.behaviour = scene.behaviours.of(scene.pod(), container.spec, container.restartCount);
  if (oomAt(container) <= now) {
    endBySelf(scene, container, 137, 'OOMKilled');
    return;
  }
  if (exitAt(container) <= now) {
    const code = container.behaviour.exitCode ?? 0;
    endBySelf(scene, container, code, code === 0 ? 'Completed' : 'Error');
    return;
  }
  const killer = runProbes(scene, container);
  if (!killer) return;
  sayOf(scene, container, ['Normal', 'Killing', `Container ${container.name} failed ${killer} probe, will be restarted`]);
  stop(scene, container, graceMs(scene));
}

/** The pod's grace period. */
export function graceMs(scene: Scene): number {
  const { spec, metadata } = scene.pod();
  return (metadata.deletionGracePeriodSeconds ?? Number(spec?.terminationGracePeriodSeconds ?? 30)) * 1_000;
}

/** Asks a running container to end; it is killed when the grace is over. */
export function stop(scene: Scene, container: Container, withinMs: number): void {
  const now = scene.world.clock.now();
  const { endsAfterMs = 200 } = container.behaviour;
  const isDeaf = hangs(container, now) || endsAfterMs > withinMs;
  container.stage = 'ending';
  container.exit = isDeaf ? { code: 137, reason: 'Error' } : { code: 0, reason: 'Completed' };
  container.dueAt = now + (isDeaf ? withinMs : endsAfterMs);
}

/** Ends a running container at once, for good. */
export function kill(scene: Scene, container: Container): void {
  terminate(scene, container, 137, 'Error');
}

function endBySelf(scene: Scene, container: Container, code: number, reason: string): void {
  terminate(scene, container, code, reason);
  container.endedBefore = scene.world.clock.now();
  if (isToRestart(scene, container, code)) backOffRestart(scene, container, container.endedBefore);
  else container.stage = 'done';
}

/** After a kill by a probe the back-off counts from the end of the instance before (kubelet, `doBackOff`). */
function endAsAsked(scene: Scene, container: Container): void {
  const { code, reason } = container.exit ?? { code: 0, reason: 'Completed' };
  const before = container.endedBefore;
  terminate(scene, container, code, reason);
  container.endedBefore = scene.world.clock.now();
  if (scene.pod().metadata.deletionTimestamp !== undefined || !isToRestart(scene, container, 137)) {
    container.stage = 'done';
    return;
  }
  backOffRestart(scene, container, before);
  if (container.stage === 'backing-off') restart(scene, container);
  else showBackOff(scene, container);
}

function terminate(scene: Scene, container: Container, exitCode: number, reason: string): void {
  const now = scene.world.clock.now();
  const isTold = scene.pod().spec && textAt(container.spec, 'terminationMessagePolicy') === 'FallbackToLogsOnError' && exitCode !== 0;
  container.state = {
    terminated: {
      containerID: container.containerId ?? '',
      exitCode,
      finishedAt: instantText(now),
      ...(isTold && { message: `${container.logs.map(({ text }) => text).join('\n')}\n` }),
      reason,
      startedAt: instantText(container.startedAt),
    },
  };
  container.previousLogs = container.logs;
  container.ready = container.role === 'init' && exitCode === 0;
  container.started = false;
}

function isToRestart(scene: Scene, { role }: Container, exitCode: number): boolean {
  const policy = textAt(scene.pod().spec, 'restartPolicy') ?? 'Always';
  if (role === 'sidecar') return true;
  if (role === 'init') return exitCode !== 0 && policy !== 'Never';
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
}
