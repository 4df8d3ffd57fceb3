import { describe, expect, it } from 'vitest';
import { timesOf } from './row-times.ts';

describe('a written instant', () => {
  const instant = Date.UTC(2026, 0, 2, 3, 4);
  it.each([
    ['ISO 8601', '2026-01-02T03:04:00Z'],
    ['ISO 8601 in another zone', '2026-01-02T05:04:00+02:00'],
    ['without a zone, which is UTC', '2026-01-02 03:04'],
    ['epoch milliseconds', String(instant)],
    ['epoch seconds', String(instant / 1_000)],
  ])('may be %s', (_name, text) => {
    expect(timesOf([text])).toEqual([instant]);
  });

  it('with strokes has the order of day and month in which all lie closer together', () => {
    expect(timesOf(['01/02/2026 00:00', '02/02/2026 00:00'])).toEqual([Date.UTC(2026, 1, 1), Date.UTC(2026, 1, 2)]);
    expect(timesOf(['02/01/2026', '02/02/2026'])).toEqual([Date.UTC(2026, 1, 1), Date.UTC(2026, 1, 2)]);
    expect(timesOf(['12/31/2026 23:59'])).toEqual([Date.UTC(2026, 11, 31, 23, 59)]);
  });

  it('is none when it is a word', () => {
    expect(timesOf(['soon', ''])).toEqual([Number.NaN, Number.NaN]);
  });
});
