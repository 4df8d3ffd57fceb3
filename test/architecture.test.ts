import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorCodes } from '../src/core/errors.ts';
import { pathsNamedIn } from './architecture/doc-paths.ts';
import { root } from './architecture/planted-tree.ts';
import { faultsOfList } from './architecture/plugin-lists.ts';
import { breachesIn } from './architecture/source-rules.ts';
import { filesUnder, sourcesUnder, textOf } from './architecture/tree.ts';

const own = ['src', 'test', 'tools', 'bench', 'web']
  .flatMap((folder) => filesUnder(folder))
  .filter((path) => !path.startsWith('test/bed/'));
const maxLines = 250;

/** Files that are longer than allowed, each with what excuses it; an excuse that is no longer needed fails the test below. */
const longFiles: Readonly<Record<string, string>> = {
  'src/core/model/objects.ts': 'one list of Kubernetes records, to be split by group of kinds',
};

describe('a file', () => {
  const long = own.filter((path) => /\.(ts|tsx|mjs)$/.test(path) && textOf(path).trimEnd().split('\n').length > maxLines);

  it(`has at most ${maxLines} lines`, () => {
    expect(long.filter((path) => !(path in longFiles))).toEqual([]);
  });

  it('is excused from that only while it must be', () => {
    expect(Object.keys(longFiles).filter((path) => !long.includes(path))).toEqual([]);
  });

  it('lies in a folder that is named for what is in it', () => {
    const vague = /(^|\/)(utils?|helpers?|common|libs?|services?|managers?|misc|shared)\//;
    expect(own.filter((path) => vague.test(path))).toEqual([]);
  });

  it.each(sourcesUnder('src'))('%s is without any, casts and `!`, and documents its exports', (path) => {
    expect(breachesIn(path, textOf(path))).toEqual([]);
  });
});

describe.each(['detectors', 'diagnosers', 'guards', 'actions'] as const)('the list of %s', (family) => {
  it('names every plug-in of its folder by the name of its file, and nothing else', async () => {
    expect(await faultsOfList(family)).toEqual([]);
  });

  it('holds plug-ins that were never handed the power to write', () => {
    const powerful = sourcesUnder(`src/${family}`).filter((path) => /\bClusterWriter\b/.test(textOf(path)));
    expect(powerful).toEqual([]);
  });
});

describe('docs/errors.md', () => {
  const sections = textOf('docs/errors.md').split(/^## /m).slice(1);
  const byCode = new Map(sections.map((section) => [section.split('\n', 1)[0]?.replaceAll('`', '').trim() ?? '', section]));

  it('has a section for each code of the table, and no other', () => {
    expect([...byCode.keys()].toSorted()).toEqual(Object.keys(errorCodes).toSorted());
  });

  it.each(Object.entries(errorCodes))('says what %s means, what to do, and whether trying again can help', (code, { retryable }) => {
    const section = byCode.get(code) ?? '';
    expect(section).toMatch(/^\*\*Meaning\.\*\* \S/m);
    expect(section).toMatch(/^\*\*What to do\.\*\* \S/m);
    expect(section).toMatch(new RegExp(`^\\*\\*Retryable\\.\\*\\* ${retryable ? 'Yes' : 'No'}\\b`, 'm'));
  });
});

describe('the documents', () => {
  const documents = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SCOPE.md', 'CHANGELOG.md', ...filesUnder('docs')].filter((path) =>
    path.endsWith('.md'),
  );

  it.each(documents)('%s names only paths that exist', (document) => {
    const missing = pathsNamedIn(document, textOf(document)).filter((path) => !existsSync(join(root, path)));
    expect(missing).toEqual([]);
  });

  it.each(filesUnder('docs/adr'))('%s tells status, context, decision and consequences', (path) => {
    const headings = [...textOf(path).matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(['Status', 'Context', 'Decision', 'Consequences']);
    expect(path).toMatch(/^docs\/adr\/\d{4}-[a-z0-9-]+\.md$/);
  });

  it('names every word of the model in the glossary', () => {
    const glossary = textOf('docs/glossary.md');
    const words = [...sourcesUnder('src/core/model')].flatMap((path) =>
      [...textOf(path).matchAll(/^export (?:const|type|interface) ([A-Z]\w+)/gm)].map(([, word = '']) => word),
    );
    expect([...new Set(words)].filter((word) => !glossary.includes(`**${word}**`))).toEqual([]);
  });
});
