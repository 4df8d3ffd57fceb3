import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvRecords } from './csv-records.ts';

describe('a CSV text', () => {
  it('is read by the names of its first row', () => {
    expect(csvRecords('Id,Content\n1,plain\r\n2,"a, ""b""\nc"\n')).toEqual([
      { Id: '1', Content: 'plain' },
      { Id: '2', Content: 'a, "b"\nc' },
    ]);
  });

  it.each([
    ['no last line break', 'a,b\n1,2', [{ a: '1', b: '2' }]],
    [
      'empty fields',
      'a,b\n,\n"",\n',
      [
        { a: '', b: '' },
        { a: '', b: '' },
      ],
    ],
    ['an empty field at the end of the text', 'a,b\n1,', [{ a: '1', b: '' }]],
    ['a byte order mark', '\uFEFFa\n1\n', [{ a: '1' }]],
    ['no rows', 'a,b\n', []],
    ['nothing', '', []],
  ])('may have %s', (_name, text, records) => {
    expect(csvRecords(text)).toEqual(records);
  });

  it.each([
    ['a row that is too short', 'a,b\n1,2\n3\n', 'row 3 has 1 fields instead of 2'],
    ['a quote that is never closed', 'a,b\n1,"2\n', 'row 2'],
    ['a quote in the middle', 'a,b\n1,2"3\n', 'row 2'],
    ['text after a quote', 'a,b\n1,"2"3\n', 'row 2'],
  ])('is refused for %s, with the row', (_name, text, message) => {
    expect(() => csvRecords(text)).toThrow(message);
  });

  it('gives back what was written', () => {
    const rows = fc.array(fc.record({ a: fc.string(), b: fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', 'x') }) }));
    const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
    fc.assert(
      fc.property(rows, (records) => {
        expect(csvRecords(['a,b', ...records.map(({ a, b }) => `${quote(a)},${quote(b)}`), ''].join('\n'))).toEqual(records);
      }),
    );
  });
});
