import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { CoreError } from '../../core/errors.ts';
import type { EvidenceStore } from '../../core/ports.ts';

/** Where evidence goes, and how many bytes of it are kept in all (256 MiB unless said otherwise). */
export interface FileEvidenceOptions {
  readonly stateDir: string;
  readonly maxBytes?: number;
}

const MIB = 2 ** 20;
const MAX_BUNDLE_BYTES = 4 * MIB;
const FILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/**
 * Keeps each bundle as `evidence/<actionId>.json` under the state directory, readable by its owner alone. `save` throws `not-allowed`
 * for an id with path characters or a bundle above 4 MiB (or above the cap), and `store-failed` when the disk fails; the earlier
 * bundles are then all still there.
 */
export function fileEvidence({ stateDir, maxBytes = 256 * MIB }: FileEvidenceOptions): EvidenceStore {
  const directory = join(resolve(stateDir), 'evidence');
  let last: Promise<unknown> = Promise.resolve();

  async function save(actionId: string, text: string): Promise<string> {
    const file = join(directory, `${actionId}.json`);
    try {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      await writeDurably(file, text);
      await dropOldest(directory, maxBytes, file);
      return file;
    } catch (error) {
      throw failed(file, error);
    }
  }
  return {
    async save(actionId, bundle) {
      const text = textOf(actionId, bundle, Math.min(MAX_BUNDLE_BYTES, maxBytes));
      // One after the other: two at once would each believe that the other one's bytes are not there yet.
      const saving = last.then(() => save(actionId, text));
      last = saving.catch(() => undefined);
      return saving;
    },
  };
}

function textOf(actionId: string, bundle: unknown, limitBytes: number): string {
  if (!FILE_NAME.test(actionId))
    throw new CoreError('not-allowed', `evidence is kept under the action's id, and ${JSON.stringify(actionId)} cannot be a file name`);
  const text = jsonOf(bundle);
  if (text === undefined) throw new CoreError('not-allowed', `the evidence for action ${actionId} cannot be written as JSON`);
  const bytes = Buffer.byteLength(text);
  if (bytes <= limitBytes) return text;
  throw new CoreError('not-allowed', `the evidence for action ${actionId} is ${bytes} bytes; ${limitBytes} are allowed. Put less into it`);
}

function jsonOf(bundle: unknown): string | undefined {
  try {
    return JSON.stringify(bundle, null, 2);
  } catch {
    // Circular, or a number too big for JSON: as unwritable as what stringify answers with undefined.
    return undefined;
  }
}

/** The content is on the disk before the name is, so that a crash leaves the whole bundle or none. */
async function writeDurably(file: string, text: string): Promise<void> {
  const draft = `${file}.${randomUUID()}.tmp`;
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await syncDirectory(dirname(file));
  await syncDirectory(dirname(dirname(file)));
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Removes the oldest files until the rest fits; never the one that was just saved. Drafts of a crashed process count as files. */
async function dropOldest(directory: string, maxBytes: number, justSaved: string): Promise<void> {
  const files = (await Promise.all((await readdir(directory)).map((name) => sizeOf(join(directory, name))))).flat();
  const old = files.filter(({ file }) => file !== justSaved).sort((a, b) => a.at - b.at || (a.file < b.file ? -1 : 1));
  let bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  for (const { file, bytes: freed } of old) {
    if (bytes <= maxBytes) return;
    await rm(file, { force: true });
    bytes -= freed;
  }
}

/** Empty when another process has removed the file in between. */
async function sizeOf(file: string): Promise<readonly { file: string; bytes: number; at: number }[]> {
  try {
    const { size, mtimeMs } = await stat(file);
    return [{ file, bytes: size, at: mtimeMs }];
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

function failed(file: string, error: unknown): CoreError {
  const why = error instanceof Error ? error.message : String(error);
  return new CoreError(
    'store-failed',
    `saving evidence failed: ${why}. File: ${file}. Give its volume free space and kubemend write access to it.`,
    { cause: error },
  );
}
