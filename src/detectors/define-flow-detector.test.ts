import { describe, expect, it } from 'vitest';
import { NOON } from '../../test/fakes/object-meta.ts';
import { pod } from '../../test/fakes/objects.ts';
import { reading, timelineWith } from '../../test/fakes/readings.ts';
import type { Reading } from '../core/model/reading.ts';
import { ddos } from './flows/ddos.ts';
import { scanned } from './flows/scanned.ts';

const MINUTE = 60_000;
const cart = pod('cart-1');
const say = (given: Partial<Reading> = {}) => reading(cart, { detector: 'ddos', ...given });

describe('a detector of flows', () => {
  it('says what its reading says, in one sentence about the subject', () => {
    expect(ddos.detect(timelineWith(cart, say(), say({ id: 'reading:2', detector: 'icmp-flood' })))).toEqual({
      is: 'firing',
      summary: 'Pod shop/cart-1 is flooded with calls: 300 calls from 20 sources',
      score: 0.6,
      evidence: ['reading:ddos'],
    });
  });

  it.each([
    ['there never was an alarm', [], 'quiet'],
    ['the alarm is over', [say({ firing: false })], 'quiet'],
    ['no flows came since the alarm', [say({ at: NOON - 4 * MINUTE })], 'unknown'],
    ['no flows came since it was over', [say({ firing: false, at: NOON - 4 * MINUTE })], 'unknown'],
  ])('when %s', (_, readings, is) => {
    expect(ddos.detect(timelineWith(cart, ...readings)).is).toBe(is);
  });

  it('is held against no act, and a scan from outside opens nothing', () => {
    expect([ddos.isHearsay, ddos.isHint, scanned.isHint]).toEqual([true, undefined, true]);
  });
});
