import { type ResourceRef, resourceKey } from './resource.ts';

/** Which series a value belongs to: an object and, where it has several, the part (a container, an interface, a volume). */
export interface SeriesSubject {
  readonly ref: ResourceRef;
  readonly part?: string;
}

/** The one textual form of a series' subject, without its uid. */
export function seriesKey({ ref, part }: SeriesSubject): string {
  return part === undefined ? resourceKey(ref) : `${resourceKey(ref)}#${part}`;
}

/**
 * One metric at one instant for many series: columns, not objects. `values[i]` belongs to `subjects[i]`; NaN is missing, never 0.
 * The metric's name carries its unit (`memoryBytes`, `cpuCores`).
 */
export interface SampleBlock {
  readonly signal: 'samples';
  /** The source that told us. */
  readonly source: string;
  readonly metric: string;
  /** The instant that the values are of, epoch milliseconds. */
  readonly at: number;
  readonly subjects: readonly SeriesSubject[];
  readonly values: Float64Array;
}
