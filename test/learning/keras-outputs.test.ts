import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { withKerasFile } from '../../src/adapters/models/keras/with-keras-file.ts';
import { type ImportedModel, kerasToOnnx } from '../../src/learning/keras/keras-to-onnx.ts';
import { flat, kerasFixtures, type Nested, sizesOf } from './keras-fixtures.ts';

/** Runs an imported model in ONNX Runtime: numbers and sizes of each output. */
async function outputsOf(model: ImportedModel, inputs: readonly Nested[]) {
  const session = await InferenceSession.create(model.onnx, { logSeverityLevel: 3, intraOpNumThreads: 1 });
  const feeds = model.inputs.map(({ name }, n) => {
    const tensor = inputs[n] ?? [];
    return [name, new Tensor('float32', Float32Array.from(flat(tensor)), sizesOf(tensor))] as const;
  });
  const results = await session.run(Object.fromEntries(feeds));
  return model.outputs.map(({ name }) => {
    const { data, dims } = results[name] ?? new Tensor('float32', [], []);
    return { numbers: [...data].map(Number), sizes: [...dims] };
  });
}

/** Not equal to any number where there is none to compare. */
function furthest(found: readonly number[], wanted: readonly number[]): number {
  return Math.max(...wanted.map((value, n) => Math.abs(value - (found[n] ?? Number.NaN))));
}

const fixtures = kerasFixtures();

describe('a model of a genuine Keras', () => {
  it('is there in both formats, from Keras 2 and 3', () => {
    expect(fixtures.filter(({ refuse }) => !refuse).length).toBeGreaterThanOrEqual(28);
    expect(fixtures.filter(({ refuse }) => refuse).length).toBeGreaterThanOrEqual(10);
  });

  it.each(fixtures.filter(({ refuse }) => !refuse))('gives the same outputs as ONNX: $name', async ({ name, bytes, inputs, outputs }) => {
    const model = await withKerasFile(bytes, name, kerasToOnnx);
    const found = await outputsOf(model, inputs);
    expect(found.map(({ sizes }) => sizes)).toEqual(outputs.map(sizesOf));
    for (const [n, output] of outputs.entries()) expect(furthest(found[n]?.numbers ?? [], flat(output))).toBeLessThan(1e-5);
  });

  it.each(fixtures.filter(({ refuse }) => !refuse))(
    'names its inputs and outputs with their sizes: $name',
    async ({ name, bytes, inputs, outputs }) => {
      const model = await withKerasFile(bytes, name, kerasToOnnx);
      const fits = (shape: readonly (number | undefined)[], sizes: readonly number[]) =>
        sizes.every((size, n) => (shape[n] ?? size) === size);
      expect(model.inputs.every(({ shape }, n) => fits(shape, sizesOf(inputs[n] ?? []).slice(1)))).toBe(true);
      expect(model.outputs.every(({ shape }, n) => fits(shape, sizesOf(outputs[n] ?? []).slice(1)))).toBe(true);
    },
  );

  it.each(fixtures.filter(({ refuse }) => refuse))('is refused with the layer at fault: $name', async ({ name, bytes }) => {
    await expect(withKerasFile(bytes, name, kerasToOnnx)).rejects.toMatchObject({
      code: 'model-refused',
      message: expect.stringMatching(/layer `.+` \(.+\): .+; /),
    });
  });

  it('differs when its weights are read in another order', async () => {
    const { bytes, inputs, outputs, name } = fixtures.find((one) => one.name.endsWith('/lstm.h5')) ?? expect.fail('lstm.h5 is missing');
    const shifted = await withKerasFile(bytes, name, (file) =>
      kerasToOnnx({
        ...file,
        weights: (slots) =>
          file.weights(slots).map((weight) => ({ ...weight, values: () => Float32Array.from(weight.values()).reverse() })),
      }),
    );
    const [found] = await outputsOf(shifted, inputs);
    expect(furthest(found?.numbers ?? [], flat(outputs[0] ?? []))).toBeGreaterThan(1e-2);
  });
});
