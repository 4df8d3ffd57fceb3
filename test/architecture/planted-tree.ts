import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** The repository's root. */
export const root = resolve(import.meta.dirname, '../..');

/** A program of node_modules, for `execFile`. */
export function program(name: string): string {
  return join(root, 'node_modules/.bin', name);
}

/**
 * Runs `use` in a temporary repository that holds the given files (path to text) and copies of the named files of this one, with the
 * same dependencies; removes it afterwards. Violations are planted there, so that no other check of this repository trips over them.
 */
export async function withPlantedTree<T>(tree: PlantedTree, use: (folder: string) => T | Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'kubemend-planted-'));
  try {
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    for (const path of tree.copied) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      copyFileSync(join(root, path), join(folder, path));
    }
    for (const [path, text] of Object.entries(tree.files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What a planted tree holds: copies of this repository's files, and files by their text. */
export type PlantedTree = { readonly copied: readonly string[]; readonly files: Files };

/** Texts of files by their path in the repository. */
export type Files = Readonly<Record<string, string>>;
