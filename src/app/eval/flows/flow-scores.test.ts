import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../simulator/random.ts';
import { confusionOf, flowFigures, presentIn, sumOfConfusions } from './flow-scores.ts';
import { logisticBaseline } from './logistic-baseline.ts';

const names = ['benign', 'ddos', 'port scan'];
const figures = (truth: readonly number[], told: readonly number[]) => flowFigures(confusionOf(truth, told, 3), names, presentIn(truth));

describe('the figures of told classes', () => {
  it('are as computed by hand', () => {
    // Benign: 2 of 3 right, told 3 times: F1 4/6. Ddos: 1 of 2 right, told twice: F1 2/4. Port scan: none true.
    expect(figures([0, 0, 0, 1, 1], [0, 0, 1, 1, 0])).toEqual({
      macroF1: (4 / 6 + 2 / 4) / 2,
      accuracy: 3 / 5,
      falsePer10kBenign: 10_000 / 3,
      'F1 benign': 4 / 6,
      'F1 ddos': 2 / 4,
    });
  });

  it('are ones for a perfect answer, and count a class that is never true against the others', () => {
    expect(figures([0, 1, 2], [0, 1, 2])).toMatchObject({ macroF1: 1, accuracy: 1, falsePer10kBenign: 0 });
    expect(figures([1, 1], [1, 2])).toMatchObject({ macroF1: 2 / 3, accuracy: 0.5 });
  });

  it('are the same for the whole as for its parts added', () => {
    const parts = [confusionOf([0, 1], [0, 0], 3), confusionOf([2, 0], [2, 1], 3)];
    expect(sumOfConfusions(parts)).toEqual(confusionOf([0, 1, 2, 0], [0, 0, 2, 1], 3));
    expect(() => sumOfConfusions([])).toThrow(RangeError);
  });
});

it('logistic regression tells what a line parts, and is not led astray by infinite rates', () => {
  const random = createRandom(2);
  const labels = Array.from({ length: 200 }, (_, n) => n % 2);
  const values = Float32Array.from(labels.flatMap((label) => [label * 10 + random(), Number.POSITIVE_INFINITY]));
  const told = logisticBaseline({ count: 200, width: 2, values, labels, classes: 2 }, { count: 200, width: 2, values }, createRandom(1));
  expect(told).toEqual(labels);
});
