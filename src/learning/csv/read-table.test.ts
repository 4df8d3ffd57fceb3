import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type CsvTable, readTable } from './read-table.ts';

const read = (text: string) => readTable(new TextEncoder().encode(text));
const shown = ({ columns }: CsvTable) =>
  Object.fromEntries(
    columns.map((column) => [
      `${column.name}:${column.kind}`,
      column.kind === 'text' ? Array.from(column.codes, (code) => column.words[code]) : [...column.values],
    ]),
  );

it('reads numbers, instants and texts into columns, with NaN for what is missing', () => {
  const table = read(
    'timestamp,pod,cpu (cores),memory\n2026-01-02T03:04:05Z,a,0.25,1e3\n2026-01-02T03:04:20.5+01:00,b,,-7\n2026-01-02 03:04:35,a,NaN,.5\n',
  );
  expect(shown(table)).toEqual({
    'timestamp:time': [Date.UTC(2026, 0, 2, 3, 4, 5), Date.UTC(2026, 0, 2, 2, 4, 20, 500), Date.UTC(2026, 0, 2, 3, 4, 35)],
    'pod:text': ['a', 'b', 'a'],
    'cpu (cores):number': [0.25, Number.NaN, Number.NaN],
    'memory:number': [1_000, -7, 0.5],
  });
  expect(table.bad.count).toBe(0);
});

it('takes what quotes hold: commas, doubled quotes and line ends, in any column', () => {
  const table = read('"a","b, c"\r\n"1","x, ""y""\nz"\r\n2,plain\r\n');
  expect(shown(table)).toEqual({ 'a:number': [1, 2], 'b, c:text': ['x, "y"\nz', 'plain'] });
});

it('leaves bad rows out, and says how many there are, on which lines and why', () => {
  const rows = ['1,2', '1', '1,2,3', '', '1,two', '"1","two"', '3,"4"'];
  const table = read(`a,b\n${Array.from({ length: 200 }, () => '0,0').join('\n')}\n${rows.join('\n')}\n5,"6`);
  expect(table.rows).toBe(202);
  expect(shown(table)['b:number']?.slice(-2)).toEqual([2, 4]);
  expect(table.bad).toEqual({
    count: 5,
    first: [
      { line: 203, why: '1 of 2 fields' },
      { line: 204, why: 'more than 2 fields' },
      { line: 206, why: 'column b holds no number' },
      { line: 207, why: 'column b holds no number' },
      { line: 209, why: 'a quote is never closed: the rest of the file was left out' },
    ],
  });
});

it.each([
  ['without a last line end', 'a\n1\n2', [1, 2]],
  ['with a byte order mark', '\ufeffa\n1\n', [1]],
  ['with a header alone', 'a\n', []],
])('reads a file %s', (_, text, values) => {
  expect(shown(read(text))).toEqual({ 'a:number': values });
});

it.each(['', '\n1\n', ',,\n'])('refuses %j, which has no header', (text) => {
  expect(() => read(text)).toThrow(/has no header/);
});

it('reads every number exactly as it is written', () => {
  const number = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.float({ noNaN: true, noDefaultInfinity: true }),
  );
  fc.assert(
    fc.property(fc.array(number, { minLength: 1, maxLength: 20 }), (numbers) => {
      const [column] = read(`n\n${numbers.join('\n')}\n`).columns;
      expect(column?.kind === 'number' && [...column.values].every((value, index) => value === numbers[index])).toBe(true);
    }),
  );
});

it('reads every instant exactly, and takes no date that is none for one', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date('1600-01-01'), max: new Date('2400-01-01'), noInvalidDate: true }), (date) => {
      const text = date.toISOString();
      const [exact, whole] = read(`t,u\n${text},${text.slice(0, 19)}\n`).columns;
      expect(exact?.kind === 'time' && exact.values[0]).toBe(date.getTime());
      expect(whole?.kind === 'time' && whole.values[0]).toBe(Math.floor(date.getTime() / 1_000) * 1_000);
    }),
  );
  expect(read('t\n2026-02-29T00:00:00Z\n').columns[0]?.kind).toBe('text');
  expect(read('t\n2026-01-01T24:00:00Z\n').columns[0]?.kind).toBe('text');
});

it('throws at no bytes whatever but where the header is missing', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const text = new TextEncoder().encode('a,b\n');
      const table = readTable(new Uint8Array([...text, ...bytes]));
      expect(table.columns).toHaveLength(2);
    }),
  );
});
