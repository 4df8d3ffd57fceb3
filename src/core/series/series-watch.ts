import type { Reading } from '../model/reading.ts';
import type { SampleBlock } from '../model/samples.ts';
import type { SeriesDetector } from '../plugins.ts';
import { type JointWatch, jointWatch } from './joint-watch.ts';
import type { MetricColumns } from './metric-columns.ts';
import { type MetricWatch, metricWatch, type SeriesSettings } from './metric-watch.ts';
import { readingsOf, type Voice } from './readings.ts';

/** What all series are watched with. */
export interface SeriesWatchOptions extends SeriesSettings {
  /** So many series are held at once, over all metrics; samples of further ones are counted and left out. */
  readonly maxSeries: number;
  readonly detectors: readonly SeriesDetector[];
  /** Told of every step that is over, metric by metric: the moment to keep it. What takes long is done piece by piece. */
  readonly closed?: (columns: MetricColumns, step: number) => Iterable<void>;
}

/**
 * All series in memory, and what the series detectors say about them. Holds no clock and starts nothing: whoever feeds it says what
 * time it is, and the same blocks at the same times give the same readings.
 */
export interface SeriesWatch {
  take(block: SampleBlock, now: number): void;
  /** Feeds the detectors every step that is over. */
  advance(now: number): void;
  /**
   * The same, a detector on a metric for each turn, then the readings: whoever goes on between two turns keeps others waiting for no longer
   * than one takes. Nobody sees a step that only some detectors were fed: a sample that is told in between ends it first.
   */
  advancing(now: number): Iterable<void>;
  /** See `readingsOf`; made once per step. Who asks between two turns of `advancing` is answered as before the first. */
  readings(): readonly Reading[];
  /** The columns of every metric that was ever spoken of. */
  columns(): readonly MetricColumns[];
  /** How many series there are, over all metrics. */
  size(): number;
  /** Why detectors are asked no more, by name: they threw. */
  broken(): Readonly<Record<string, string>>;
  /** Samples that were left out, by reason. */
  dropped(): Readonly<Record<string, number>>;
}

/** How series are kept unless the configuration says otherwise. */
export const standardSettings: SeriesSettings & { readonly maxSeries: number } = {
  stepMs: 15_000,
  windowMs: 30 * 60_000,
  graceMs: 5_000,
  idleMs: 30 * 60_000,
  maxSeries: 100_000,
};

/** Makes an empty watch. */
export function seriesWatch(options: SeriesWatchOptions): SeriesWatch {
  const metrics = new Map<string, MetricWatch>();
  const dropped = new Map<string, number>();
  const size = () => [...metrics.values()].reduce((sum, { columns }) => sum + columns.table.size, 0);
  const mayAdd = () => size() < options.maxSeries;
  const joints = jointsOf(options, mayAdd);
  let made: readonly Reading[] | undefined;
  let madeOf = 0;
  let version = 0;
  let isUnderWay = false;

  const parts = {
    settings: options,
    detectors: options.detectors,
    mayAdd,
    drop(reason: string, samples: number) {
      dropped.set(reason, (dropped.get(reason) ?? 0) + samples);
    },
    *closed(columns: MetricColumns, step: number) {
      version += 1;
      for (const joint of joints) yield joint.closed(columns, step);
      if (options.closed) yield* options.closed(columns, step);
    },
  };
  function watchOf(metric: string): MetricWatch {
    const known = metrics.get(metric);
    if (known) return known;
    const watch = metricWatch(metric, parts);
    metrics.set(metric, watch);
    return watch;
  }
  function* feeding(now: number): Generator<void> {
    for (const watch of metrics.values()) yield* watch.advancing(now);
  }
  /** Readings that a step overtook while they were made are worth nothing: they are left to whoever asks. */
  function* making(): Generator<void> {
    const of = version;
    if (made && madeOf === of) return;
    const fresh = yield* readingsOf(voicesOf([...metrics.values()], joints));
    if (of === version) [made, madeOf] = [fresh, of];
  }
  return {
    take(block, now) {
      if (block.subjects.length > 0) watchOf(block.metric).take(block, now);
    },
    advance(now) {
      for (const _turn of feeding(now));
      isUnderWay = false; // there is nothing left of it
    },
    *advancing(now) {
      isUnderWay = true;
      yield* feeding(now);
      yield* making();
      isUnderWay = false;
    },
    readings() {
      if (made && isUnderWay) return made;
      for (const watch of metrics.values()) watch.finish();
      for (const _piece of making());
      return made ?? [];
    },
    columns: () => [...metrics.values()].map(({ columns }) => columns),
    size,
    broken: () =>
      Object.fromEntries(
        voicesOf([...metrics.values()], joints).flatMap(({ follower: { broken, detector } }) =>
          broken === undefined ? [] : [[detector.name, broken]],
        ),
      ),
    dropped: () => Object.fromEntries(dropped),
  };
}

function jointsOf({ detectors, ...settings }: SeriesWatchOptions, mayAdd: () => boolean): JointWatch[] {
  return detectors.flatMap((detector) =>
    detector.isJoint && detector.metrics !== 'any' ? [jointWatch(detector, detector.metrics, { settings, mayAdd })] : [],
  );
}

function voicesOf(metrics: readonly MetricWatch[], joints: readonly JointWatch[]): Voice[] {
  const single = metrics.flatMap(({ columns, followers }) =>
    followers.map((follower) => ({ metric: columns.metric, table: columns.table, follower })),
  );
  return [...single, ...joints.map(({ metrics: names, table, follower }) => ({ metric: names.join('+'), table, follower }))];
}
