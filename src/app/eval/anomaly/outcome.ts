import type { Figures } from '../../../learning/bootstrap.ts';
import type { Detection } from './detection.ts';
import { countEvents, type EventCounts, eventF1 } from './event-f1.ts';
import type { EventRules, LabelledSeries } from './labelled-series.ts';
import { type NabSum, nabScore } from './nab-score.ts';
import { bufferFor, vusPr } from './vus-pr.ts';

/** What one method came to on one series. */
export interface Outcome {
  readonly counts: EventCounts;
  /** How long the scored part is, in days. */
  readonly days: number;
  /** NaN where nothing is labelled. */
  readonly vusPr: number;
  /** Only for NAB: at the method's own threshold, and at the best one for all files. */
  readonly nab?: { readonly own: NabSum; readonly best: NabSum };
}

const DAY_MS = 86_400_000;

/** Holds what a method said against the labels of the scored part. */
export function outcomeOf({ scores, alarms }: Detection, series: LabelledSeries, rules: EventRules): Outcome {
  const { labels, scoredFrom, stepMs, values, dims } = series;
  const first = values.filter((_, cell) => cell % dims === 0);
  return {
    counts: countEvents(alarms, { labels, scoredFrom, rules }),
    days: ((labels.length - scoredFrom) * stepMs) / DAY_MS,
    vusPr: vusPr(scores.subarray(scoredFrom), labels.subarray(scoredFrom), bufferFor(first)),
  };
}

/** The figures of several series together: F1 and false alarms over all of them, VUS-PR as the mean over those with a label. */
export function figuresOf(outcomes: readonly Outcome[]): Figures {
  const counts = outcomes.map((one) => one.counts);
  const days = outcomes.reduce((sum, one) => sum + one.days, 0);
  const areas = outcomes.flatMap(({ vusPr: area }) => (Number.isNaN(area) ? [] : [area]));
  const nab = outcomes.flatMap((one) => one.nab ?? []);
  return {
    eventF1: eventF1(counts),
    falseAlarmsPerDay: counts.reduce((sum, one) => sum + one.falseAlarms, 0) / days,
    vusPr: areas.length > 0 ? areas.reduce((sum, area) => sum + area, 0) / areas.length : 0,
    ...(nab.length > 0 && { nab: nabScore(nab.map(({ own }) => own)), nabBest: nabScore(nab.map(({ best }) => best)) }),
  };
}
