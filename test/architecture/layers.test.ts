import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Files, program, root, withPlantedTree } from './planted-tree.ts';
import { sourcesUnder } from './tree.ts';

const Report = z.object({
  modules: z.array(z.object({ source: z.string() })),
  summary: z.object({ violations: z.array(z.object({ from: z.string(), to: z.string(), rule: z.object({ name: z.string() }) })) }),
});

const Config = z.object({
  default: z.object({ forbidden: z.array(z.object({ name: z.string(), comment: z.string(), severity: z.string() })) }),
});
const { forbidden: rules } = Config.parse(await import(join(root, '.dependency-cruiser.mjs'))).default;

/** Each planted file, what it imports, and the rule that must name it. */
const forbidden: readonly (readonly [file: string, imports: string, rule: string])[] = [
  ['src/core/reads-a-file.ts', 'node:fs', 'core-imports-only-itself-and-zod'],
  ['src/core/hashes.ts', 'node:crypto', 'core-imports-only-itself-and-zod'],
  ['src/core/model/speaks-yaml.ts', 'yaml', 'core-imports-only-itself-and-zod'],
  ['src/core/knows-app.ts', '../app/piece.ts', 'core-imports-only-itself-and-zod'],
  ['src/core/knows-a-guard.ts', '../guards/piece.ts', 'core-imports-only-itself-and-zod'],
  ['src/core/digest.ts', 'node:fs', 'digest-imports-only-crypto'],
  ['src/detectors/state/reads-a-file.ts', 'node:fs', 'detectors-import-only-core-and-learning'],
  ['src/detectors/knows-an-adapter.ts', '../adapters/store/piece.ts', 'detectors-import-only-core-and-learning'],
  ['src/detectors/knows-a-guard.ts', '../guards/piece.ts', 'detectors-import-only-core-and-learning'],
  ['src/diagnosers/knows-a-guard.ts', '../guards/piece.ts', 'plugins-import-only-core'],
  ['src/guards/knows-an-action.ts', '../actions/piece.ts', 'plugins-import-only-core'],
  ['src/actions/asks-the-network.ts', 'undici', 'plugins-import-only-core'],
  ['src/actions/learns.ts', '../learning/piece.ts', 'plugins-import-only-core'],
  ['src/adapters/store/knows-a-guard.ts', '../../guards/piece.ts', 'adapters-import-only-core'],
  ['src/adapters/store/knows-a-bus.ts', '../bus/piece.ts', 'adapters-import-only-core'],
  ['src/adapters/store/knows-app.ts', '../../app/piece.ts', 'adapters-import-only-core'],
  ['src/adapters/store/learns.ts', '../../learning/piece.ts', 'adapters-import-only-core'],
  ['src/adapters/models/onnx/knows-a-detector.ts', '../../../detectors/piece.ts', 'model-adapters-import-only-core-and-learning'],
  ['src/adapters/models/keras/knows-a-store.ts', '../../store/piece.ts', 'model-adapters-import-only-core-and-learning'],
  ['src/learning/reads-a-file.ts', 'node:fs', 'learning-imports-only-core'],
  ['src/learning/knows-a-detector.ts', '../detectors/piece.ts', 'learning-imports-only-core'],
  ['src/simulator/knows-a-detector.ts', '../detectors/piece.ts', 'simulator-imports-only-core'],
  ['src/simulator/knows-an-adapter.ts', '../adapters/store/piece.ts', 'simulator-imports-only-core'],
  ['src/cli/knows-an-adapter.ts', '../adapters/store/piece.ts', 'entrances-import-only-core-and-app'],
  ['src/http/knows-the-cli.ts', '../cli/piece.ts', 'entrances-import-only-core-and-app'],
  ['src/mcp/knows-an-action.ts', '../actions/piece.ts', 'entrances-import-only-core-and-app'],
  ['web/knows-app.ts', '../src/app/piece.ts', 'web-sees-only-core-types'],
  ['web/runs-core.ts', '../src/core/piece.ts', 'web-runs-no-core-code'],
  ['src/app/leans-on-a-fake.ts', '../../test/fakes/piece.ts', 'product-imports-no-tests'],
  ['src/app/needs-a-dev-package.ts', 'vitest', 'product-imports-only-declared-packages'],
  ['src/app/needs-a-missing-file.ts', './nowhere.ts', 'product-imports-only-declared-packages'],
  ['src/app/needs-an-unknown-package.ts', 'no-such-package', 'product-imports-only-declared-packages'],
  ['src/guards/asks-who-is-there.ts', './index.ts', 'plugins-use-no-lists'],
  ['src/app/circle-a.ts', './circle-b.ts', 'no-cycles'],
];

