import type { SampleBlock, SeriesSubject } from '../../src/core/model/samples.ts';
import type { SeriesDetector } from '../../src/core/plugins.ts';

/** A pod's name as a series' subject, with or without a uid and a part. */
export function seriesOf(name: string, rest: { readonly uid?: string; readonly part?: string } = {}): SeriesSubject {
  const { uid, part } = rest;
  return {
    ref: { cluster: 'default', apiGroup: '', kind: 'Pod', namespace: 'shop', name, ...(uid !== undefined && { uid }) },
    ...(part !== undefined && { part }),
  };
}

/** A block of one metric; what is not given is `memoryBytes` of a source `test`. */
export function blockOf(at: number, values: Readonly<Record<string, number>>, rest: Partial<SampleBlock> = {}): SampleBlock {
  return {
    signal: 'samples',
    source: 'test',
    metric: 'memoryBytes',
    at,
    subjects: Object.keys(values).map((name) => seriesOf(name)),
    values: Float64Array.from(Object.values(values)),
    ...rest,
  };
}

/** One step that a monitor was fed: its instant and the values by slot, as long as there is room for. */
export type Fed = { readonly at: number; readonly values: readonly number[] };

/** Fires while the (first) value is above 10; keeps what it was fed. */
export function aboveTen(rest: Partial<SeriesDetector> = {}): SeriesDetector & { readonly fed: Fed[]; readonly forgotten: number[] } {
  const fed: Fed[] = [];
  const forgotten: number[] = [];
  return {
    name: 'above-ten',
    metrics: 'any',
    is: 'symptom',
    ...rest,
    fed,
    forgotten,
    open({ slots, dims }) {
      let cells = Array.from({ length: slots }, () => ({ score: Number.NaN, isFiring: false }));
      return {
        get scores() {
          return Float64Array.from(cells, ({ score }) => score);
        },
        get firing() {
          return Uint8Array.from(cells, ({ isFiring }) => (isFiring ? 1 : 0));
        },
        step(at, values) {
          fed.push({ at, values: [...values] });
          cells = cells.map(({ isFiring }, slot) => {
            const value = values[slot * dims] ?? Number.NaN;
            return Number.isNaN(value) ? { score: value, isFiring } : { score: Math.max(0, value / 10), isFiring: value > 10 };
          });
        },
        describe: (slot) => `${cells[slot]?.score} times ten`,
        forget(slot) {
          forgotten.push(slot);
          cells[slot] = { score: Number.NaN, isFiring: false };
        },
        grow(room) {
          while (cells.length < room) cells.push({ score: Number.NaN, isFiring: false });
        },
      };
    },
  };
}
