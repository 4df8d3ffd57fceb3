import type { Detection } from '../../src/core/model/finding.ts';
import type { Container, ContainerState, KubeObject, Pod } from '../../src/core/model/objects.ts';
import type { ClusterEvent } from '../../src/core/model/signal.ts';
import type { Detector } from '../../src/core/plugins.ts';
import { LONG_AGO, NOON } from '../fakes/object-meta.ts';
import { container, pod } from '../fakes/objects.ts';
import { fakeView } from '../fakes/view.ts';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

/** What the detector answers about the first of these objects, at NOON, on the timeline that a view makes of them. */
export function ask(
  detector: Detector,
  objects: readonly KubeObject[],
  options: { readonly now?: number; readonly events?: readonly ClusterEvent[] } = {},
): Detection {
  const [subject] = objects;
  if (!subject) throw new Error('a timeline needs a subject');
  return detector.detect(fakeView(objects, { now: NOON, ...options }).timelineOf(subject.meta.ref));
}

/** The words of a firing answer. Throws for any other. */
export function summaryOf(answer: Detection): string {
  if (answer.is !== 'firing') throw new Error(`the detector is ${answer.is}, not firing`);
  return answer.summary;
}

/** A run with exit code 1 of two seconds that ended ten seconds before NOON, unless told otherwise. */
export function exit(options: Partial<Extract<ContainerState, { is: 'terminated' }>> = {}): ContainerState {
  return { is: 'terminated', exitCode: 1, reason: 'Error', startedAt: NOON - 12 * SECOND, finishedAt: NOON - 10 * SECOND, ...options };
}

/** The container `app`, down after so many restarts. */
export function down(restartCount: number, state: ContainerState = exit()): Container {
  return container('app', { ready: false, started: false, restartCount, state });
}

/** The container `app`, running again for so long; its last run ended ten seconds before that, after two seconds unless told otherwise. */
export function again(restartCount: number, forMs: number, last: Partial<Extract<ContainerState, { is: 'terminated' }>> = {}): Container {
  const startedAt = NOON - forMs;
  const lastState = exit({ startedAt: startedAt - 12 * SECOND, finishedAt: startedAt - 10 * SECOND, ...last });
  return container('app', { restartCount, state: { is: 'running', startedAt }, lastState });
}

/** The container `app`, waiting for a reason, with the run before it if it had one. */
export function waiting(
  reason: string,
  options: { readonly message?: string; readonly restartCount?: number; readonly lastState?: ContainerState } = {},
): Container {
  const { message, ...rest } = options;
  const state: ContainerState = { is: 'waiting', reason, ...(message !== undefined && { message }) };
  return container('app', { ready: false, started: false, state, ...rest });
}

/** A pod on a node, a day old unless told otherwise, with these containers. */
export function podWith(containers: readonly Container[], options: Partial<Pod> & { readonly ageMs?: number } = {}): Pod {
  const { ageMs, ...rest } = options;
  const at = ageMs === undefined ? LONG_AGO : NOON - ageMs;
  return { ...pod('cart-0', { createdAt: at, startedAt: at }), containers, ...rest };
}
