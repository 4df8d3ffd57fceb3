import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { program, withPlantedTree } from './planted-tree.ts';

const pureFolders = ['core/stages', 'detectors/state', 'diagnosers', 'guards', 'actions'];

/** A statement that reaches for something ambient, by the words that its complaint must contain. */
const ambient: Readonly<Record<string, string>> = {
  'export const planted = Date.now();': 'ambient-values',
  'export const planted = Date.now;': 'ambient-values',
  'export const planted = new Date();': 'ambient-values',
  'export const planted = new Date;': 'ambient-values',
  'export const planted = Date();': 'ambient-values',
  'export const planted = Math.random();': 'ambient-values',
  'export const planted = setTimeout(() => {}, 1);': 'setTimeout',
  'export const planted = setInterval(() => {}, 1);': 'setInterval',
  'export const planted = setImmediate(() => {});': 'setImmediate',
  'clearTimeout(undefined);': 'clearTimeout',
  'clearInterval(undefined);': 'clearInterval',
  'clearImmediate(undefined);': 'clearImmediate',
  'queueMicrotask(() => {});': 'queueMicrotask',
  "export const planted = fetch('http://127.0.0.1');": 'fetch',
  "export const planted = new WebSocket('ws://127.0.0.1');": 'WebSocket',
  'export const planted = process.env;': 'process',
  "console.log('planted');": 'console',
  'export const planted = performance.now();': 'performance',
  'export const planted = crypto.randomUUID();': 'crypto',
  'export const planted = globalThis;': 'globalThis',
};

/** A statement that is banned in every folder, by the rule that must name it. */
const banned: Readonly<Record<string, string>> = {
  'export const planted: any = 1;': 'noExplicitAny',
  'export const planted = [1][0]!;': 'noNonNullAssertion',
  'export default 1;': 'noDefaultExport',
  'export enum Planted { A }': 'noEnum',
  'export namespace Planted { export const a = 1; }': 'noNamespace',
  'export class Planted { constructor(readonly a: number) {} }': 'noParameterProperties',
  'export function planted(a: 1, b: 2, c: 3, d: 4, e: 5) { return [a, b, c, d, e]; }': 'useMaxParams',
  [`export function planted(a: number) { ${nestedIfs(6)} return 0; }`]: 'noExcessiveCognitiveComplexity',
};

/** Cognitive complexity counts the nesting: n nested ifs cost n(n + 1)/2. */
function nestedIfs(depth: number): string {
  return depth === 0 ? 'return 1;' : `if (a > ${depth}) { ${nestedIfs(depth - 1)} }`;
}

const pure = 'export const planted = new Date(5).toISOString();\nexport const other = { now: () => 5, random: Math.floor(2.5) };\n';

function sources(): Record<string, string> {
  const inPure = pureFolders.flatMap((folder) => Object.keys(ambient).map((text, n) => [`src/${folder}/ambient-${n}.ts`, `${text}\n`]));
  const anywhere = Object.keys(banned).map((text, n) => [`src/app/banned-${n}.ts`, `${text}\n`]);
  const free = Object.keys(ambient).map((text, n) => [`src/adapters/system/ambient-${n}.ts`, `${text}\n`]);
  return { ...Object.fromEntries([...inPure, ...anywhere, ...free]), 'src/core/pure.ts': pure, 'src/guards/pure.ts': pure };
}

const Report = z.object({
  diagnostics: z.array(
    z.object({ category: z.string(), severity: z.string(), message: z.string(), location: z.object({ path: z.string() }).nullable() }),
  ),
});

/** Errors as `category: message`, by file. */
function lint(folder: string): Map<string, string[]> {
  const args = ['lint', '--vcs-enabled=false', '--reporter=json', '--max-diagnostics=none', '.'];
  const { stdout, stderr } = spawnSync(program('biome'), args, { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (!stdout) throw new Error(`biome in ${folder} said nothing on stdout, and on stderr: ${stderr}`);
  const errors = Report.parse(JSON.parse(stdout)).diagnostics.filter(({ severity }) => severity === 'error');
  const byFile = Map.groupBy(errors, ({ location }) => location?.path.replace(`${folder}/`, '') ?? '');
  return new Map([...byFile].map(([file, found]) => [file, found.map(({ category, message }) => `${category}: ${message}`)]));
}

describe('the bans', async () => {
  const errors = await withPlantedTree({ copied: ['biome.json', 'tools/biome/ambient-values.grit'], files: sources() }, lint);
  const complaints = (file: string) => (errors.get(file) ?? []).join('\n');

  describe.each(pureFolders)('in src/%s', (folder) => {
    it.each(Object.entries(ambient).map(([text, word], n) => ({ text, word, n })))('refuse $text', ({ word, n }) => {
      expect(complaints(`src/${folder}/ambient-${n}.ts`)).toMatch(new RegExp(`(plugin|noRestrictedGlobals).*${word}`));
    });
  });

  it.each(Object.entries(banned).map(([text, rule], n) => ({ text, rule, n })))('refuse everywhere: $text', ({ rule, n }) => {
    expect(complaints(`src/app/banned-${n}.ts`)).toContain(rule);
  });

  it.each(['src/core/pure.ts', 'src/guards/pure.ts'])('let pure functions of the same objects pass in %s', (file) => {
    expect(complaints(file)).toBe('');
  });

  it('let adapters use the clock, the network and the console', () => {
    const refused = Object.keys(ambient).map((_, n) => complaints(`src/adapters/system/ambient-${n}.ts`));
    expect(refused.filter((text) => /plugin|noRestrictedGlobals/.test(text))).toEqual([]);
  });
});
