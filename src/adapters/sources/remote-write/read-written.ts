import { type SampleBlock, type SeriesSubject, seriesKey } from '../../../core/model/samples.ts';
import { doubtAbout } from '../receiver/instants.ts';
import { type SampleBlocks, sampleBlocks } from '../receiver/sample-blocks.ts';
import { type CounterPoint, rateOf, type SeriesState, seriesMemory } from '../receiver/series-memory.ts';
import type { Tally } from '../tally.ts';
import type { WrittenSeries } from './write-request.ts';
import type { SubjectOf } from './written-series.ts';

/** What is taken of one metric: `counter` gives its rate per second, `gauge` its value; `as` is the name that it goes by here. */
export interface WantedMetric {
  readonly as: string;
  readonly is: 'gauge' | 'counter';
}

/** What a reader of written series works with. */
export interface WrittenParts {
  readonly source: string;
  /** By Prometheus' name; all others are counted and left out. */
  readonly metrics: Readonly<Record<string, WantedMetric>>;
  readonly maxSeries: number;
  readonly subjectOf: SubjectOf;
  readonly tally: Tally;
}

/** Gives the samples of one request as blocks, oldest first. */
export type ReadWritten = (series: readonly WrittenSeries[], now: number) => readonly SampleBlock[];

/** One series that is taken. */
interface Taken {
  readonly wanted: WantedMetric;
  readonly subject: SeriesSubject;
  readonly key: string;
  readonly state: SeriesState<CounterPoint>;
}

/** A reader that remembers what the rates of counters need. */
export function writtenReader(parts: WrittenParts): ReadWritten {
  const memory = seriesMemory<CounterPoint>(parts.maxSeries);
  const { tally } = parts;

  function takenOf(series: WrittenSeries, now: number): Taken | string {
    const metric = series.labels.find(({ name }) => name === '__name__')?.value ?? '';
    const wanted = Object.hasOwn(parts.metrics, metric) ? parts.metrics[metric] : undefined;
    if (!wanted) return 'metric not asked for';
    const subject = parts.subjectOf(metric, Object.fromEntries(series.labels.map(({ name, value }) => [name, value])));
    if (!subject) return 'no subject named';
    const key = seriesKey(subject);
    const state = memory.of(`${metric}\n${key}`, now);
    return state ? { wanted, subject, key, state } : 'too many series';
  }
  function readOne(series: WrittenSeries, blocks: SampleBlocks, now: number): void {
    const taken = takenOf(series, now);
    tally.add('native histogram', series.histograms.length);
    if (typeof taken === 'string') tally.add(taken, series.samples.length);
    else for (const sample of series.samples) tally.addAny(addSample(blocks, sample, taken, now));
  }
  return (written, now) => {
    const blocks = sampleBlocks();
    for (const series of written) readOne(series, blocks, now);
    return blocks.blocks(parts.source);
  };
}

/** Why the sample is left out, if it is. A counter's first sample gives no rate. */
function addSample(blocks: SampleBlocks, sample: WrittenSeries['samples'][number], taken: Taken, now: number): string | undefined {
  const { wanted, subject, key, state } = taken;
  const at = sample.timestamp.toNumber();
  const doubt = doubtAbout(at, now);
  if (doubt) return doubt;
  const value = wanted.is === 'counter' ? rateOf(state, { at, value: sample.value }) : sample.value;
  return value === undefined ? undefined : blocks.add(wanted.as, at, { key, subject, value });
}
