import type { LogLine } from '../../../core/model/log-line.ts';
import { resourceKey } from '../../../core/model/resource.ts';
import { nap } from '../../../core/nap.ts';
import type { Clock, OpenPodLog, SignalSource, SourceHealth } from '../../../core/ports.ts';
import { boundedQueue } from '../bounded-queue.ts';
import { tally } from '../tally.ts';
import { type FollowedContainer, followContainer, type LogLimits, type LogPlace } from './follow-container.ts';

/** What is read of the logs of the pods. */
export interface PodLogsOptions {
  readonly open: OpenPodLog;
  readonly clock: Clock;
  /** The containers whose logs may be read now: those of the namespaces that were opted in. */
  containers(): Iterable<FollowedContainer>;
  readonly limits?: Partial<LogLimits & { readonly containers: number; readonly queuedLines: number }>;
}

const defaults = { linesPerSecond: 50, burstLines: 1_000, longestLine: 4_096, previousLines: 200, containers: 200, queuedLines: 20_000 };

/** How often it is looked which containers there are. */
const LOOK_EVERY_MS = 5_000;
/** After a log ended or could not be opened: doubled at each failure in a row, up to a minute. */
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 60_000;

interface Followed {
  one: FollowedContainer;
  readonly place: LogPlace;
  readonly ending: AbortController;
  isReading: boolean;
  hasOpened: boolean;
  failures: number;
  dueAt: number;
  problem: string | undefined;
}

/**
 * Follows the logs of containers as `kubectl logs -f` does, and reads the end of the run before the present one when a container was started
 * anew. Lines written before the source began are left out. One that cannot be read is tried again and does not hold up the others.
 */
export function podLogsSource({ open, clock, containers, limits: given }: PodLogsOptions): SignalSource {
  const limits = { ...defaults, ...given };
  const followed = new Map<string, Followed>();
  const dropped = tally();
  let wholeAt: number | undefined;
  let tooMany = 0;

  /** Follows those that are new and forgets those that are gone. */
  function choose(startedAt: number): void {
    const there = new Map([...containers()].map((one) => [`${resourceKey(one.pod)}/${one.pod.uid ?? ''}/${one.container}`, one]));
    for (const key of [...followed.keys()].filter((key) => !there.has(key))) {
      followed.get(key)?.ending.abort();
      followed.delete(key);
    }
    for (const [key, one] of there) {
      const known = followed.get(key);
      if (known) known.one = one;
      else if (followed.size < limits.containers) followed.set(key, newlyFollowed(one, startedAt));
    }
    tooMany = there.size - followed.size;
  }

  function read(entry: Followed, take: (line: LogLine) => boolean): void {
    entry.isReading = true;
    const opened = (problem: string | undefined) => {
      entry.problem = problem;
      entry.hasOpened ||= problem === undefined;
      entry.failures = problem === undefined ? 0 : entry.failures + 1;
    };
    void followContainer({
      open,
      clock,
      limits,
      one: entry.one,
      place: entry.place,
      signal: entry.ending.signal,
      take,
      drop: dropped.add,
      opened,
    }).then(() => {
      entry.isReading = false;
      entry.dueAt = clock.now() + Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.max(0, entry.failures - 1));
    });
  }

  async function work(signal: AbortSignal, take: (line: LogLine) => boolean): Promise<void> {
    const startedAt = clock.now();
    while (!signal.aborted) {
      choose(startedAt);
      const now = clock.now();
      for (const entry of followed.values()) if (!entry.isReading && entry.dueAt <= now) read(entry, take);
      if ([...followed.values()].every(({ problem, hasOpened }) => problem === undefined && hasOpened)) wholeAt = now;
      await nap(clock, LOOK_EVERY_MS, signal);
    }
  }

  function health(): SourceHealth {
    const failing = [...followed.values()].filter(({ problem }) => problem !== undefined);
    const [first] = failing;
    const unread =
      first && `${failing.length} of ${followed.size} logs cannot be read, ${first.one.pod.name}/${first.one.container}: ${first.problem}`;
    const left = tooMany > 0 ? `${tooMany} containers are beyond the limit of ${limits.containers}: name fewer namespaces` : undefined;
    const problem = [unread, left].filter((part) => part !== undefined).join('; ');
    return {
      ageMs: wholeAt === undefined ? undefined : clock.now() - wholeAt,
      ...(problem !== '' && { problem }),
      dropped: dropped.counts(),
    };
  }

  return {
    name: 'pod-logs',
    health,
    async *stream(signal) {
      const queue = boundedQueue<LogLine>(limits.queuedLines);
      const ending = new AbortController();
      const working = work(AbortSignal.any([signal, ending.signal]), queue.put);
      try {
        yield* queue.read(signal);
      } finally {
        ending.abort();
        for (const entry of followed.values()) entry.ending.abort();
        followed.clear();
        await working;
      }
    },
  };
}

function newlyFollowed(one: FollowedContainer, startedAt: number): Followed {
  const place = { since: startedAt, seenThen: new Set<string>(), readUntilRestart: one.restarts };
  return { one, place, ending: new AbortController(), isReading: false, hasOpened: false, failures: 0, dueAt: 0, problem: undefined };
}
