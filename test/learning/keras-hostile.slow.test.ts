import fc from 'fast-check';
import { unzipSync, zipSync } from 'fflate';
import { File, Group, ready } from 'h5wasm';
import { InferenceSession } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { importKeras } from '../../src/adapters/models/keras/import-keras.ts';
import { withKerasFile } from '../../src/adapters/models/keras/with-keras-file.ts';
import { CoreError } from '../../src/core/errors.ts';
import { type ImportedModel, kerasToOnnx } from '../../src/learning/keras/keras-to-onnx.ts';
import { kerasBytes } from './keras-fixtures.ts';

const archive = kerasBytes('keras/dense.keras');
const legacy = kerasBytes('keras/lstm.h5');
const parts = unzipSync(archive);
const utf8 = new TextEncoder();

/** A .h5 file whose list of weights refers to one text again and again: 16 bytes of the file for each copy. */
async function manyTexts({ length, copies }: { readonly length: number; readonly copies: number }): Promise<Uint8Array> {
  const { FS } = await ready;
  FS.writeFile('/bomb.h5', kerasBytes('keras-made/plain.h5'));
  const file = new File('/bomb.h5', 'a');
  const group = file.get('model_weights/out');
  if (!(group instanceof Group)) return expect.fail('the model has no layer `out`');
  group.delete_attribute('weight_names');
  group.create_attribute('weight_names', ['B'.repeat(length), ...Array.from({ length: copies - 1 }, () => 'short')]);
  file.close();
  const bytes = FS.readFile('/bomb.h5').slice();
  FS.unlink('/bomb.h5');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const isList = (at: number) => view.getUint32(at, true) === length && view.getUint32(at + 16, true) === 'short'.length;
  let start = 0;
  while (start < bytes.length - 20 && !isList(start)) start++;
  if (!isList(start)) return expect.fail('the list of texts was not found');
  for (let n = 1; n < copies; n++) bytes.copyWithin(start + 16 * n, start, start + 16);
  return bytes;
}

/** Throws when ONNX Runtime does not take the model. */
async function loads({ onnx }: ImportedModel): Promise<void> {
  await (await InferenceSession.create(onnx, { logSeverityLevel: 4, intraOpNumThreads: 1 })).release();
}

/** The model, or the code and message of the refusal; any other error is a crash, and comes through. */
async function outcomeOf(bytes: Uint8Array, use?: (model: ImportedModel) => Promise<void>): Promise<string> {
  try {
    const model = await withKerasFile(bytes, 'file', kerasToOnnx);
    await use?.(model);
    return 'imported';
  } catch (error) {
    if (error instanceof CoreError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

function overwritten(bytes: Uint8Array, changes: readonly (readonly [at: number, value: number])[]): Uint8Array {
  const copy = bytes.slice();
  for (const [at, value] of changes) copy[at % copy.length] = value;
  return copy;
}

// Without its bias a generator seldom breaks the first bytes, which alone would tell what kind of file it is.
const anyChanges = fc.noBias(fc.array(fc.tuple(fc.nat(2 ** 30), fc.nat(255)), { minLength: 1, maxLength: 12 }));

const oddValue = fc.constantFrom<unknown[]>(
  ...[0, -1, 0.5, 1, 2, 7, 1e9, 1e300, 2 ** 31, -(2 ** 63), '', 'x', '#0', '__proto__', 'toString', 'a'.repeat(10_000)],
  ...[null, true, false, [], {}, [1e9], [[]], [null, 1e9, 3], [null, 6, 1e9], { constructor: 1 }, ['a', 0, 0]],
);

type Place = readonly (string | number)[];

/** The way to every value of a JSON text, whole lists and records included. */
function placesIn(value: unknown, place: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [place];
  return [place, ...Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...place, key]))];
}

function replaced(value: unknown, [first, ...rest]: Place, by: unknown): unknown {
  if (first === undefined) return by;
  if (Array.isArray(value)) return value.map((inner, n) => (String(n) === first ? replaced(inner, rest, by) : inner));
  return Object.fromEntries(Object.entries(Object(value)).map(([key, inner]) => [key, key === first ? replaced(inner, rest, by) : inner]));
}

