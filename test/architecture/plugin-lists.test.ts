import { expect, it } from 'vitest';
import { withPlantedTree } from './planted-tree.ts';
import { faultsOfList } from './plugin-lists.ts';

const plugin = (name: string) => `export const plugin = { name: '${name}', detect() {} };\n`;
const index = (body: string, ...files: string[]) =>
  `${files.map((file, n) => `import { plugin as p${n} } from './${file}';`).join('\n')}\nexport const detectors = [${body}];\n`;

const good = {
  'src/detectors/a.ts': plugin('a'),
  'src/detectors/deep/b.ts': plugin('b'),
  'src/detectors/part.ts': 'export const part = 1;\n',
};

it.each([
  ['nothing in a list that is whole', { ...good, 'src/detectors/index.ts': index('p0, p1', 'a.ts', 'deep/b.ts') }, []],
  [
    'a plug-in of a sub-folder that is not listed',
    { ...good, 'src/detectors/index.ts': index('p0', 'a.ts') },
    ['src/detectors/deep/b.ts is not listed in src/detectors/index.ts'],
  ],
  [
    'a plug-in that is called otherwise than its file',
    { 'src/detectors/c.ts': plugin('d'), 'src/detectors/index.ts': index('p0', 'c.ts') },
    ['src/detectors/c.ts calls itself d'],
  ],
  [
    'a plug-in that lives in the list itself',
    { ...good, 'src/detectors/index.ts': index("p0, p1, { name: 'e', detect() {} }", 'a.ts', 'deep/b.ts') },
    ['src/detectors/index.ts lists e, which no file of its folder exports'],
  ],
  [
    'a plug-in that is listed twice',
    { ...good, 'src/detectors/index.ts': index('p0, p1, p0', 'a.ts', 'deep/b.ts') },
    ['src/detectors/index.ts lists a twice'],
  ],
])('finds %s', async (_name, files, faults) => {
  expect(await withPlantedTree({ copied: [], files }, (folder) => faultsOfList('detectors', folder))).toEqual(faults);
});

it.each([
  ['is missing', good],
  ['exports no list', { ...good, 'src/detectors/index.ts': 'export const others = [];\n' }],
  ['exports an empty list', { 'src/detectors/index.ts': 'export const detectors = [];\n' }],
  ['lists what is no detector', { 'src/detectors/index.ts': "export const detectors = [{ name: 'a', propose() {} }];\n" }],
])('throws when the index %s', async (_name, files) => {
  await expect(withPlantedTree({ copied: [], files }, (folder) => faultsOfList('detectors', folder))).rejects.toThrow(
    /src\/detectors\/index\.ts/,
  );
});
