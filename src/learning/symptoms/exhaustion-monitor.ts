import type { MonitorShape, SeriesMonitor } from '../../core/plugins.ts';
import { type BlockTrend, blockTrend, type Trend, type TrendScale, trendDefaults } from './block-trend.ts';
import { type Judge, perSlotMonitor, STAY } from './per-slot-monitor.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** What a monitor for exhaustion looks at. */
export interface ExhaustionOptions {
  /** Nothing is said while less than this share of the limit is used. */
  readonly from: number;
  readonly scales: readonly TrendScale[];
  /** So much is as good as all of it, whatever the trend. */
  readonly fullAt?: number;
}

/** Memory: a leak of an hour, and one of a day. Memory that is nearly full by design says nothing without a trend. */
export const memoryExhaustion: ExhaustionOptions = {
  from: 0.75,
  scales: [
    { blockMs: 3 * MINUTE_MS, leadMs: 30 * MINUTE_MS },
    { blockMs: 30 * MINUTE_MS, leadMs: 2 * HOUR_MS },
  ],
};

/** Disks, volumes and inodes fill within hours or days. */
export const diskExhaustion: ExhaustionOptions = {
  from: 0.75,
  scales: [
    { blockMs: 15 * MINUTE_MS, leadMs: 2 * HOUR_MS },
    { blockMs: HOUR_MS, leadMs: 4 * HOUR_MS },
  ],
  fullAt: 0.98,
};

/** All constants that the monitors for exhaustion share. */
export const exhaustionDefaults = {
  /** A sample below this share of the one before is a restart, or somebody cleaned up: the trend starts anew. */
  drop: 0.8,
  /**
   * What turned around by itself below this, a log that is rotated, a cache that is swept or a load that passed, is expected to do so
   * again: until the use is above that height by a margin nothing is said.
   */
  turnsBelow: 0.97,
  aboveTurn: 0.01,
  trend: trendDefaults,
} as const;

/** Follows shares of a limit, 0 to 1. Fires when even the slow end of the trend's interval reaches the limit within the lead. */
export function createExhaustionMonitor(shape: MonitorShape, options: ExhaustionOptions): SeriesMonitor {
  return perSlotMonitor(shape, (slot) => exhaustionJudge(options, slot * shape.stepMs));
}

/** What was said when it fired: it stands until the use falls, or for twice the lead. */
interface Warning {
  readonly use: number;
  /** The most that was used since. */
  readonly peak: number;
  readonly until: number;
  readonly trend: Trend;
}

function exhaustionJudge({ from, scales, fullAt = Number.POSITIVE_INFINITY }: ExhaustionOptions, offsetMs: number): Judge {
  const d = exhaustionDefaults;
  const trends = scales.map(({ blockMs, leadMs }) => ({ leadMs, follower: blockTrend(blockMs, offsetMs % blockMs) }));
  let use = Number.NaN;
  let turnedAt = 0;
  let warning: Warning | undefined;

  /** It did not come to the limit. */
  function turned(height: number): void {
    if (height < d.turnsBelow) turnedAt = Math.max(turnedAt, height);
    warning = undefined;
  }
  function restart(): void {
    for (const { follower } of trends) follower.restart();
    turned(use);
  }
  /** How urgent the most urgent trend is; it stands as a warning. */
  function look(at: number): number {
    const scores = trends.map(({ leadMs, follower }) => urgency(follower, { use, leadMs }));
    const most = Math.max(...scores);
    const { leadMs = 0, follower } = trends[scores.indexOf(most)] ?? {};
    const trend = follower?.trend();
    if (most >= 1 && trend) warning = { use, peak: Math.max(use, warning?.peak ?? 0), until: at + 2 * leadMs, trend };
    return most;
  }
  function standing(at: number): number {
    if (warning) warning = { ...warning, peak: Math.max(use, warning.peak) };
    if (warning && (at > warning.until || use < warning.use)) turned(warning.peak);
    return warning ? STAY : 0;
  }
  return {
    take(at, [value = Number.NaN]) {
      if (Number.isNaN(value)) return Number.NaN;
      if (value < d.drop * use) restart();
      use = value;
      for (const { follower } of trends) follower.take(at, value);
      const score = use < Math.max(from, turnedAt + d.aboveTurn) ? 0 : look(at);
      return Math.max(score, standing(at), use >= fullAt ? 1 : 0);
    },
    describe: () => wordsOf(use, warning),
  };
}

function wordsOf(use: number, warning: Warning | undefined): string {
  const used = `${percent(use)} of the limit is used`;
  if (!warning) return used;
  const { slow, fast } = warning.trend;
  const [soon, late] = [(1 - use) / fast, (1 - use) / slow];
  return `${used}, and it rises by ${points(slow)} to ${points(fast)} points an hour: all of it in ${minutes(soon)} to ${minutes(late)}`;
}

/** The lead over the time that is left at the slow end; 0 without a trend that gets there, and never more than 10. */
function urgency(follower: BlockTrend, { use, leadMs }: { readonly use: number; readonly leadMs: number }): number {
  const trend = follower.trend();
  if (!trend || trend.rest < 1 - use) return 0;
  return Math.min(10, (leadMs * trend.slow) / Math.max(Number.EPSILON, 1 - use));
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}

function points(perMs: number): string {
  return String(Number((100 * perMs * HOUR_MS).toPrecision(2)));
}

function minutes(ms: number): string {
  const whole = Math.max(0, Math.round(ms / MINUTE_MS));
  return whole < 120 ? `${whole} min` : `${Number((whole / 60).toPrecision(2))} h`;
}
