import type { LogLine } from '../../../core/model/log-line.ts';
import type { ResourceRef } from '../../../core/model/resource.ts';
import type { Clock, OpenPodLog } from '../../../core/ports.ts';
import { lineBudget } from './line-budget.ts';
import { type TimedLine, timedLines } from './log-lines.ts';

/** A container whose log may be read: its pod, and how often it was started anew. */
export interface FollowedContainer {
  readonly pod: ResourceRef;
  readonly container: string;
  readonly restarts: number;
}

/** How much of one container's log is read. */
export interface LogLimits {
  readonly linesPerSecond: number;
  readonly burstLines: number;
  /** Characters of one line. */
  readonly longestLine: number;
  /** Lines of the run before the present one, when a container was started anew. */
  readonly previousLines: number;
}

/** What following one container needs and tells. */
export interface Following {
  readonly open: OpenPodLog;
  readonly clock: Clock;
  readonly limits: LogLimits;
  /** False when there is no room. */
  take(line: LogLine): boolean;
  drop(reason: string): void;
  /** The log was opened, or why it could not be. */
  opened(problem: string | undefined): void;
}

/** What is known of one container between two readings of its log. */
export interface LogPlace {
  /** Where the last line stood, epoch ms. */
  since: number;
  /** The lines of that instant. */
  readonly seenThen: Set<string>;
  /** The restart count whose previous run has been read. */
  readUntilRestart: number;
}

/** One container that is followed, with all that it takes. */
export interface Follower extends Following {
  readonly one: FollowedContainer;
  readonly place: LogPlace;
  readonly signal: AbortSignal;
}

/** Reads what is new in the log of one container until it ends, the signal is aborted, or the API server says no (which is told, not thrown). */
export async function followContainer(follower: Follower): Promise<void> {
  const { one, place, limits } = follower;
  if (one.restarts > place.readUntilRestart) {
    await read(follower, { previous: true, lastLines: limits.previousLines });
    place.readUntilRestart = one.restarts;
  }
  await read(follower, { follow: true });
}

/** A container that waits to be started, or a pod that is gone by now: nothing is wrong with reading. */
function hasNoLogNow(error: unknown): boolean {
  return error instanceof Error && 'status' in error && (error.status === 400 || error.status === 404);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

type Part = Pick<Parameters<OpenPodLog>[0], 'previous' | 'follow' | 'lastLines'>;

async function read(follower: Follower, part: Part): Promise<void> {
  const { one, place, signal } = follower;
  try {
    const request = { namespace: one.pod.namespace ?? '', pod: one.pod.name, container: one.container, since: place.since, signal };
    const chunks = await follower.open({ ...request, ...part });
    follower.opened(undefined);
    await pass(chunks, follower, part.previous === true);
  } catch (error) {
    if (!signal.aborted) follower.opened(hasNoLogNow(error) ? undefined : messageOf(error));
  }
}

async function pass(chunks: AsyncIterable<Uint8Array>, follower: Follower, previous: boolean): Promise<void> {
  const { one, place, limits, clock, signal } = follower;
  const budget = lineBudget(clock, limits.linesPerSecond, limits.burstLines);
  for await (const line of timedLines(chunks, limits.longestLine)) {
    if (signal.aborted) return;
    if (!isNew(line, place)) continue;
    if (line.isCut) follower.drop('line cut');
    if (!budget()) follower.drop('too many lines');
    else if (!follower.take(logLine(one, line, previous))) follower.drop('queue full');
  }
}

/** The API goes on at whole seconds, so it sends lines again. */
function isNew({ at, stamp, text }: TimedLine, place: LogPlace): boolean {
  const mark = `${stamp} ${text}`;
  if (at < place.since || place.seenThen.has(mark)) return false;
  if (at > place.since) place.seenThen.clear();
  place.since = at;
  place.seenThen.add(mark);
  return true;
}

function logLine({ pod, container }: FollowedContainer, { at, text }: TimedLine, previous: boolean): LogLine {
  return { signal: 'log', source: 'pod-logs', subject: pod, container, at, text, ...(previous && { previous }) };
}
