import { expect, it } from 'vitest';
import { createRandom } from '../../simulator/random.ts';
import { type GbdtModel, predictGbdt, type Rows } from './gbdt-model.ts';

const [WIDTH, OUTPUTS, DEPTH, TREES] = [5, 3, 4, 7];
const random = createRandom(1);
const drawn = (count: number) => Float32Array.from({ length: count }, () => random() * 2 - 1);
const inner = 2 ** DEPTH - 1;
const model: GbdtModel = {
  ...{ width: WIDTH, outputs: OUTPUTS, depth: DEPTH, trees: TREES, base: drawn(OUTPUTS) },
  feature: Uint16Array.from({ length: TREES * inner }, () => Math.floor(random() * WIDTH)),
  threshold: drawn(TREES * inner).map((value, at) => (at % 11 === 0 ? Number.POSITIVE_INFINITY : value)),
  leaf: drawn(TREES * (inner + 1) * OUTPUTS),
};

/** One row after the other, one comparison after the other. */
function plainly({ count, values }: Rows): Float32Array {
  return Float32Array.from({ length: count * OUTPUTS }, (_, at) => {
    const row = values.subarray(Math.floor(at / OUTPUTS) * WIDTH);
    let sum = model.base[at % OUTPUTS] ?? 0;
    for (let tree = 0; tree < TREES; tree++) {
      let node = 0;
      while (node < inner) {
        const place = tree * inner + node;
        node = node * 2 + ((row[model.feature[place] ?? 0] ?? 0) > (model.threshold[place] ?? 0) ? 2 : 1);
      }
      sum = Math.fround(sum + (model.leaf[(tree * (inner + 1) + node - inner) * OUTPUTS + (at % OUTPUTS)] ?? 0));
    }
    return sum;
  });
}

it.each([0, 1, 2, 3, 4, 5, 63, 64, 65, 67, 130])('%i rows get exactly what a plain walk down each tree gives each of them', (count) => {
  const values = drawn(count * WIDTH).map((value, at) => (at % 13 === 0 ? Number.NaN : value));
  const rows = { count, width: WIDTH, values };
  expect(predictGbdt(model, rows)).toEqual(plainly(rows));
});
