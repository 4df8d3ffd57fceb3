import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MEBIBYTE } from '../../core/model/quantity.ts';
import { raisedLimit } from './raised-limit.ts';

const Mi = (count: number) => count * MEBIBYTE;
const endless = Number.POSITIVE_INFINITY;

describe('a raised memory limit', () => {
  it.each([
    ['100 MiB more where that is more', { limit: Mi(300), tooLow: Mi(300), room: endless }, Mi(400)],
    ['1.2 times where that is more', { limit: Mi(1000), tooLow: Mi(1000), room: endless }, Mi(1200)],
    ['1.2 times, rounded up to whole MiB', { limit: Mi(1001), tooLow: Mi(1001), room: endless }, Mi(1202)],
    ['exactly twice, no more', { limit: Mi(100), tooLow: Mi(100), room: endless }, Mi(200)],
    ['twice, where 100 MiB would be more than that', { limit: Mi(64), tooLow: Mi(64), room: endless }, Mi(128)],
    ['what there is room for', { limit: Mi(300), tooLow: Mi(300), room: Mi(350) }, Mi(350)],
    ['what there is room for, rounded down to whole MiB', { limit: Mi(300), tooLow: Mi(300), room: Mi(351) - 1 }, Mi(350)],
    ['1.1 times, if the room just holds it', { limit: Mi(300), tooLow: Mi(300), room: Mi(330) }, Mi(330)],
    ['reckoned from what has proved to be too low', { limit: Mi(256), tooLow: Mi(356), room: endless }, Mi(456)],
    ['at most twice what is written, whatever has proved to be too low', { limit: Mi(256), tooLow: Mi(460), room: endless }, Mi(512)],
  ])('is %s', (_what, bounds, raised) => {
    expect(raisedLimit(bounds)).toBe(raised);
  });

  it.each([
    ['the room falls short of 1.1 times', Mi(300), Mi(300), Mi(330) - 1],
    ['there is no room', Mi(300), Mi(300), 0],
    ['others have overbooked the node', Mi(300), Mi(300), -Mi(50)],
    ['twice what is written falls short of 1.1 times what was too low', Mi(256), Mi(500), endless],
    ['there is no limit', 0, 0, endless],
    ['it would be less than a MiB', 400_000, 400_000, endless],
    ['the room is not a number', Mi(300), Mi(300), Number.NaN],
  ])('is not proposed when %s', (_why, limit, tooLow, room) => {
    expect(raisedLimit({ limit, tooLow, room })).toBeUndefined();
  });

  it('is never below what it was, above twice of it, or beyond the room', () => {
    const limits = fc.integer({ min: 1, max: 2 ** 45 });
    fc.assert(
      fc.property(limits, fc.integer({ min: 0, max: 2 ** 46 }), fc.double({ min: 1, max: 3, noNaN: true }), (limit, room, factor) => {
        const tooLow = Math.floor(limit * factor);
        const raised = raisedLimit({ limit, tooLow, room });
        return raised === undefined || (raised > tooLow && raised <= 2 * limit && raised <= room && raised % MEBIBYTE === 0);
      }),
      { numRuns: 5_000 },
    );
  });
});
