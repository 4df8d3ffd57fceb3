import { basename, join } from 'node:path';
import { z } from 'zod';
import { root } from './planted-tree.ts';
import { sourcesUnder } from './tree.ts';

/** The four kinds of plug-in, and the function by which one is known. */
const deeds = { detectors: 'detect', diagnosers: 'diagnose', guards: 'bind', actions: 'propose' } as const;

/** A kind of plug-in, as its folder is called. */
export type Family = keyof typeof deeds;
type Plugin = { readonly name: string };

/**
 * Where the list in a family's index and the files of its folder disagree: a plug-in that is not listed, listed twice, listed from
 * elsewhere, or not called by the name of its file. Throws when the folder has no list.
 */
export async function faultsOfList(family: Family, repository = root): Promise<string[]> {
  const index = `src/${family}/index.ts`;
  const listed = listIn(await exportsOf(index, repository), family);
  const files = sourcesUnder(`src/${family}`, repository).filter((path) => path !== index);
  const found = (await Promise.all(files.map((path) => pluginsIn(path, family, repository)))).flat();
  const known = new Set(found.map(({ plugin }) => plugin));
  return [
    ...found.filter(({ plugin }) => !listed.includes(plugin)).map(({ path }) => `${path} is not listed in ${index}`),
    ...found
      .filter(({ path, plugin }) => plugin.name !== basename(path, '.ts'))
      .map(({ path, plugin }) => `${path} calls itself ${plugin.name}`),
    ...listed.filter((plugin) => !known.has(plugin)).map(({ name }) => `${index} lists ${name}, which no file of its folder exports`),
    ...listed.filter((plugin, n) => listed.indexOf(plugin) !== n).map(({ name }) => `${index} lists ${name} twice`),
  ];
}

function listIn(exports: Readonly<Record<string, unknown>>, family: Family): readonly Plugin[] {
  const list = exports[family];
  if (!Array.isArray(list) || list.length === 0 || !list.every((item) => isPlugin(item, family))) {
    throw new Error(`src/${family}/index.ts must export \`${family}\`, an array of plug-ins with \`name\` and \`${deeds[family]}\``);
  }
  return list;
}

async function pluginsIn(path: string, family: Family, repository: string): Promise<{ readonly path: string; readonly plugin: Plugin }[]> {
  const values = Object.values(await exportsOf(path, repository));
  return values.flatMap((value) => (isPlugin(value, family) ? [{ path, plugin: value }] : []));
}

function isPlugin(value: unknown, family: Family): value is Plugin {
  return z.object({ name: z.string(), [deeds[family]]: z.custom((deed) => typeof deed === 'function') }).safeParse(value).success;
}

async function exportsOf(path: string, repository: string): Promise<Record<string, unknown>> {
  return await import(join(repository, path));
}
