import { expect, it } from 'vitest';
import { createRandom } from '../../simulator/random.ts';
import { saturationRule } from './saturation-rule.ts';
import { climbOf } from './steady-climb.ts';

const window = (valueAt: (step: number) => number) => Float64Array.from({ length: 20 }, (_, step) => valueAt(step));
const { climb } = saturationRule;

it('goes on with a line, and is sure of it', () => {
  const found = climbOf(
    window((step) => 2 + 0.5 * step),
    3,
    climb,
  );
  for (const part of [found?.point, found?.lower, found?.upper])
    expect([...(part ?? [])].map((value) => Math.round(value * 1e6) / 1e6)).toEqual([12, 12.5, 13]);
});

it('is less sure the further ahead, and the less even the climb was', () => {
  const noisy = (size: number) => {
    const random = createRandom(3);
    return climbOf(
      window((step) => step + size * (random() - 0.5)),
      5,
      climb,
    );
  };
  const width = (size: number, step: number) => (noisy(size)?.upper[step] ?? Number.NaN) - (noisy(size)?.lower[step] ?? Number.NaN);
  expect(width(1, 4)).toBeGreaterThan(1.5 * width(1, 0));
  expect(width(2, 0)).toBeGreaterThan(width(1, 0));
});

it.each<[string, (step: number) => number]>([
  ['what stands still', () => 5],
  ['what falls', (step) => 10 - step],
  ['what has levelled off', (step) => Math.min(step, 8)],
  ['what swings', (step) => Math.sin(step)],
  ['a jump', (step) => (step < 15 ? 1 : 9)],
  ['a window with a gap', (step) => (step === 7 ? Number.NaN : step)],
])('sees no climb in %s', (_what, valueAt) => {
  expect(climbOf(window(valueAt), 5, climb)).toBeUndefined();
});

it('hardly ever sees one in noise', () => {
  const random = createRandom(11);
  const seen = Array.from({ length: 1_000 }, () =>
    climbOf(
      window(() => random()),
      5,
      climb,
    ),
  ).filter(Boolean);
  expect(seen.length).toBeLessThan(5);
});
