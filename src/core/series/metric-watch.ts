import type { SampleBlock } from '../model/samples.ts';
import type { SeriesDetector } from '../plugins.ts';
import { type Follower, followerOf } from './follower.ts';
import { type MetricColumns, metricColumns } from './metric-columns.ts';

/** How series are kept; durations in milliseconds. */
export interface SeriesSettings {
  /** How far apart the steps are: no finer than the slowest source tells. */
  readonly stepMs: number;
  /** How much of the past is held in memory. */
  readonly windowMs: number;
  /** How long after its end a step waits for samples that are under way. */
  readonly graceMs: number;
  /** A series that was silent for so long, while others of its metric spoke, is forgotten. */
  readonly idleMs: number;
}

/** What the watch of one metric is made of. */
export interface MetricWatchParts {
  readonly settings: SeriesSettings;
  readonly detectors: readonly SeriesDetector[];
  /** Whether one more series may be taken in. */
  mayAdd(): boolean;
  drop(reason: string, samples: number): void;
  /** A step is over, and was fed: does what follows from that, piece by piece. */
  closed(columns: MetricColumns, step: number): Iterable<void>;
}

/**
 * One metric with the monitors that follow it. Its time is driven by its own samples, so that past ones can be played into it. A step that
 * is being fed piece by piece is fed to its end before anything else is taken.
 */
export interface MetricWatch {
  readonly columns: MetricColumns;
  readonly followers: readonly Follower[];
  /** Places a block, after the steps before it are over. What it leaves out is counted. */
  take(block: SampleBlock, now: number): void;
  /** Feeds the monitors every step that is over and was spoken of, a monitor for each piece. */
  advancing(now: number): Iterable<void>;
  /** Ends a feeding that is under way: a step is fed to all monitors or to none when this returns. */
  finish(): void;
}

/** So many empty steps are fed after a silence; of a longer one the monitors learn by the instants. */
const MAX_EMPTY_STEPS = 8;
/** A series that fired when it fell silent is kept so many times longer: until then it is unknown, and not forgotten, whether it still would. */
const LONGER_FIRING = 10;
/** What grows without end keeps eight bytes a value: four hold 24 bits. */
const GROWS = /(Total|At|Timestamp)$/;

/** Makes the watch of one metric. */
export function metricWatch(metric: string, parts: MetricWatchParts): MetricWatch {
  const { stepMs, windowMs, graceMs, idleMs } = parts.settings;
  const steps = Math.max(2, Math.ceil(windowMs / stepMs));
  const grown = (capacity: number) => {
    for (const follower of followers) follower.grow(capacity);
  };
  const columns = metricColumns(metric, { stepMs, steps, isDouble: GROWS.test(metric) }, { mayAdd: parts.mayAdd, grown });
  const followers = parts.detectors
    .filter((detector) => isAskedAbout(detector, metric))
    .map((detector) => followerOf(detector, { slots: columns.table.capacity, stepMs, dims: 1 }));
  let fedStep = Number.NaN;
  let underWay: Iterator<void> | undefined;

  function* feeding(step: number): Generator<void> {
    const at = columns.instantOf(step);
    for (const follower of followers) yield follower.step(Number.isNaN(at) ? step * stepMs : at, columns.row(step));
    fedStep = step;
    if (!Number.isNaN(at)) dropIdle(step);
    yield* parts.closed(columns, step);
  }
  function* feedingUpTo(last: number): Generator<void> {
    const { newest = last } = columns;
    for (let step = fedStep + 1; step <= last; step += 1) {
      if (step > newest) step = Math.max(step, last - MAX_EMPTY_STEPS + 1);
      yield* feeding(step);
    }
  }
  function finish(): void {
    while (underWay?.next().done === false);
    underWay = undefined;
  }
  const isFiring = (slot: number) => followers.some(({ monitor }) => monitor.firing[slot] === 1);
  function dropIdle(step: number): void {
    const idle = Math.ceil(idleMs / stepMs);
    for (let slot = 0; slot < columns.table.capacity; slot += 1) {
      const silent = step - columns.lastStepOf(slot);
      if (silent <= idle || !columns.table.subjectAt(slot) || (silent <= LONGER_FIRING * idle && isFiring(slot))) continue;
      columns.free(slot);
      for (const follower of followers) follower.forget(slot);
    }
  }
  const overAt = (now: number) => Math.floor((now - graceMs) / stepMs) - 1;
  return {
    columns,
    followers,
    take({ at, subjects, values }, now) {
      if (at > now + stepMs) return parts.drop('from the future', subjects.length);
      finish();
      const step = Math.floor(at / stepMs);
      if (Number.isNaN(fedStep)) fedStep = step - 1;
      if (now < fedStep * stepMs && step <= fedStep) {
        columns.rewind(step - 1);
        fedStep = step - 1;
      }
      if (step <= fedStep) parts.drop('late', subjects.length);
      else for (const _piece of feedingUpTo(Math.min(step - 1, overAt(now))));
      const slots = columns.table.slotsOf(subjects);
      if (slots.includes(-1)) parts.drop('too many series', slots.filter((slot) => slot < 0).length);
      columns.put(at, slots, values);
    },
    *advancing(now) {
      finish();
      if (columns.newest === undefined) return;
      const feeding = feedingUpTo(Math.min(overAt(now), columns.newest));
      underWay = feeding;
      while (!feeding.next().done) yield; // by hand: whoever stops here leaves it to `finish`
    },
    finish,
  };
}

function isAskedAbout({ metrics, isJoint }: SeriesDetector, metric: string): boolean {
  return !isJoint && (metrics === 'any' || metrics.includes(metric));
}
