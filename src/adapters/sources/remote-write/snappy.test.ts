import fc from 'fast-check';
import { compress, uncompress } from 'snappyjs';
import { describe, expect, it } from 'vitest';
import { unsnapped } from './snappy.ts';

const MAX = 10_000;
const text = fc.string({ maxLength: 20 }).chain((word) => fc.nat(100).map((times) => new Uint8Array(Buffer.from(word.repeat(times)))));

describe('a snappy block', () => {
  it('gives back what was compressed', () => {
    fc.assert(
      fc.property(text, (bytes) => {
        expect(Buffer.from(unsnapped(compress(bytes), MAX, uncompress)).equals(bytes)).toBe(true);
      }),
    );
  });

  it('is read or refused, never more, when it is changed or cut', { timeout: 20_000 }, () => {
    const changes = fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(text, changes, fc.nat(400), (bytes, edits, cut) => {
        const block = new Uint8Array(compress(bytes));
        for (const [at, byte] of edits) if (at < block.length) block[at] = byte;
        try {
          expect(unsnapped(block.subarray(0, Math.max(1, block.length - cut)), MAX, uncompress).length).toBeLessThanOrEqual(MAX);
        } catch (error) {
          expect(String(error)).toMatch(/snappy block|too many|Invalid Snappy/);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['is empty', []],
    ['has a length without an end', [0xff, 0xff, 0xff, 0xff, 0xff]],
    ['promises more than there is', [100, 0, 65]],
    ['promises gigabytes', [0xff, 0xff, 0xff, 0xff, 0x0f]],
    ['has a literal of a negative length, which turns the library in a circle', [100, 0xfc, 0xfa, 0xff, 0xff, 0xff, 65]],
    ['copies from before its beginning', [8, 0, 65, 0b0000_1101, 9]],
    ['copies from nowhere', [5, 0, 65, 0b0000_0001, 0]],
    ['copies by an offset beyond all', [5, 0, 65, 0b0000_1111, 0xff, 0xff, 0xff, 0xff]],
  ])('is refused when it %s', (_how, bytes) => {
    expect(() => unsnapped(Uint8Array.from(bytes), MAX, uncompress)).toThrow(/snappy block|too many/);
  });
});
