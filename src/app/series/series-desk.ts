import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Reading } from '../../core/model/reading.ts';
import type { SampleBlock } from '../../core/model/samples.ts';
import type { Observation } from '../../core/model/signal.ts';
import { nap } from '../../core/nap.ts';
import type { Clock, ClusterReader, Logger, SignalSource, SourceHealth } from '../../core/ports.ts';
import type { MetricColumns } from '../../core/series/metric-columns.ts';
import { type SeriesWatch, type SeriesWatchOptions, seriesWatch } from '../../core/series/series-watch.ts';
import { logDesk } from '../logs/log-desk.ts';
import { logFigures } from './log-figures.ts';
import { spanFigures } from './span-figures.ts';
import { uidResolver } from './uid-resolver.ts';
import { workloadFigures } from './workload-figures.ts';

/** Keeps what the series were, so that a restart does not begin with nothing. Never throws: history is not truth. */
export interface SeriesHistory {
  /** Plays what is kept into the watch, oldest first; resolves when all of it is in. */
  replay(take: (block: SampleBlock) => void, now: number): Promise<void>;
  /** A step of a metric is over; what there is to write is written piece by piece. */
  closed(columns: MetricColumns, step: number): Iterable<void>;
  stop(): void;
}

/** Writes down everything that arrives, with the instant of its arrival. */
export interface SeriesRecorder {
  record(observation: Observation, now: number): void;
  stop(): Promise<void>;
}

/** What the desk works with. */
export interface SeriesDeskParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly cluster: Pick<ClusterReader, 'objects'>;
  readonly sources: readonly SignalSource[];
  /** The blocks of the past from an instant on, oldest first, of a source that knows it: then windows are full at once. */
  readonly past?: (fromMs: number, signal: AbortSignal) => AsyncIterable<SampleBlock>;
  readonly options: SeriesWatchOptions;
  /** What containers can use: their limits, unless their requests count where they have none. */
  readonly capacity?: 'limits' | 'requests';
  readonly history?: SeriesHistory;
  readonly recorder?: SeriesRecorder;
}

