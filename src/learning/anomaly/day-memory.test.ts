import { describe, expect, it } from 'vitest';
import { createDayMemory } from './day-memory.ts';

const DAY_MS = 86_400_000;

/** A memory that was fed `valueAt` from day 0 on, and stands at `until`. */
function fed(stepMs: number, until: number, valueAt: (at: number) => number) {
  const memory = createDayMemory(1, stepMs);
  for (let at = 0; at < until; at += stepMs) {
    memory.advance(at);
    const value = valueAt(at);
    if (!Number.isNaN(value)) memory.add(0, value);
  }
  memory.advance(until);
  return memory;
}

describe('what is usual at this time of day', () => {
  const hourOfDay = (at: number) => (at % DAY_MS) / 3_600_000;

  it.each([60_000, 300_000, 3_600_000])('is what the last three days showed, at steps of %d ms', (stepMs) => {
    const at = 4 * DAY_MS + 10 * 3_600_000;
    expect(fed(stepMs, at, hourOfDay).usual(0)).toBeCloseTo(10, 3);
  });

  it('is the middle one of three different days', () => {
    expect(fed(300_000, 3 * DAY_MS + 6 * 3_600_000, (at) => [10, 90, 20][Math.floor(at / DAY_MS)] ?? 0).usual(0)).toBe(20);
  });

  it('cannot be said before there are three days', () => {
    expect(fed(300_000, 2 * DAY_MS + 6 * 3_600_000, () => 1).usual(0)).toBeNaN();
  });

  it('cannot be said after a day that had nothing then', () => {
    const silence = (at: number) => (at > DAY_MS && at < 2 * DAY_MS ? Number.NaN : 1);
    expect(fed(300_000, 3 * DAY_MS + 6 * 3_600_000, silence).usual(0)).toBeNaN();
  });

  it('is forgotten with the series', () => {
    const memory = fed(300_000, 3 * DAY_MS + 3_600_000, () => 1);
    memory.grow(2);
    expect([memory.usual(0), memory.usual(1)]).toEqual([1, Number.NaN]);
    memory.forget(0);
    expect(memory.usual(0)).toBeNaN();
  });
});
