import type { KerasFile, StoredWeight } from '../../../learning/keras/keras-to-onnx.ts';
import { clipped } from '../../../learning/keras/layer-envelope.ts';
import type { WeightSlot } from '../../../learning/keras/layer-kind.ts';
import { kerasLimits } from '../../../learning/keras/limits.ts';
import { refusal } from '../../../learning/keras/refusal.ts';
import { type KerasArchive, unpackKeras } from './keras-archive.ts';
import { type Hdf5File, withHdf5 } from './with-hdf5.ts';

const hdf5Magic = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
const zipMagic = [0x50, 0x4b, 0x03, 0x04];
const again = 'save the model again with Keras';

/**
 * Opens a `.h5` or `.keras` file, told apart by its first bytes, for as long as `use` takes. Throws `model-refused` when it is neither
 * or damaged, and `package-missing` without h5wasm or fflate.
 */
export async function withKerasFile<Result>(bytes: Uint8Array, name: string, use: (file: KerasFile) => Result): Promise<Result> {
  if (bytes.length > kerasLimits.fileBytes)
    throw refusal(name, `it is larger than ${kerasLimits.fileBytes} bytes`, 'make the model smaller');
  const startsWith = (magic: readonly number[]) => magic.every((byte, n) => bytes[n] === byte);
  if (startsWith(hdf5Magic)) return await withHdf5(bytes, name, (file) => use(legacy(file, name)));
  if (!startsWith(zipMagic))
    throw refusal(name, 'it is neither a `.keras` nor a `.h5` file', 'give a model that was saved by `model.save` of Keras');
  const archive = await unpackKeras(bytes, name);
  return await withHdf5(archive.weights, name, (file) => use(archived(file, archive, name)));
}

function archived(file: Hdf5File, { config, metadata }: KerasArchive, name: string): KerasFile {
  if (!file.hasGroup('layers')) {
    throw refusal(name, 'its weights are not ordered as Keras 2.13 and later do', 'save the model again with a newer Keras, or as `.h5`');
  }
  return {
    name,
    config: json(config, { name, part: 'config.json' }),
    version: versionOf(json(metadata, { name, part: 'metadata.json' })),
    weights: (slots) => slots.map((slot) => file.weight(slot.path) ?? missing(name, slot)),
  };
}

function legacy(file: Hdf5File, name: string): KerasFile {
  const config = file.text('', 'model_config');
  if (config === undefined)
    throw refusal(name, 'it holds weights without their model', 'save the whole model: `model.save`, not `save_weights`');
  return {
    name,
    config: json(config, { name, part: 'model_config' }),
    version: file.text('', 'keras_version') ?? file.text('model_weights', 'keras_version'),
    weights: (slots) => listedWeights(file, name, slots),
  };
}

/** The weights of each layer in the order in which the file lists them: those that are trained, then the others. */
function listedWeights(file: Hdf5File, name: string, slots: readonly WeightSlot[]): StoredWeight[] {
  const found = new Map<WeightSlot, StoredWeight>();
  for (const [layer, own] of Map.groupBy(slots, (slot) => slot.layer)) {
    const group = `model_weights/${layer}`;
    const names = listOf(file, group, 'weight_names');
    if (names.length !== own.length) {
      const where = `${name}, layer \`${clipped(layer)}\``;
      throw refusal(where, `the file lists ${names.length} weights where the layer has ${own.length}`, again);
    }
    const inOrder = [...own.filter((slot) => slot.isTrainable), ...own.filter((slot) => !slot.isTrainable)];
    for (const [n, slot] of inOrder.entries()) found.set(slot, file.weight(`${group}/${names[n]}`) ?? missing(name, slot));
  }
  return slots.map((slot) => found.get(slot) ?? missing(name, slot));
}

/** A list that Keras cuts in pieces, `weight_names0` and so on, when it is too long for one attribute. */
function listOf(file: Hdf5File, group: string, attribute: string): readonly string[] {
  const whole = file.texts(group, attribute);
  if (whole) return whole;
  const pieces: string[] = [];
  for (let n = 0; n < 1_000; n++) {
    const piece = file.texts(group, `${attribute}${n}`);
    if (!piece) break;
    pieces.push(...piece);
  }
  return pieces;
}

function missing(name: string, slot: WeightSlot): never {
  throw refusal(`${name}, layer \`${clipped(slot.layer)}\``, `its weight ${clipped(slot.path)} is not in the file`, again);
}

function json(text: string, { name, part }: { readonly name: string; readonly part: string }): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw refusal(name, `its ${part} is no JSON`, again);
  }
}

function versionOf(metadata: unknown): string | undefined {
  const version = typeof metadata === 'object' && metadata !== null && 'keras_version' in metadata ? metadata.keras_version : undefined;
  return typeof version === 'string' ? version : undefined;
}
