import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amountOf, bytesOf, MEBIBYTE, quantityOf } from './quantity.ts';

describe('a quantity', () => {
  it.each([
    ['134217728', 128 * MEBIBYTE],
    ['128Mi', 128 * MEBIBYTE],
    ['0.5Gi', 512 * MEBIBYTE],
    ['1.5G', 1_500_000_000],
    ['128M', 128_000_000],
    ['1e9', 1_000_000_000],
    ['12E2', 1200],
    ['1500m', 2],
    ['.5k', 500],
    ['0', 0],
  ])('%s is read as %d bytes', (text, bytes) => {
    expect(bytesOf(text)).toBe(bytes);
  });

  it.each(['', 'Mi', '-1Mi', '1 Mi', '1mi', '1KiB', '1e', 'NaN', '1e99', '99Ei', '1.2.3', '0x10'])('%j is no amount of bytes', (text) => {
    expect(bytesOf(text)).toBeUndefined();
  });

  it.each([
    [0, '0'],
    [157_286_400, '150Mi'],
    [157_286_401, '157286401'],
    [1536 * MEBIBYTE, '1536Mi'],
    [2048 * MEBIBYTE, '2Gi'],
    [100_000_000, '100M'],
    [1_500_000, '1500k'],
    [1024, '1Ki'],
    [1000, '1k'],
    [999, '999'],
  ])('of %d bytes is printed as %s', (bytes, text) => {
    expect(quantityOf(bytes)).toBe(text);
  });

  it('reads back as the very bytes that were printed', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (bytes) => bytesOf(quantityOf(bytes)) === bytes),
      { numRuns: 2_000 },
    );
  });
});

it.each([
  ['500m', 0.5],
  ['250u', 0.00025],
  ['1Ei', 2 ** 60],
  [2, 2],
  ['-1', -1],
  ['1e3', 1000],
  ['1x', undefined],
  ['', undefined],
  [Number.NaN, undefined],
  [null, undefined],
])('%s is read as %s of its base unit', (text, amount) => {
  expect(amountOf(text)).toBe(amount);
});
