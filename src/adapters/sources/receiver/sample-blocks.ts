import type { SampleBlock, SeriesSubject } from '../../../core/model/samples.ts';

/** Instants within a second are one: senders that report together then stand in one block. */
const GRAIN_MS = 1_000;

/** Puts single values together into blocks: one per metric and second. */
export interface SampleBlocks {
  /** Why the value is left out, if it is: the first one of a second stays. `key` names the series within the metric. */
  add(
    metric: string,
    at: number,
    sample: { readonly key: string; readonly subject: SeriesSubject; readonly value: number },
  ): 'infinite' | 'two values for one series' | undefined;
  /** Oldest first. */
  blocks(source: string): readonly SampleBlock[];
}

/** No blocks yet. */
export function sampleBlocks(): SampleBlocks {
  const byName = new Map<
    string,
    { readonly metric: string; readonly at: number; readonly samples: Map<string, [SeriesSubject, number]> }
  >();
  return {
    add(metric, at, { key, subject, value }) {
      if (Math.abs(value) === Number.POSITIVE_INFINITY) return 'infinite';
      const second = Math.floor(at / GRAIN_MS) * GRAIN_MS;
      const name = `${second} ${metric}`;
      const block = byName.get(name) ?? { metric, at: second, samples: new Map() };
      byName.set(name, block);
      if (block.samples.has(key)) return 'two values for one series';
      block.samples.set(key, [subject, value]);
      return undefined;
    },
    blocks: (source) =>
      [...byName.values()]
        .toSorted((a, b) => a.at - b.at)
        .map(({ metric, at, samples }) => ({
          signal: 'samples',
          source,
          metric,
          at,
          subjects: [...samples.values()].map(([subject]) => subject),
          values: Float64Array.from(samples.values(), ([, value]) => value),
        })),
  };
}
