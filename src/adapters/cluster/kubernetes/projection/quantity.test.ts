import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { amountOf } from '../../../../core/model/quantity.ts';
import { cpuAndMemoryOf, quantitiesAt } from './quantity.ts';

describe('a quantity', () => {
  test.each([
    ['500m', 0.5],
    ['1m', 0.001],
    ['2', 2],
    ['0', 0],
    ['0.1', 0.1],
    ['.5', 0.5],
    ['1.', 1],
    ['128974848', 128_974_848],
    ['129M', 129e6],
    ['123Mi', 123 * 2 ** 20],
    ['1Gi', 2 ** 30],
    ['1.5Gi', 1.5 * 2 ** 30],
    ['24479284Ki', 24_479_284 * 1024],
    ['1Ti', 2 ** 40],
    ['1Pi', 2 ** 50],
    ['1Ei', 2 ** 60],
    ['1k', 1000],
    ['1G', 1e9],
    ['1T', 1e12],
    ['1P', 1e15],
    ['1E', 1e18],
    ['1e3', 1000],
    ['1E3', 1000],
    ['12e-1', 1.2],
    ['100n', 1e-7],
    ['1500u', 0.0015],
    ['-1', -1],
    ['+5', 5],
    [7, 7],
  ])('%s is %d in base units', (text, base) => {
    expect(amountOf(text)).toBeCloseTo(base, 12);
  });

  test.each([
    '',
    ' ',
    'Gi',
    '1 Gi',
    '1gi',
    '1K',
    '1e',
    'e3',
    '1.2.3',
    '0x10',
    'NaN',
    'Infinity',
    '1Gi ',
    '--1',
    null,
    undefined,
    {},
    Number.NaN,
  ])('%j is none', (text) => {
    expect(amountOf(text)).toBeUndefined();
  });

  test('written as millicores or mebibytes reads back the same', () => {
    fc.assert(fc.property(fc.nat(1_000_000), (n) => amountOf(`${n}m`) === n / 1000 && amountOf(`${n}Mi`) === n * 2 ** 20));
  });

  test('that is malformed leaves cpu or memory unset', () => {
    expect(cpuAndMemoryOf({ cpu: 'much', memory: '1Mi' })).toEqual({ memoryBytes: 2 ** 20 });
  });

  test('that is malformed in a quota is an error that names it', () => {
    expect(quantitiesAt({ hard: { pods: '5' } }, 'hard')).toEqual({ pods: 5 });
    expect(() => quantitiesAt({ hard: { pods: 'five' } }, 'hard')).toThrow('hard.pods is no quantity: "five"');
  });
});
