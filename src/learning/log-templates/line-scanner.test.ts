import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLineScanner, MAX_LINE_CHARS } from './line-scanner.ts';

const scanner = createLineScanner();
function read(line: string): { signature: number; form: string } {
  return { signature: scanner.scan(line), form: scanner.normalForm() };
}

describe('the normal form of a line', () => {
  it.each([
    ['nothing to mask here', 'nothing to mask here'],
    ['  blanks \t in  runs ', 'blanks in runs'],
    ['took 17 ms', 'took 0 ms'],
    ['pod web-7d9f8b-x2x4k is ready', 'pod 0 is ready'],
    ['10.2.3.4:8080 refused', '0.0.0.0:0 refused'],
    ['read /etc/kubernetes/kubelet.conf: denied', 'read /0: denied'],
    ['GET /v1/pods?limit=5&watch=true HTTP/1.1', 'GET /0 HTTP/0.0'],
    ['read/write and I/O are no paths, / neither', 'read/write and I/O are no paths, / neither'],
    ['the L3 cache', 'the L3 cache'],
    ['call of sha2(x) with key1=5', 'call of sha2(x) with key1=0'],
    ['pod-12(uid) and block123456(x)', '0(uid) and 0(x)'],
    ['naïve 日本 x1', 'naïve 日本 0'],
    ['nul\0and\nnewline', 'nul and newline'],
    ['', ''],
  ])('of %j is %j', (line, form) => {
    expect(read(line).form).toBe(form);
  });

  it('ends where a line is too long to be looked at whole', () => {
    const long = 'x'.repeat(MAX_LINE_CHARS);
    expect(read(`${long}abc`)).toEqual(read(`${long}def`));
    expect(read(`${'list 1 '.repeat(MAX_LINE_CHARS)}`).form).toMatch(/ 0 list(?: 0)?$/);
    expect(read(`/${'p'.repeat(3 * MAX_LINE_CHARS)}`).form).toBe('/0');
  });
});

describe('the signature', () => {
  it('is equal exactly where normal forms are', () => {
    const line = fc.string({ unit: fc.constantFrom(...'ab1/ ._-:=(é'), maxLength: 12 });
    fc.assert(
      fc.property(line, line, (one, other) => {
        const [first, second] = [read(one), read(other)];
        expect(first.signature === second.signature).toBe(first.form === second.form);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is an integer that a number can hold, and differs for a hundred thousand lines', () => {
    const letters = (n: number) => n.toString(26).replace(/\d/g, (digit) => 'qrstuvwxyz'[Number(digit)] ?? '');
    const seen = new Set<number>();
    for (let n = 0; n < 100_000; n++) seen.add(scanner.scan(`user ${letters(n)} in`));
    expect(seen.size).toBe(new Set(Array.from({ length: 100_000 }, (_, n) => letters(n))).size);
    expect([...seen].every(Number.isSafeInteger)).toBe(true);
  });
});
