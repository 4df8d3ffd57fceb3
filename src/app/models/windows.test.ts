import { describe, expect, it } from 'vitest';
import { scaled, scalerFrom } from './scaler.ts';
import type { SeriesTable } from './series-table.ts';
import { bordersOf, cutWindows, newestWindows, thinned } from './windows.ts';

const shape = { window: 3, features: 1, horizon: 2 };

/** Series of one feature; a time that is not told is a minute later. */
function tableOf(...series: { readonly values: readonly number[]; readonly minutes?: readonly number[] }[]): SeriesTable {
  return {
    file: 'made',
    features: ['cpu'],
    stepMs: 60_000,
    dropped: {},
    series: series.map(({ values, minutes }, n) => ({
      name: `pod-${n}`,
      at: Float64Array.from(values, (_, row) => (minutes?.[row] ?? row) * 60_000),
      values: Float64Array.from(values),
    })),
  };
}

const count = (length: number) => Array.from({ length }, (_, n) => n);
const all = { training: Number.POSITIVE_INFINITY, watching: Number.POSITIVE_INFINITY };

describe('windows', () => {
  it('are cut out of each series by itself', () => {
    const { starts } = cutWindows(tableOf({ values: count(6) }, { values: count(5) }), shape, all);
    expect([...starts.training]).toEqual([0, 1, 6]);
  });

  it('are left out and counted when a value is missing in them or in their future', () => {
    const { starts, skipped } = cutWindows(tableOf({ values: [0, 1, Number.NaN, 3, 4, 5, 6, 7] }), shape, all);
    expect([...starts.training]).toEqual([3]);
    expect(skipped).toMatchObject({ 'with missing values': 3 });
  });

  it('are left out and counted when rows are missing', () => {
    const { starts, skipped } = cutWindows(tableOf({ values: count(7), minutes: [0, 1, 10, 11, 12, 13, 14] }), shape, all);
    expect([...starts.training]).toEqual([2]);
    expect(skipped).toMatchObject({ 'with missing rows': 2 });
  });

  it('learn from nothing whose future lies in a later part', () => {
    const { starts, skipped } = cutWindows(tableOf({ values: count(12) }), shape, { training: 5 * 60_000, watching: 8 * 60_000 });
    expect([...starts.training]).toEqual([0, 1]);
    expect([...starts.watching]).toEqual([3, 4]);
    expect([...starts.heldOut]).toEqual([6, 7]);
    expect(skipped['across a border in time']).toBe(2);
  });

  it('of the newest rows need no future', () => {
    const table = tableOf({ values: count(4) }, { values: [1, 2] }, { values: [1, 2, 3, Number.NaN] });
    const { starts, skipped } = newestWindows(table, shape);
    expect([...starts.heldOut]).toEqual([1]);
    expect(skipped).toEqual({ 'without a whole window': 2 });
  });

  it('are thinned evenly', () => {
    expect([...thinned(Int32Array.of(0, 1, 2, 3, 4, 5), 3)]).toEqual([0, 2, 4]);
  });

  it('are parted by the time of all rows', () => {
    expect(bordersOf(tableOf({ values: count(100) }))).toEqual({ training: 70 * 60_000, watching: 85 * 60_000 });
  });
});

describe('the scale', () => {
  it('is learnt from the past only', () => {
    const table = tableOf({ values: [0, 2, 0, 2, 0, 2, 1_000, 1_000] });
    const windows = cutWindows(table, { window: 2, features: 1, horizon: 1 }, { training: 5 * 60_000, watching: 6 * 60_000 });
    const scaler = scalerFrom(windows, 5 * 60_000);
    expect(scaler).toMatchObject({ mean: [1], spread: [1], anchors: ['median'], gains: [1] });
    expect([...scaled(windows.rows, scaler)].slice(0, 7)).toEqual([-1, 1, -1, 1, -1, 1, scaler.bound]);
  });

  it('of a feature that never moves is its own unit', () => {
    const windows = cutWindows(tableOf({ values: [3, 3, 3, 3, 3, 3] }), shape, all);
    expect(scalerFrom(windows, Number.POSITIVE_INFINITY)).toMatchObject({ mean: [3], spread: [1], anchors: ['last'], gains: [1] });
  });
});