/** What must pass: without these a rule that forbids everything would look well. */
const allowed: readonly (readonly [file: string, imports: string])[] = [
  ['src/core/good.ts', 'zod'],
  ['src/core/model/good.ts', '../piece.ts'],
  ['src/detectors/good.ts', '../core/piece.ts'],
  ['src/detectors/series/good.ts', '../../learning/piece.ts'],
  ['src/guards/good.ts', 'zod'],
  ['src/guards/good.test.ts', '../../test/fakes/piece.ts'],
  ['src/adapters/store/good.ts', 'node:sqlite'],
  ['src/adapters/bus/good.ts', '@kubernetes/client-node'],
  ['src/adapters/models/onnx/good.ts', '../../../learning/piece.ts'],
  ['src/simulator/good.ts', 'node:http'],
  ['src/cli/good.ts', '../app/piece.ts'],
  ['src/http/good.ts', 'fastify'],
  ['src/app/good.ts', '../guards/index.ts'],
  ['src/app/good-too.ts', '../adapters/store/piece.ts'],
];

const folders = [
  'core',
  'detectors',
  'diagnosers',
  'guards',
  'actions',
  'adapters/store',
  'adapters/bus',
  'learning',
  'simulator',
  'cli',
  'app',
];

function plantedFiles(): Files {
  const pieces = [...folders.map((folder) => `src/${folder}/piece.ts`), 'src/guards/index.ts', 'test/fakes/piece.ts'];
  const importing = (imports: string) => `import * as imported from '${imports}';\nexport const planted = imported;\n`;
  return {
    ...Object.fromEntries(pieces.map((path) => [path, 'export const planted = 1;\n'])),
    ...Object.fromEntries([...forbidden, ...allowed].map(([file, imports]) => [file, importing(imports)])),
    'src/app/circle-b.ts': importing('./circle-a.ts'),
    'web/good.ts': "import type { planted } from '../src/core/piece.ts';\nexport type Planted = typeof planted;\n",
  };
}

function cruise(folder: string, places: readonly string[]): z.infer<typeof Report> {
  const { stdout, stderr } = spawnSync(program('depcruise'), ['--output-type', 'json', ...places], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (!stdout) throw new Error(`depcruise in ${folder} said nothing on stdout, and on stderr: ${stderr}`);
  return Report.parse(JSON.parse(stdout));
}

describe('the rules about layers', async () => {
  const copied = ['.dependency-cruiser.mjs', 'package.json', 'tsconfig.json'];
  const { violations } = await withPlantedTree(
    { copied, files: plantedFiles() },
    (folder) => cruise(folder, ['src', 'test', 'web']).summary,
  );

  it.each(forbidden)('catch %s, which imports %s, as %s', (file, _imports, rule) => {
    expect(violations.filter(({ from }) => from === file).map((violation) => violation.rule.name)).toContain(rule);
  });

  it.each([...allowed, ['web/good.ts', 'types of core'] as const])('let %s import %s', (file) => {
    expect(violations.filter(({ from }) => from === file)).toEqual([]);
  });

  it('have each been planted against', () => {
    const planted = new Set(forbidden.map(([, , rule]) => rule));
    expect(rules.map(({ name }) => name).filter((name) => !planted.has(name))).toEqual([]);
  });

  it('each say why, and stop the build', () => {
    const mute = rules.filter(({ comment, severity }) => severity !== 'error' || !comment.endsWith('.'));
    expect(mute.map(({ name }) => name)).toEqual([]);
  });

  it('see every source file: a cruiser that cannot read TypeScript finds no fault', () => {
    const seen = new Set(cruise(root, ['src']).modules.map(({ source }) => source));
    expect(sourcesUnder('src').filter((path) => !seen.has(path))).toEqual([]);
  });
});