/** How the series stand: what /metrics shows. */
export interface SeriesStanding {
  readonly series: number;
  /** Samples that were left out on arrival, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
  readonly sources: readonly (SourceHealth & { readonly name: string })[];
}

/** Where the observations of all sources arrive, and what the series detectors make of them. */
export interface SeriesDesk {
  /** What is said now, for the view of the cluster. */
  readings(): readonly Reading[];
  standing(): SeriesStanding;
  /** Plays the history, then listens to all sources until the signal is aborted. */
  run(signal: AbortSignal): Promise<void>;
  stop(): Promise<void>;
}

/** How often it is looked for steps that are over. */
const LOOK_EVERY_MS = 250;
/** Who looked so lately will feed what has just come to its end; whoever asks for readings need not do all of it at once. */
const TRUSTED_MS = 1_000;

/** Makes the desk; nothing is listened to before `run`. */
export function seriesDesk(parts: SeriesDeskParts): SeriesDesk {
  const { clock, log, sources, history, recorder } = parts;
  const watch = seriesWatch({ ...parts.options, closed });
  const resolver = uidResolver(parts.cluster);
  const broken = new Set<string>();
  const refused = new Map<string, string>();
  const figures = workloadFigures(parts);
  const lines = logFigures(parts.options.stepMs);
  const patterns = logDesk();
  let strangers = 0;
  let isReplaying = false;
  let lookedAt = Number.NEGATIVE_INFINITY;

  /** What containers use becomes what their workloads use, but not anew when it is the past that is played. */
  function* closed(columns: MetricColumns, step: number): Generator<void> {
    if (history) yield* history.closed(columns, step);
    const block = isReplaying ? undefined : yield* figures.making(columns, step);
    if (!block) return;
    watch.take(block, clock.now());
    recorder?.record(block, clock.now()); // whoever plays the recording has no cluster to make it from
  }

  function take(observation: Observation): void {
    const now = clock.now();
    if (observation.signal !== 'samples') {
      recorder?.record(observation, now);
      if (observation.signal === 'log') lines.take(observation, now, patterns.take(observation, now).isNew);
      if (observation.signal === 'spans') for (const block of spanFigures(observation)) takeBlock(block, now);
      return;
    }
    const resolved = takeBlock(observation, now);
    recorder?.record(resolved, now);
  }
  function takeBlock(block: SampleBlock, now: number): SampleBlock {
    const told = resolver.resolve(block, now);
    strangers += told.strangers;
    watch.take(told.block, now);
    return told.block;
  }
  /** Logs can all be read when no source says otherwise. */
  function closeLines(now: number): void {
    const isWhole = sources.every((source) => source.health().problem === undefined);
    for (const block of lines.close(now, isWhole)) takeBlock(block, now);
  }
  /** A detector that broke is named once. */
  function tellBroken(): void {
    for (const [detector, error] of Object.entries(watch.broken())) {
      if (broken.has(detector)) continue;
      broken.add(detector);
      log.error('series detector broke', { detector, error });
    }
  }
  async function listen(source: SignalSource, signal: AbortSignal): Promise<void> {
    try {
      for await (const observation of source.stream(signal)) {
        take(observation);
        if (observation.signal === 'samples') await nextTurn();
      }
    } catch (error) {
      if (signal.aborted) return;
      refused.set(source.name, String(error));
      log.error('source ended', { source: source.name, error: String(error) });
    }
  }
  /** What is over is fed before anybody asks, a detector on a metric at a time, so that nothing else waits for all of them. */
  async function keepUp(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      for (const _turn of watch.advancing(clock.now())) {
        lookedAt = clock.now();
        await nextTurn();
      }
      lookedAt = clock.now();
      await nap(clock, LOOK_EVERY_MS, signal);
    }
  }
  /** What the history does not hold is asked of a source that knows the past. */
  async function fillIn(signal: AbortSignal): Promise<void> {
    const { stepMs, windowMs } = parts.options;
    const known = watch.columns().map(({ newest = 0 }) => (newest + 1) * stepMs);
    try {
      for await (const block of parts.past?.(Math.max(clock.now() - windowMs, ...known), signal) ?? []) {
        take(block);
        await nextTurn();
      }
    } catch (error) {
      if (!signal.aborted) log.warn('the past of the series could not be had', { error: String(error) });
    }
  }
  return {
    readings() {
      closeLines(clock.now());
      if (clock.now() - lookedAt > TRUSTED_MS) watch.advance(clock.now());
      tellBroken();
      return [...watch.readings(), ...patterns.readings(clock.now())];
    },
    standing: () => standingOf({ watch, strangers, refused, sources }),
    async run(signal) {
      isReplaying = true;
      await history?.replay((block) => watch.take(block, clock.now()), clock.now());
      isReplaying = false;
      await fillIn(signal);
      const silent = new AbortController();
      const heard = Promise.all(sources.map((source) => listen(source, signal))).finally(() => silent.abort());
      await Promise.all([heard, keepUp(AbortSignal.any([signal, silent.signal]))]);
    },
    async stop() {
      history?.stop();
      await recorder?.stop();
    },
  };
}

function standingOf({ watch, strangers, refused, sources }: Figures): SeriesStanding {
  return {
    series: watch.size(),
    dropped: { ...watch.dropped(), ...(strangers > 0 && { 'not in the cluster': strangers }) },
    sources: sources.map((source) => {
      const health = source.health();
      const problem = refused.get(source.name) ?? health.problem;
      return { ...health, name: source.name, ...(problem !== undefined && { problem }) };
    }),
  };
}

interface Figures {
  readonly watch: SeriesWatch;
  readonly strangers: number;
  readonly refused: ReadonlyMap<string, string>;
  readonly sources: readonly SignalSource[];
}
