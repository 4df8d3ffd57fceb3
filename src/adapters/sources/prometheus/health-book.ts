import type { Clock, SourceHealth } from '../../../core/ports.ts';
import type { Answer } from './client.ts';

/** How a Prometheus stands, with what is no fault: metrics that it has no series of, and what it says of our queries. */
export interface PrometheusHealth extends SourceHealth {
  /** Metrics without any series at the last poll, by name. */
  readonly absent: readonly string[];
  /** What the server left out, doubts or would write otherwise, by metric. */
  readonly notes: Readonly<Record<string, readonly string[]>>;
}

/** Keeps what became of each question. */
export interface HealthBook {
  answered(metric: string, answer: Answer): void;
  failed(metric: string, error: unknown): void;
  /** Nobody is there at all; forgotten at the next answer. */
  away(error: unknown): void;
  /** Counts what was left out; 0 is passed over. */
  drop(reason: string, count: number): void;
  health(): PrometheusHealth;
}

/** A book for these metrics; those that are named in `optional` may be absent without a fault. */
export function openHealthBook(clock: Pick<Clock, 'now'>, optional: ReadonlySet<string>): HealthBook {
  const dropped = new Map<string, number>();
  const failures = new Map<string, string>();
  const notes = new Map<string, readonly string[]>();
  const doubted = new Map<string, string>();
  const absent = new Set<string>();
  let wholeAt: number | undefined;
  let awayFor: string | undefined;

  function problem(): string | undefined {
    if (awayFor !== undefined) return awayFor;
    const missing = [...absent].filter((metric) => !optional.has(metric));
    const lacks = missing.length === 0 ? [] : [`no series for ${missing.join(', ')}: \`kubemend doctor\` names what is not scraped`];
    const doubts = [...doubted].map(([metric, doubt]) => `${metric} may be incomplete: ${doubt}`);
    const found = [...grouped(failures), ...doubts, ...lacks];
    return found.length === 0 ? undefined : found.join('; ');
  }
  return {
    answered(metric, { series, doubts, hints }) {
      awayFor = undefined;
      failures.delete(metric);
      notes.set(metric, [...doubts, ...hints]);
      if (doubts[0] === undefined) {
        wholeAt = clock.now();
        doubted.delete(metric);
      } else doubted.set(metric, doubts[0]);
      if (series.length === 0) absent.add(metric);
      else absent.delete(metric);
    },
    failed(metric, error) {
      failures.set(metric, messageOf(error));
    },
    away(error) {
      awayFor = messageOf(error);
    },
    drop(reason, count) {
      if (count > 0) dropped.set(reason, (dropped.get(reason) ?? 0) + count);
    },
    health() {
      const says = problem();
      const said = [...notes].filter(([, lines]) => lines.length > 0);
      return {
        ageMs: wholeAt === undefined ? undefined : clock.now() - wholeAt,
        ...(says !== undefined && { problem: says }),
        dropped: Object.fromEntries(dropped),
        absent: [...absent],
        notes: Object.fromEntries(said),
      };
    },
  };
}

/** One sentence for each reason, with all metrics that it holds for. */
function grouped(failures: ReadonlyMap<string, string>): readonly string[] {
  const byReason = Map.groupBy(failures, ([, reason]) => reason);
  return [...byReason].map(([reason, metrics]) => `${metrics.map(([metric]) => metric).join(', ')}: ${reason}`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
