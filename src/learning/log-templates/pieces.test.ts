import { describe, expect, it } from 'vitest';
import { createLineScanner } from './line-scanner.ts';
import { isWord, piecesOf, textOf, VARIABLE, withoutLists } from './pieces.ts';

function masked(line: string): string {
  const scanner = createLineScanner();
  scanner.scan(line);
  return textOf(piecesOf(scanner.normalForm()));
}

describe('what a value is by its form', () => {
  it.each([
    ['numbers', 'took 17 ms, 3.5 of -1', 'took <*> ms, <*> of <*>'],
    ['hexadecimal numbers', 'at 0x7fed806eb5d in deadbeef', 'at <*> in <*>'],
    ['addresses', 'from 10.2.3.4:8080 to [fe80::1]', 'from <*> to [<*>]'],
    ['identifiers', 'pod web-7d9f8b-x2x4k of 0a6e29c1-3ac6-4d1e-9f4c-3b1f0f6a3b11', 'pod <*> of <*>'],
    ['paths', 'open /etc/passwd: denied, C:\\Windows\\temp too, ./x/y', 'open <*>: denied, <*> too, <*>'],
    ['links', 'get https://example.org/a?b=c: timeout', 'get <*>: timeout'],
    ['dates', 'since Fri Jul 3, 2026', 'since <*> <*> <*>, <*>'],
    ['truth values', 'ready: false, last: null', 'ready: <*>, last: <*>'],
    ['lists of numbers', 'ports 80,443,8080 open', 'ports <*> open'],
    ['quoted values', 'image "nginx:1.27" not in \'a/b/c\'', 'image "<*>" not in \'<*>\''],
    ['values after a label', 'sid:0x14ed type:create', 'sid:<*> type:create'],
    ['numbered names', 'exit of core.123, Thing@4f2a', 'exit of core.<*>, Thing@<*>'],
    ['values after dots', 'enabled.....1', 'enabled.....<*>'],
  ])('is seen for %s', (_name, line, template) => {
    expect(masked(line)).toBe(template);
  });

  it.each([
    ['words', 'link is down!'],
    ['quoted words', 'state \'Active\' of "user name"'],
    ['names of functions', 'jk2_init() and sha2(data) failed'],
    ['names of fields', 'PSR=x ready=yes'],
    ['names of parts', 'the L3 cache'],
    ['days and months without a number', 'closed on Fri or in May'],
    ['words with strokes', 'I/O and n-th'],
  ])('is not seen in %s', (_name, line) => {
    expect(masked(line)).toBe(line);
  });
});

describe('a list of variables', () => {
  it('is one variable where lines are compared', () => {
    expect(textOf(withoutLists(piecesOf('delete 0 0 0 of 0')))).toBe('delete <*> of <*>');
    expect(textOf(withoutLists(piecesOf('stack @0 @0 @0)')))).toBe('stack @<*>)');
  });

  it('is not made of variables that something parts', () => {
    expect(textOf(withoutLists(piecesOf('0 of 0, 0: 0')))).toBe('<*> of <*>, <*>: <*>');
  });
});

it('tells words from punctuation and labels', () => {
  expect(['word', 'é', VARIABLE].filter(isWord)).toHaveLength(3);
  expect(['(', ' ', '...', 'label:'].filter(isWord)).toEqual([]);
});
