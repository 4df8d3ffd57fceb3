import { kerasLimits } from '../../../learning/keras/limits.ts';
import { refusal } from '../../../learning/keras/refusal.ts';
import { optionalPackage } from '../optional-package.ts';

/** What a `.keras` file is made of. */
export interface KerasArchive {
  readonly metadata: string;
  readonly config: string;
  readonly weights: Uint8Array;
}

const parts = { metadata: 'metadata.json', config: 'config.json', weights: 'model.weights.h5' } as const;
/** Entries of the archive, those included that are of no interest. */
const mostEntries = 1_000;
const remedy = 'copy the file again, or save the model again with Keras';

/**
 * Unpacks the three parts of a `.keras` file; nothing else in it is unpacked. Throws `model-refused` for a damaged archive, a part that is
 * missing or there twice, and parts that would be larger than the limit; `package-missing` without fflate.
 */
export async function unpackKeras(bytes: Uint8Array, name: string): Promise<KerasArchive> {
  const { unzipSync } = await optionalPackage('reading Keras models', 'fflate', () => import('fflate'));
  const seen = new Set<string>();
  const wanted = new Set<string>(Object.values(parts));
  let entries = 0;
  let size = 0;

  function isWanted(entry: { readonly name: string; readonly originalSize: number }): boolean {
    if (++entries > mostEntries) throw refusal(name, `it has more than ${mostEntries} entries`, remedy);
    if (!wanted.has(entry.name)) return false;
    if (seen.has(entry.name)) throw refusal(name, `it holds ${entry.name} twice`, remedy);
    seen.add(entry.name);
    size += entry.originalSize;
    if (size > kerasLimits.fileBytes)
      throw refusal(name, `it unpacks to more than ${kerasLimits.fileBytes} bytes`, 'make the model smaller');
    return true;
  }

  const unpacked = unzipped(name, () => unzipSync(bytes, { filter: isWanted }));
  const part = (path: string): Uint8Array => {
    const found = unpacked[path];
    if (!found) throw refusal(name, `it holds no ${path}`, 'give a model that was saved by `model.save` of Keras 2.13 or later');
    return found;
  };
  const text = new TextDecoder();
  return { metadata: text.decode(part(parts.metadata)), config: text.decode(part(parts.config)), weights: part(parts.weights) };
}

function unzipped<Parts>(name: string, unzip: () => Parts): Parts {
  try {
    return unzip();
  } catch (error) {
    // fflate numbers its faults: those with a number, and a read past the end, are the archive's.
    if (
      error instanceof RangeError ||
      error instanceof TypeError ||
      (error instanceof Error && typeof Reflect.get(error, 'code') === 'number')
    ) {
      throw refusal(name, `it is a damaged archive (${error.message})`, remedy);
    }
    throw error;
  }
}
