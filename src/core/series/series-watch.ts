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
  /** Told of every step that is over, metric by metric: the moment to keep it. */
  readonly closed?: (columns: MetricColumns, step: number) => void;
}

/**
 * All series in memory, and what the series detectors say about them. Holds no clock and starts nothing: whoever feeds it says what
 * time it is, and the same blocks at the same times give the same readings.
 */
export interface SeriesWatch {
  take(block: SampleBlock, now: number): void;
  /** Feeds the detectors every step that is over. */
  advance(now: number): void;
  /** The same, a metric for each turn: whoever goes on between two of them keeps others waiting for no longer than one takes. */
  advancing(now: number): Iterable<void>;
  /** See `readingsOf`; made once per step. */
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

  const parts = {
    settings: options,
    detectors: options.detectors,
    mayAdd,
    drop(reason: string, samples: number) {
      dropped.set(reason, (dropped.get(reason) ?? 0) + samples);
    },
    closed(columns: MetricColumns, step: number) {
      made = undefined;
      for (const joint of joints) joint.closed(columns, step);
      options.closed?.(columns, step);
    },
  };
  function watchOf(metric: string): MetricWatch {
    const known = metrics.get(metric);
    if (known) return known;
    const watch = metricWatch(metric, parts);
    metrics.set(metric, watch);
    return watch;
  }
  function* advancing(now: number): Iterable<void> {
    for (const watch of metrics.values()) yield watch.advance(now);
  }
  return {
    take(block, now) {
      if (block.subjects.length > 0) watchOf(block.metric).take(block, now);
    },
    advance(now) {
      for (const watch of metrics.values()) watch.advance(now);
    },
    advancing,
    readings() {
      made ??= readingsOf(voicesOf([...metrics.values()], joints));
      return made;
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
