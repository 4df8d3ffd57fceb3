import type { Attribute, Dataset, File } from 'h5wasm';
import { CoreError } from '../../../core/errors.ts';
import type { StoredWeight } from '../../../learning/keras/keras-to-onnx.ts';
import { clipped } from '../../../learning/keras/layer-envelope.ts';
import { refusal } from '../../../learning/keras/refusal.ts';
import { optionalPackage } from '../optional-package.ts';

/** Where the file lies in the memory of h5wasm: one at a time. */
const path = '/model.h5';
/** Texts in one list. */
const mostTexts = 10_000;
/** Classes of HDF5 types (H5T_class_t). */
const NUMBER = 1;
const TEXT = 3;
const remedy = 'save the model again with Keras';

/** An HDF5 file in memory, read by paths that the reader names: nothing is listed or followed that is not asked for. */
export interface Hdf5File {
  hasGroup(path: string): boolean;
  /** The text that an attribute of a group holds; undefined when the group or the attribute is not there. */
  text(group: string, attribute: string): string | undefined;
  /** The texts of an attribute that is a list; undefined when it is not there. */
  texts(group: string, attribute: string): readonly string[] | undefined;
  /** The float32 numbers at a path; undefined when nothing is there. Throws `model-refused` for all but plain numbers in the file. */
  weight(path: string): StoredWeight | undefined;
}

type H5 = typeof import('h5wasm');
type Module = Awaited<H5['ready']>;

/**
 * Opens an HDF5 file with h5wasm for as long as `use` takes, on a file system in memory, so that links and storage in other files lead
 * nowhere. Throws `package-missing` without h5wasm, and `model-refused` for what is no HDF5 file.
 */
export async function withHdf5<Result>(bytes: Uint8Array, name: string, use: (file: Hdf5File) => Result): Promise<Result> {
  const h5 = await optionalPackage('reading Keras models', 'h5wasm', () => import('h5wasm'));
  const module = await h5.ready;
  // Without this it prints what is wrong, and goes on with what was in memory before.
  module.activate_throwing_error_handler();
  module.FS.writeFile(path, bytes);
  try {
    const file = attempt(name, () => new h5.File(path, 'r'));
    try {
      return use(readerOf({ h5, module, file, name, size: bytes.length }));
    } finally {
      attempt(name, () => file.close());
    }
  } finally {
    module.FS.unlink(path);
  }
}

/** An open file, and the library that reads it. */
interface Opened {
  readonly h5: H5;
  readonly module: Module;
  readonly file: File;
  readonly name: string;
  readonly size: number;
}

function readerOf({ h5, module, file, name, size }: Opened): Hdf5File {
  const get = (path: string) => attempt(name, () => (path === '' ? file : file.get(path)));
  let claimed = 0;

  function attribute(path: string, key: string): Attribute | undefined {
    const group = get(path);
    const found = group instanceof h5.Group ? attempt(name, () => group.attrs[key]) : undefined;
    if (found && !isSmallText(found, size)) throw refusal(name, `its attribute \`${clipped(key)}\` is no text`, remedy);
    return found;
  }

  return {
    hasGroup: (path) => get(path) instanceof h5.Group,
    text(path, key) {
      const value = attempt(name, () => attribute(path, key)?.value);
      return typeof value === 'string' ? value : undefined;
    },
    texts(path, key) {
      const value = attempt(name, () => attribute(path, key)?.value);
      if (value === undefined) return undefined;
      return Array.isArray(value) ? value.map(String) : [];
    },
    weight(path) {
      const found = get(path);
      if (found === null || found === undefined) return undefined;
      if (!(found instanceof h5.Dataset)) throw refusal(name, `\`${clipped(path)}\` is no array of numbers`, remedy);
      const { dims, bytes } = attempt(name, () => plainNumbers(found, name));
      // Honest weights are in the file, and in it once.
      claimed += bytes;
      if (claimed > size) throw refusal(name, `its weights up to \`${clipped(path)}\` are said to be larger than the file`, remedy);
      return { dims, values: () => attempt(name, () => numbersOf(module, found, { bytes, name })) };
    },
  };
}

/** Whatever h5wasm throws means the same: the file is not what it claims to be. */
function attempt<Found>(name: string, read: () => Found): Found {
  try {
    return read();
  } catch (error) {
    throw error instanceof CoreError ? error : damaged(name);
  }
}

function damaged(name: string): CoreError {
  return refusal(name, 'it is no HDF5 file, or a damaged one', 'copy or save the model again');
}

/** An empty list is written as a list of no numbers. */
function isSmallText({ metadata: { type, total_size, size } }: Attribute, fileSize: number): boolean {
  return total_size === 0 || (type === TEXT && total_size <= mostTexts && total_size * size <= fileSize);
}

function plainNumbers({ metadata, filters, path }: Dataset, name: string): { readonly dims: readonly number[]; readonly bytes: number } {
  const { type, size, littleEndian, shape, total_size, virtual_sources } = metadata;
  const isPlain = type === NUMBER && size === 4 && littleEndian && !virtual_sources && filters.length === 0;
  if (!isPlain || !shape) throw refusal(name, `\`${clipped(path)}\` does not hold plain float32 numbers`, remedy);
  return { dims: shape, bytes: total_size * size };
}

/** `Dataset.value` of h5wasm gives what was in memory before when a read fails, so the status is looked at here. */
function numbersOf(
  module: Module,
  { file_id, path }: Dataset,
  { bytes, name }: { readonly bytes: number; readonly name: string },
): Float32Array {
  const at = module._malloc(bytes);
  if (at === 0 && bytes > 0) throw damaged(name);
  const status = module.get_dataset_data(file_id, path, null, null, null, BigInt(at));
  if (status < 0) throw refusal(name, `the numbers of \`${clipped(path)}\` are not in the file`, remedy);
  const copy = module.HEAPU8.slice(at, at + bytes);
  module._free(at);
  return new Float32Array(copy.buffer);
}
