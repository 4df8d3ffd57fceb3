import type { EventRules } from './labelled-series.ts';

/** From the first to the last sample, both included. */
export type Span = readonly [first: number, last: number];

/** Events that were found and missed, and false alarms. */
export interface EventCounts {
  readonly found: number;
  readonly missed: number;
  readonly falseAlarms: number;
}

/** What an alarm is held against. */
export interface EventTruth {
  readonly labels: Uint8Array;
  readonly scoredFrom: number;
  readonly rules: EventRules;
}

/** The runs of ones from a sample on. */
export function spansOf(flags: Uint8Array, from = 0): readonly Span[] {
  const spans: Span[] = [];
  let first = -1;
  for (let i = from; i <= flags.length; i++) {
    if (flags[i] === 1) first = first < 0 ? i : first;
    else if (first >= 0) {
      spans.push([first, i - 1]);
      first = -1;
    }
  }
  return spans;
}

/**
 * Counts events once each, found only by an alarm soon after their start, and false alarms by the length of their runs. Nothing is
 * point-adjusted: a late alarm does not make the whole event right.
 */
export function countEvents(alarms: Uint8Array, { labels, scoredFrom, rules }: EventTruth): EventCounts {
  const events = spansOf(labels, scoredFrom);
  const others = Uint8Array.from(alarms);
  let found = 0;
  for (const [first, last] of events) {
    if (alarms.subarray(first, Math.min(last, first + rules.within) + 1).includes(1)) found++;
    others.fill(0, first, last + rules.after + 1);
  }
  return { found, missed: events.length - found, falseAlarms: costOf(spansOf(others, scoredFrom), rules) };
}

function costOf(spans: readonly Span[], { gap, piece }: EventRules): number {
  let cost = 0;
  let run: Span | undefined;
  for (const span of spans) {
    if (run && span[0] - run[1] <= gap) run = [run[0], span[1]];
    else {
      cost += priceOf(run, piece);
      run = span;
    }
  }
  return cost + priceOf(run, piece);
}

function priceOf(run: Span | undefined, piece: number): number {
  return run ? Math.ceil((run[1] - run[0] + 1) / piece) : 0;
}

/** Micro F1 over all events of all series; 0 when there is neither a find nor anything to find. */
export function eventF1(counts: readonly EventCounts[]): number {
  const sum = (figure: keyof EventCounts) => counts.reduce((total, one) => total + one[figure], 0);
  const twice = 2 * sum('found');
  return twice / (twice + sum('missed') + sum('falseAlarms')) || 0;
}
