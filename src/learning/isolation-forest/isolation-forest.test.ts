import { expect, it } from 'vitest';
import { createRandom } from '../../simulator/random.ts';
import { growIsolationForest, isolationScores } from './isolation-forest.ts';

const WIDTH = 3;

/** A cloud around 0 with one row far away, the last one. */
function cloud(count: number) {
  const random = createRandom(2);
  const values = Float32Array.from({ length: count * WIDTH }, () => random() + random() - 1);
  values.set([5, 5, 5], (count - 1) * WIDTH);
  return { count, width: WIDTH, values };
}

it('the row that is far from all others is the oddest', () => {
  const rows = cloud(500);
  const scores = isolationScores(growIsolationForest(rows, { random: createRandom(1) }), rows);
  expect(scores.indexOf(Math.max(...scores))).toBe(499);
  expect(scores[499]).toBeGreaterThan(0.6);
  expect(scores[0]).toBeLessThan(0.55);
});

it('equal rows are equally odd', () => {
  const rows = { count: 40, width: 2, values: new Float32Array(80).fill(3) };
  expect(new Set(isolationScores(growIsolationForest(rows, { random: createRandom(1) }), rows)).size).toBe(1);
});

it('the same chance grows the same forest', () => {
  const [one, other] = [1, 1].map((seed) => growIsolationForest(cloud(300), { trees: 5, random: createRandom(seed) }));
  expect(one).toEqual(other);
});

it('fewer than two rows, and rows of another width, are refused', () => {
  expect(() => growIsolationForest({ count: 1, width: 1, values: new Float32Array(1) }, { random: createRandom(1) })).toThrow(/two rows/);
  const forest = growIsolationForest(cloud(50), { random: createRandom(1) });
  expect(() => isolationScores(forest, { count: 1, width: 1, values: new Float32Array(1) })).toThrow('1 values instead of 3');
});
