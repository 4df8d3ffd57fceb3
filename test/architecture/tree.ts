import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './planted-tree.ts';

/** All files under a folder of the repository, as paths from its root; none where the folder does not exist. */
export function filesUnder(folder: string, repository = root): string[] {
  const top = join(repository, folder);
  if (!existsSync(top)) return [];
  return readdirSync(top, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => !path.includes('node_modules') && statSync(join(repository, path)).isFile())
    .sort();
}

/** The TypeScript files under a folder, `*.test.ts` left out. */
export function sourcesUnder(folder: string, repository = root): string[] {
  return filesUnder(folder, repository).filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'));
}

/** The text of a file of the repository. */
export function textOf(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}
