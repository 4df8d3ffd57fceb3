import { isSameResource, type ResourceRef } from '../../../core/model/resource.ts';
import type { SpanStats } from '../../../core/model/span-stats.ts';
import { type DurationSketch, durationSketch } from './duration-sketch.ts';

/** The name under which services and callers beyond the cap are put together. */
export const OTHER = '(other)';

/** What the spans of one service, or of one pair, in one window say. */
export interface SpanGroup {
  readonly service: string;
  readonly caller?: string;
  readonly durations: DurationSketch;
  errors: number;
  /** `several`: more than one pod or workload sent them. */
  subject?: ResourceRef | 'several';
}

/** One span's part in a group. */
export interface SpanOutcome {
  readonly durationMs: number;
  readonly isError: boolean;
  readonly subject?: ResourceRef;
}

/** Groups by name with a cap: what comes when four times the cap is there goes to `(other)`, and only the largest groups are given out. */
export interface SpanGroups {
  add(name: { readonly service: string; readonly caller?: string }, outcome: SpanOutcome): void;
  /** The `cap` largest, and the rest as one. */
  largest(): readonly SpanGroup[];
}

/** Empty groups. */
export function spanGroups(cap: number): SpanGroups {
  const groups = new Map<string, SpanGroup>();
  const other: SpanGroup = { service: OTHER, durations: durationSketch(), errors: 0 };

  function groupOf(service: string, caller: string | undefined): SpanGroup {
    const key = caller === undefined ? service : `${caller}\u0000${service}`;
    const known = groups.get(key);
    if (known) return known;
    if (groups.size >= 4 * cap) return other;
    const group: SpanGroup = { service, ...(caller !== undefined && { caller }), durations: durationSketch(), errors: 0 };
    groups.set(key, group);
    return group;
  }
  return {
    add({ service, caller }, { durationMs, isError, subject }) {
      const group = groupOf(service, caller);
      group.durations.add(durationMs);
      if (isError) group.errors += 1;
      if (subject) group.subject = commonSubject(group.subject, subject);
    },
    largest() {
      const sorted = [...groups.values()].toSorted((a, b) => b.durations.count - a.durations.count);
      for (const group of sorted.slice(cap)) {
        other.durations.merge(group.durations);
        other.errors += group.errors;
      }
      return other.durations.count > 0 ? [...sorted.slice(0, cap), other] : sorted;
    },
  };
}

function commonSubject(known: SpanGroup['subject'], subject: ResourceRef): ResourceRef | 'several' {
  if (known === undefined) return subject;
  return known !== 'several' && isSameResource(known, subject) ? known : 'several';
}

/** A group as a signal. */
export function spanStatsOf(
  group: SpanGroup,
  window: { readonly source: string; readonly at: number; readonly windowMs: number },
): SpanStats {
  const { durations, subject } = group;
  return {
    signal: 'spans',
    source: window.source,
    at: window.at,
    windowMs: window.windowMs,
    service: group.service,
    ...(group.caller !== undefined && { caller: group.caller }),
    ...(subject !== undefined && subject !== 'several' && { subject }),
    count: durations.count,
    errors: group.errors,
    durationMs: {
      mean: durations.sumMs / durations.count,
      p50: durations.quantile(0.5),
      p95: durations.quantile(0.95),
      p99: durations.quantile(0.99),
    },
  };
}
