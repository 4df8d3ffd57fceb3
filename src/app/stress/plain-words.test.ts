import { expect, test } from 'vitest';
import { plainWords } from './plain-words.ts';

test.each([
  ['sh: not found\n', 'sh: not found'],
  ['a\r\n\tb', 'a b'],
  ['\u001b[31mred\u001b[0m \u001b]0;title\u0007and\u0000more', 'red and more'],
  ['right\u202eleft', 'right left'],
])('says %j as %j', (text, words) => {
  expect(plainWords(text)).toBe(words);
});

test('is not endless', () => {
  expect(plainWords('x'.repeat(10_000))).toHaveLength(500);
});