/** KUBEMEND_FUZZ_RUNS=200 tries more, from another beginning each time. */
const runs = process.env.KUBEMEND_FUZZ_RUNS === undefined ? { numRuns: 40, seed: 7 } : { numRuns: Number(process.env.KUBEMEND_FUZZ_RUNS) };

describe('a hostile file', () => {
  it.each([
    ['nothing', new Uint8Array(), /neither a/],
    ['text', utf8.encode('import os'), /neither a/],
    ['the start of an archive', archive.subarray(0, 4), /damaged archive/],
    ['the start of a .h5 file', legacy.subarray(0, 8), /no HDF5 file/],
    ['half an archive', archive.subarray(0, archive.length / 2), /damaged archive/],
    ['a .h5 file without its end', legacy.subarray(0, legacy.length - 1), /no HDF5 file/],
    ['half a .h5 file', legacy.subarray(0, legacy.length / 2), /no HDF5 file/],
    [
      'an archive without weights',
      zipSync({ 'config.json': utf8.encode('{}'), 'metadata.json': utf8.encode('{}') }),
      /no model.weights.h5/,
    ],
    ['a configuration that is no JSON', zipSync({ ...parts, 'config.json': utf8.encode('{"class') }), /config.json is no JSON/],
    ['a configuration of another kind', zipSync({ ...parts, 'config.json': utf8.encode('[1]') }), /not understood/],
    ['metadata that is no JSON', zipSync({ ...parts, 'metadata.json': utf8.encode('x') }), /metadata.json is no JSON/],
    ['weights that are none', zipSync({ ...parts, 'model.weights.h5': utf8.encode('x') }), /no HDF5 file/],
    [
      'the weights of another model',
      zipSync({ ...parts, 'model.weights.h5': unzipSync(kerasBytes('keras/conv.keras'))['model.weights.h5'] ?? new Uint8Array() }),
      /holds|is not in the file/,
    ],
    ['weights alone', parts['model.weights.h5'] ?? new Uint8Array(), /weights without their model/],
    ['a file above the limit', new Uint8Array(64 * 1024 * 1024 + 1), /larger than/],
  ])('that is %s is refused', async (_name, bytes, reason) => {
    expect(await outcomeOf(bytes)).toMatch(reason);
    expect(await outcomeOf(bytes)).toMatch(/^model-refused: file.*; /);
  });

  it.each([
    ['external_storage.h5', /no HDF5 file, or a damaged one/],
    ['external_link.h5', /is no array of numbers/],
    ['virtual.h5', /does not hold plain float32 numbers/],
    ['compressed.h5', /does not hold plain float32 numbers/],
    ['huge.h5', /said to be larger than the file/],
    ['other_shape.h5', /layer `out`, weight .+: the file holds 2 x 3 where the layer needs 3 x 2/],
    ['itself.h5', /damaged/],
    ['not_a_number.h5', /layer `out`, weight .+: it holds values that are no numbers/],
  ])('whose kernel is tampered with is refused: %s', async (name, reason) => {
    expect(await outcomeOf(kerasBytes(`keras-made/${name}`))).toMatch(reason);
    expect(await outcomeOf(kerasBytes('keras-made/plain.h5'))).toBe('imported');
  });

  it('that unpacks to more than it may is refused before it is unpacked', async () => {
    const bomb = zipSync({ ...parts, 'model.weights.h5': new Uint8Array(80 * 1024 * 1024) });
    expect(bomb.length).toBeLessThan(200_000);
    expect(await outcomeOf(bomb)).toMatch(/unpacks to more than/);
  });

  it('that says a smaller size than it unpacks to is refused, or cut to what it says', async () => {
    const bomb = zipSync({ ...parts, 'model.weights.h5': new Uint8Array(80 * 1024 * 1024) });
    const view = new DataView(bomb.buffer, bomb.byteOffset, bomb.length);
    const sizes = Array.from({ length: bomb.length - 4 }, (_, at) => at).filter((at) => view.getUint32(at, true) === 80 * 1024 * 1024);
    for (const at of sizes) view.setUint32(at, 1_000, true);
    expect(sizes.length).toBeGreaterThan(0);
    expect(await outcomeOf(bomb)).toMatch(/damaged archive|no HDF5 file/);
  });

  it('that holds a part twice is refused', async () => {
    const twice = zipSync({ ...parts, 'config.jsoX': utf8.encode('{}') });
    const text = Buffer.from(twice.buffer, twice.byteOffset, twice.length);
    for (let at = text.indexOf('config.jsoX'); at >= 0; at = text.indexOf('config.jsoX')) text.write('config.json', at);
    expect(await outcomeOf(twice)).toMatch(/config.json twice/);
  });

  it.each([
    ['an archive', archive],
    ['a .h5 file', legacy],
    ['a .h5 file with few bytes between its structures', kerasBytes('keras-made/plain.h5')],
  ])('made of %s by changing bytes is refused or imported, never a crash', async (_name, bytes) => {
    const outcomes = new Set<string>();
    await fc.assert(
      fc.asyncProperty(anyChanges, async (changes) => {
        outcomes.add((await outcomeOf(overwritten(bytes, changes))).split(':', 1)[0] ?? '');
      }),
      runs,
    );
    expect([...outcomes].toSorted()).toEqual(['imported', 'model-refused']);
    expect(await outcomeOf(bytes)).toBe('imported');
  });

  it('made of random bytes behind the right beginning is refused', async () => {
    const beginnings = fc.constantFrom(archive.subarray(0, 4), legacy.subarray(0, 8), legacy.subarray(0, 96));
    await fc.assert(
      fc.asyncProperty(beginnings, fc.uint8Array({ maxLength: 4_000 }), async (beginning, rest) => {
        expect(await outcomeOf(Uint8Array.from([...beginning, ...rest]))).toMatch(/^model-refused/);
      }),
      runs,
    );
  });

  it.each(['keras/dense.keras', 'keras/functional.keras', 'keras/conv.keras', 'keras-made/nested.keras', 'keras-made/recurrent.keras'])(
    'whose configuration holds odd values is refused, or imported as a model that loads: %s',
    async (path) => {
      const packed = unzipSync(kerasBytes(path));
      const config: unknown = JSON.parse(new TextDecoder().decode(packed['config.json']));
      const places = placesIn(config);
      const outcomes = new Set<string>();
      await fc.assert(
        fc.asyncProperty(fc.nat(places.length - 1), oddValue, async (place, value) => {
          const changed = replaced(config, places[place] ?? [], value);
          const bytes = zipSync({ ...packed, 'config.json': utf8.encode(JSON.stringify(changed)) }, { level: 0 });
          outcomes.add((await outcomeOf(bytes, loads)).split(':', 1)[0] ?? '');
        }),
        runs,
      );
      expect([...outcomes].toSorted()).toEqual(['imported', 'model-refused']);
    },
  );
});

