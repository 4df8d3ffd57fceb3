import { describe, expect, it } from 'vitest';
import { createRandom } from '../../simulator/random.ts';
import { predictLogistic, trainLogistic } from './logistic.ts';
import { solveLinear } from './solve-linear.ts';

function drawn(count: number) {
  const random = createRandom(4);
  const values = Float32Array.from({ length: count * 2 }, (_, at) => (at % 2 === 0 ? random() * 4 - 2 : 5));
  const targets = Float32Array.from({ length: count }, (_, row) =>
    Number(random() < 1 / (1 + Math.exp(-(1 + 2 * (values[row * 2] ?? 0))))),
  );
  return { count, width: 2, values, targets };
}

describe('logistic regression', () => {
  it('finds the weights that the chances were made with, and gives a constant feature none', () => {
    const rows = drawn(40_000);
    const [atZero = 0, atOne = 0] = predictLogistic(trainLogistic(rows, { l2: 0 }), {
      count: 2,
      width: 2,
      values: Float32Array.of(0, 5, 1, 9),
    });
    expect(atZero).toBeCloseTo(1, 0);
    expect(atOne).toBeCloseTo(3, 0);
    expect(trainLogistic(rows, { l2: 0 }).weights[1]).toBeCloseTo(0, 6);
  });

  it('stays finite when a feature tells all, thanks to the penalty', () => {
    const rows = { count: 4, width: 1, values: Float32Array.of(-2, -1, 1, 2), targets: Float32Array.of(0, 0, 1, 1) };
    const said = predictLogistic(trainLogistic(rows, { l2: 1 }), rows);
    expect(said.every(Number.isFinite)).toBe(true);
    expect(said[3]).toBeGreaterThan(said[0] ?? 0);
  });

  it('takes what is missing for the mean, and refuses no rows', () => {
    const model = trainLogistic(drawn(1_000), { l2: 1 });
    const [missing = 0, mean = 1] = predictLogistic(model, {
      count: 2,
      width: 2,
      values: Float32Array.of(Number.NaN, 5, model.means[0] ?? 0, 5),
    });
    expect(missing).toBeCloseTo(mean, 5);
    expect(() => trainLogistic({ count: 0, width: 1, values: new Float32Array(0), targets: new Float32Array(0) }, { l2: 1 })).toThrow(
      /no rows/,
    );
  });
});

describe('a linear system', () => {
  it('is solved', () => {
    const [one, other] = solveLinear(Float64Array.of(4, 2, 2, 3), Float64Array.of(10, 9));
    expect(one).toBeCloseTo(1.5, 12);
    expect(other).toBeCloseTo(2, 12);
  });

  it('is refused when it has no single answer', () => {
    expect(() => solveLinear(Float64Array.of(1, 1, 1, 1), Float64Array.of(1, 1))).toThrow(/not positive definite at row 1/);
  });
});
