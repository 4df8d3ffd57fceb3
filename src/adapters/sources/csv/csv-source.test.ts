import { expect, it } from 'vitest';
import { readTable } from '../../../learning/csv/read-table.ts';
import { csvBlocks, csvSource } from './csv-source.ts';

const tableOf = (text: string) => readTable(new TextEncoder().encode(text));
const shown = (text: string) =>
  [...csvBlocks(tableOf(text), 'some.csv')].map(
    ({ at, metric, subjects, values }) =>
      `${at / 1_000} ${metric} ${subjects.map(({ ref, part }, index) => `${ref.kind} ${ref.namespace ?? '-'}/${ref.name}${part ? `#${part}` : ''}=${values[index]}`)}`,
  );

it.each([
  [
    'pods with containers, one block per metric and instant',
    'timestamp,namespace,pod,container,cpuCores,memoryBytes\n100,shop,a,app,1,10\n100,shop,b,app,2,\n115,shop,a,app,3,30\n',
    [
      '100 cpuCores Pod shop/a#app=1,Pod shop/b#app=2',
      '100 memoryBytes Pod shop/a#app=10,Pod shop/b#app=NaN',
      '115 cpuCores Pod shop/a#app=3',
      '115 memoryBytes Pod shop/a#app=30',
    ],
  ],
  [
    'rows that stand pod after pod, in the order of time',
    'pod,timestamp,x\na,1970-01-01T00:00:01Z,1\na,1970-01-01T00:00:02Z,2\nb,1970-01-01T00:00:01Z,3\nb,,4\n',
    ['1 x Pod default/a=1,Pod default/b=3', '2 x Pod default/a=2'],
  ],
  ['nodes, and milliseconds', 'time,node,x\n1750000000000,n1,1\n', ['1750000000 x Node -/n1=1']],
  ['nobody: one series called like the file', 'timestamp,value\n1,5\n', ['1 value File -/some.csv=5']],
])('reads %s', (_, text, blocks) => {
  expect(shown(text)).toEqual(blocks);
});

it('hands the same subjects over again while they are the same', () => {
  const [first, second, third] = csvBlocks(tableOf('timestamp,pod,x\n1,a,1\n1,b,1\n2,a,1\n2,b,1\n3,b,1\n'), 'f');
  expect(second?.subjects).toBe(first?.subjects);
  expect(third?.subjects).not.toBe(first?.subjects);
});

it.each([
  ['no instants', 'pod,x\na,1\n', /no column `timestamp`/],
  ['instants of another form', 'timestamp,pod,x\n01/02/2026 10:00,a,1\n', /timestamp holds "01\/02\/2026 10:00"/],
  ['no numbers', 'timestamp,pod\n1,a\n', /no column of numbers/],
])('refuses a file with %s', (_, text, why) => {
  expect(() => shown(text)).toThrow(why);
});

it('ends with its file, and says which rows it left out', async () => {
  const source = csvSource({ file: 'f.csv', read: async () => tableOf('timestamp,pod,x\n1,a,1\n2,a\n') });
  const seen: number[] = [];
  for await (const observation of source.stream(new AbortController().signal)) seen.push(observation.at);
  expect(seen).toEqual([1_000]);
  expect(source.health()).toEqual({
    ageMs: undefined,
    dropped: { malformed: 1 },
    problem: 'f.csv: 1 rows were left out (line 3: 2 of 3 fields)',
  });
});
