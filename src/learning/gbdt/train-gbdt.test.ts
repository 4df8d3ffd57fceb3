import { describe, expect, it } from 'vitest';
import { createRandom } from '../../simulator/random.ts';
import { predictGbdt } from './gbdt-model.ts';
import type { Loss } from './loss.ts';
import { type GbdtOptions, gbdtDefaults, type TrainingRows, trainGbdt } from './train-gbdt.ts';

const WIDTH = 3;

/** Rows of three features in [-1, 1) and a target that the first two make. */
function rowsOf(count: number, targetOf: (a: number, b: number) => number): TrainingRows {
  const random = createRandom(5);
  const values = Float32Array.from({ length: count * WIDTH }, () => random() * 2 - 1);
  const targets = Float32Array.from({ length: count }, (_, row) => targetOf(values[row * WIDTH] ?? 0, values[row * WIDTH + 1] ?? 0));
  return { count, width: WIDTH, values, targets, outputs: 1 };
}

function train(rows: TrainingRows, loss: Loss, options: Partial<GbdtOptions> = {}) {
  return trainGbdt(rows, { ...gbdtDefaults, trees: 60, depth: 4, loss, random: createRandom(1), ...options });
}

const bent = (a: number, b: number) => a * b + (a > 0.3 ? 1 : 0);

describe('boosted trees', () => {
  it.each<Loss>([{ kind: 'squared' }, { kind: 'absolute' }, { kind: 'huber', delta: 0.5 }])(
    'find a bent surface with the loss $kind',
    (loss) => {
      const rows = rowsOf(4_000, bent);
      const said = predictGbdt(train(rows, loss), rows);
      const error = said.reduce((sum, one, row) => sum + Math.abs(one - (rows.targets[row] ?? 0)), 0) / rows.count;
      expect(error).toBeLessThan(0.06);
    },
  );

  it('with the loss of a quantile lie above that share of the targets', () => {
    const noise = createRandom(9);
    const rows = rowsOf(4_000, (a) => a + noise());
    const said = predictGbdt(train(rows, { kind: 'quantile', share: 0.9 }), rows);
    const below = said.filter((one, row) => one >= (rows.targets[row] ?? 0)).length / rows.count;
    expect(below).toBeGreaterThan(0.88);
    expect(below).toBeLessThan(0.93);
  });

  it('with the logistic loss give the log-odds of a chance', () => {
    const draw = createRandom(9);
    const rows = rowsOf(8_000, (a) => Number(draw() < (a > 0 ? 0.8 : 0.2)));
    const said = predictGbdt(train(rows, { kind: 'logistic' }, { trees: 20, depth: 1 }), rows);
    const chances = said.map((one) => 1 / (1 + Math.exp(-one)));
    const meanWhere = (isHigh: boolean) => {
      const some = chances.filter((_, row) => (rows.values[row * WIDTH] ?? 0) > 0 === isHigh);
      return some.reduce((sum, one) => sum + one, 0) / some.length;
    };
    expect(meanWhere(true)).toBeCloseTo(0.78, 1);
    expect(meanWhere(false)).toBeCloseTo(0.22, 1);
  });

  it('give several numbers per row from the same cuts', () => {
    const rows = rowsOf(2_000, (a) => a);
    const targets = Float32Array.from({ length: rows.count * 2 }, (_, at) => (at % 2 === 0 ? 1 : -3) * (rows.targets[at >> 1] ?? 0));
    const said = predictGbdt(train({ ...rows, targets, outputs: 2 }, { kind: 'absolute' }), rows);
    for (const row of [0, 1, 2]) expect(said[row * 2 + 1]).toBeCloseTo(-3 * (said[row * 2] ?? 0), 0);
  });

  it('put NaN with the smallest values', () => {
    const rows = rowsOf(2_000, (a) => Number(a > 0));
    const model = train(rows, { kind: 'squared' }, { depth: 1, trees: 30 });
    const [missing = 1, low = 0] = predictGbdt(model, { count: 2, width: WIDTH, values: Float32Array.of(Number.NaN, 0, 0, -1, 0, 0) });
    expect(missing).toBeCloseTo(low, 6);
  });

  it('are the same for the same chance', () => {
    const rows = rowsOf(1_000, bent);
    const options = { subsample: 0.5, trees: 5 };
    expect(train(rows, { kind: 'squared' }, options)).toEqual(train(rows, { kind: 'squared' }, options));
  });

  it('stop when the last rows get no better, and keep the best number of trees', () => {
    const noise = createRandom(3);
    const rows = rowsOf(600, () => noise());
    const model = train(rows, { kind: 'squared' }, { trees: 200, stop: { rows: 200, patience: 5 } });
    expect(model.trees).toBeLessThan(30);
  });

  it('learn nothing from one row, from equal rows or from equal targets', () => {
    for (const rows of [rowsOf(1, () => 7), rowsOf(500, () => 7), { ...rowsOf(500, bent), values: new Float32Array(500 * WIDTH) }]) {
      const said = predictGbdt(train(rows, { kind: 'absolute' }), rows);
      expect(new Set(said).size).toBe(1);
    }
  });

  it('refuse no rows, and rows of another width', () => {
    expect(() => train(rowsOf(0, bent), { kind: 'squared' })).toThrow(/0 rows/);
    const model = train(rowsOf(100, bent), { kind: 'squared' });
    expect(() => predictGbdt(model, { count: 1, width: 2, values: new Float32Array(2) })).toThrow('2 values instead of 3');
  });
});
