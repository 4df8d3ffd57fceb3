import type { SampleBlock, SeriesSubject } from '../../../core/model/samples.ts';
import type { OwnedSeries } from './own-series.ts';

/** What blocks are made with. */
export interface BlockParts {
  readonly source: string;
  readonly metric: string;
  drop(reason: string, count: number): void;
}

/** The block of one instant, of the series that have a finite value there no older than `maxAgeMs`; undefined when none has. */
export function blockAt(
  owned: readonly OwnedSeries[],
  { at, maxAgeMs }: { readonly at: number; readonly maxAgeMs: number },
  parts: BlockParts,
): SampleBlock | undefined {
  const subjects: SeriesSubject[] = [];
  const values: number[] = [];
  let stale = 0;
  let infinite = 0;
  for (const { subject, series } of owned) {
    const value = series.values.at(-1) ?? Number.NaN;
    const isStale = Math.abs(at - (series.at.at(-1) ?? at)) > maxAgeMs;
    if (isStale) stale += 1;
    else if (Number.isFinite(value)) {
      subjects.push(subject);
      values.push(value);
    } else if (!Number.isNaN(value)) infinite += 1;
  }
  parts.drop('older than the lookback', stale);
  parts.drop('infinite', infinite);
  return made(parts, at, { subjects, values });
}

/** The blocks of all instants of a range, oldest first; an instant at which nobody has a value has none. */
export function blocksOf(owned: readonly OwnedSeries[], parts: BlockParts): readonly SampleBlock[] {
  const columns = new Map<number, { readonly subjects: SeriesSubject[]; readonly values: number[] }>();
  let infinite = 0;
  for (const { subject, series } of owned) {
    for (const [index, at] of series.at.entries()) {
      const value = series.values[index] ?? Number.NaN;
      if (!Number.isFinite(value)) {
        infinite += Number.isNaN(value) ? 0 : 1;
        continue;
      }
      const column = columns.get(at) ?? { subjects: [], values: [] };
      columns.set(at, column);
      column.subjects.push(subject);
      column.values.push(value);
    }
  }
  parts.drop('infinite', infinite);
  const inOrder = [...columns].toSorted(([a], [b]) => a - b);
  return inOrder.flatMap(([at, column]) => made(parts, at, column) ?? []);
}

function made(
  { source, metric }: BlockParts,
  at: number,
  { subjects, values }: { readonly subjects: readonly SeriesSubject[]; readonly values: readonly number[] },
): SampleBlock | undefined {
  return subjects.length === 0 ? undefined : { signal: 'samples', source, metric, at, subjects, values: Float64Array.from(values) };
}
