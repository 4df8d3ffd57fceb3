import type { SeriesSubject } from '../../../core/model/samples.ts';
import type { AnsweredSeries } from './answer.ts';
import type { SubjectBook, SubjectRule } from './subject.ts';

/** A series with whose it is. */
export interface OwnedSeries {
  readonly subject: SeriesSubject;
  readonly series: AnsweredSeries;
}

/** What series are told apart with; `drop` counts what is left out. */
export interface OwningParts {
  readonly rule: SubjectRule;
  readonly book: SubjectBook;
  /** More than these are not kept: those with the highest values are. */
  readonly maxSeries: number;
  drop(reason: string, count: number): void;
}

/** Ties each series to its subject. Left out are: too many, those that name no subject, and those of which one subject has several. */
export function ownSeries(all: readonly AnsweredSeries[], { rule, book, maxSeries, drop }: OwningParts): readonly OwnedSeries[] {
  const kept = highest(all, maxSeries);
  drop('too many series', all.length - kept.length);
  const owned = kept.flatMap((series) => {
    const subject = book.of(series.labels, rule);
    return subject === undefined ? [] : [{ subject, series }];
  });
  drop('no subject in the labels', kept.length - owned.length);
  const single = withoutTwins(owned);
  drop('several series of one subject', owned.length - single.length);
  return single;
}

function highest(all: readonly AnsweredSeries[], count: number): readonly AnsweredSeries[] {
  if (all.length <= count) return all;
  return all
    .map((series) => ({ series, peak: peakOf(series.values) }))
    .sort((a, b) => b.peak - a.peak)
    .slice(0, count)
    .map(({ series }) => series);
}

function peakOf(values: readonly number[]): number {
  return values.reduce((peak, value) => (Number.isFinite(value) && value > peak ? value : peak), Number.NEGATIVE_INFINITY);
}

/** Which of several would be the true one cannot be known, so none is taken. The book gives one object for one subject. */
function withoutTwins(owned: readonly OwnedSeries[]): readonly OwnedSeries[] {
  const seen = new Set<SeriesSubject>();
  const twice = new Set<SeriesSubject>();
  for (const { subject } of owned) (seen.has(subject) ? twice : seen).add(subject);
  return twice.size === 0 ? owned : owned.filter(({ subject }) => !twice.has(subject));
}
