import { expect, it } from 'vitest';
import { seriesOf } from '../../../test/fakes/series.ts';
import { bytesPerSeries, metricColumns } from './metric-columns.ts';

const shape = { stepMs: 1_000, steps: 4, isDouble: false };
const room = { mayAdd: () => true, grown: () => undefined };

function columnsOf(names: readonly string[]) {
  const columns = metricColumns('memoryBytes', shape, room);
  const subjects = names.map((name) => seriesOf(name));
  return { columns, put: (at: number, ...values: number[]) => columns.put(at, columns.table.slotsOf(subjects), Float64Array.from(values)) };
}

it('gives a window back oldest first, with NaN for gaps and for what was never said', () => {
  const { columns, put } = columnsOf(['a', 'b']);
  put(10_000, 1, 10);
  put(12_000, 3, Number.NaN);
  const window = new Float64Array(4);
  columns.window(0, 12, window);
  expect([...window]).toEqual([Number.NaN, 1, Number.NaN, 3]);
  columns.window(1, 12, window);
  expect([...window]).toEqual([Number.NaN, 10, Number.NaN, Number.NaN]);
});

it('forgets what its ring has gone past, and takes nothing for it any more', () => {
  const { columns, put } = columnsOf(['a']);
  for (const step of [10, 11, 12, 13, 14]) put(step * 1_000, step);
  expect([10, 11, 14].map((step) => columns.valueAt(step, 0))).toEqual([Number.NaN, 11, 14]);
  expect(put(10_000, 99)).toBe(false);
  put(30_000, 30);
  expect([14, 27, 30].map((step) => columns.valueAt(step, 0))).toEqual([Number.NaN, Number.NaN, 30]);
});

it('counts infinite values as missing', () => {
  const { columns, put } = columnsOf(['a']);
  put(10_000, Number.POSITIVE_INFINITY);
  expect(columns.valueAt(10, 0)).toBeNaN();
});

it('keeps its values when it makes more room, and shows none of them to the next owner of a slot', () => {
  const { columns, put } = columnsOf(Array.from({ length: 16 }, (_, index) => `p${index}`));
  put(10_000, ...Array.from({ length: 16 }, (_, index) => index));
  columns.table.slotsOf([seriesOf('one-more')]);
  expect(columns.table.capacity).toBe(32);
  expect(columns.valueAt(10, 15)).toBe(15);
  columns.free(15);
  expect([...columns.table.slotsOf([seriesOf('next')])]).toEqual([15]);
  expect(columns.valueAt(10, 15)).toBeNaN();
});

it.each([
  [{ steps: 120, isDouble: false }, 484],
  [{ steps: 120, isDouble: true }, 964],
])('takes %j → %i bytes a series, as it says, and 8 for the row that is handed out', (of, bytes) => {
  expect(bytesPerSeries(of)).toBe(bytes);
  const columns = metricColumns('any', { stepMs: 15_000, ...of }, room);
  columns.table.slotsOf(Array.from({ length: 1_024 }, (_, index) => seriesOf(`p${index}`)));
  expect(columns.bytes() / 1_024).toBe(bytes + 8);
});
