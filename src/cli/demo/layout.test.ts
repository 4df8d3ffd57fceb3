import { expect, it } from 'vitest';
import { clean, clip, minutes, wrap } from './layout.ts';

it.each([
  ['a colour', '\u001b[31mred\u001b[0m', 'red'],
  ['a new title for the window', '\u001b]0;owned\u0007cart', 'cart'],
  ['line ends and bells', 'one\r\ntwo\u0007', 'one two '],
  ['nothing that does harm', 'Deployment shop/cart: 40 %', 'Deployment shop/cart: 40 %'],
])('takes %s out of what others wrote', (_name, text, expected) => {
  expect(clean(text)).toBe(expected);
});

it.each([
  ['as it is where it fits', 'cart', 4, 'cart'],
  ['with an ellipsis where it does not', 'cart-104', 5, 'cart…'],
  ['without a space before the ellipsis', 'cart is gone', 6, 'cart…'],
  ['as nothing where there is no room', 'cart', 0, ''],
])('clips a text %s', (_name, text, width, expected) => {
  expect(clip(text, width)).toBe(expected);
});

it.each([
  ['between words', 'one two three', 7, ['one two', 'three']],
  ['within a word that is too long', 'abcdefgh ij', 3, ['abc', 'def', 'gh', 'ij']],
  ['nowhere, when it is short', 'one', 80, ['one']],
  ['into an empty line, when it is empty', '', 80, ['']],
  ['one by one, when there is no room at all', 'ab', 0, ['a', 'b']],
])('wraps a text %s', (_name, text, width, lines) => {
  expect(wrap(text, width)).toEqual(lines);
});

it.each([
  [7_400, '0:07'],
  [59_600, '1:00'],
  [760_000, '12:40'],
  [-5_000, '0:00'],
])('tells %d ms in minutes and seconds', (ms, expected) => {
  expect(minutes(ms)).toBe(expected);
});