describe('an import in its thread', () => {
  it('gives the same model as without one', async () => {
    const { onnx } = await withKerasFile(legacy, 'lstm.h5', kerasToOnnx);
    expect(Buffer.compare((await importKeras(legacy, 'lstm.h5')).onnx, onnx)).toBe(0);
  });

  it.each([
    ['keras/lambda.keras', /layer `lambda` \(Lambda\): a Lambda layer is refused: it holds Python code/],
    ['keras/lambda.h5', /layer `lambda_1` \(Lambda\): a Lambda layer is refused: it holds Python code/],
    ['keras-made/external_storage.h5', /damaged/],
  ])('is refused with the reason: %s', async (path, reason) => {
    await expect(importKeras(kerasBytes(path), path)).rejects.toMatchObject({
      code: 'model-refused',
      message: expect.stringMatching(reason),
    });
  });

  it('takes bounded memory for a list that names one long text thousands of times', async () => {
    const bomb = await manyTexts({ length: 8_000_000, copies: 3_900 });
    const before = process.memoryUsage.rss();
    let peak = before;
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage.rss());
    }, 10);
    try {
      await expect(importKeras(bomb, 'bomb.h5')).rejects.toMatchObject({ code: 'model-refused' });
    } finally {
      clearInterval(watch);
    }
    expect(peak - before).toBeLessThan(600 * 1024 * 1024);
  });

  it('leaves the bytes that it was given alone', async () => {
    const bytes = archive.slice();
    await importKeras(bytes, 'dense.keras');
    expect(Buffer.compare(bytes, archive)).toBe(0);
  });

  it('takes no file above the limit', async () => {
    await expect(importKeras(new Uint8Array(64 * 1024 * 1024 + 1), 'large')).rejects.toMatchObject({ code: 'model-refused' });
  });
});
