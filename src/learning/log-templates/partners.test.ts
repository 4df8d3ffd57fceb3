import { describe, expect, it } from 'vitest';
import { logTemplateDefaults } from '../log-templates.ts';
import { partnersOf } from './partners.ts';
import { VARIABLE } from './pieces.ts';

/** Templates in words, `*` for a variable; the last is the one that partners are sought for. */
function partners(...templates: readonly string[]): number {
  const all = templates.map((text) => ({
    pieces: text
      .split(/([ ="])/)
      .filter((piece) => piece !== '')
      .map((piece) => (piece === '*' ? VARIABLE : piece)),
  }));
  const last = all.at(-1);
  return last ? partnersOf(last, all, logTemplateDefaults).length : -1;
}

describe('templates are one', () => {
  it.each([
    ['when one has a value where the other has a word', ['removed pod * now', 'removed pod web now'], 1],
    ['when many words were seen in one place', [...'abcde'].map((word) => `the job is ${word}ly in the queue`), 4],
    ['when three names were seen in one place', ['aB', 'cD', 'eF'].map((word) => `the ${word} is in the queue`), 2],
    ['when three words follow one that introduces a name', ['bob', 'eve', 'ann'].map((word) => `session opened for user ${word} again`), 2],
    [
      'when three words stand in quotes after such a word',
      ['bob', 'eve', 'ann'].map((word) => `session opened for user "${word}" again`),
      2,
    ],
    ['when two words are in common and nine names were seen', [...'ABCDEFGHI'].map((word) => `synced x${word} uid`), 8],
    ['when many names were seen in two places', ['aB', 'cD', 'eF', 'gH'].map((word) => `the job ${word} now runs at ${word}`), 3],
  ])('%s', (_name, templates, count) => {
    expect(partners(...templates)).toBe(count);
  });

  it.each([
    ['when few words were seen', ['the job is early in the queue', 'the job is late in the queue']],
    ['when they begin with different words', [...'abcdefg'].map((word) => `${word}ing the main loop now`)],
    ['when they have too little in common', ['aB', 'cD', 'eF', 'gH'].map((word) => `unknown ${word}`)],
    ['when two words are in common and eight names were seen', [...'ABCDEFGH'].map((word) => `synced x${word} uid`)],
    ['when no word is in common', [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].flatMap((one) => [...'abcd'].map((other) => `x${one}${other} *`))],
    ['when the level differs', ['info', 'warn', 'error', 'fatal', 'debug', 'trace'].map((word) => `level=${word} msg="the cart is full"`)],
    [
      'when the message is one word',
      ['start', 'stop', 'reload', 'drain', 'wait', 'sleep'].map((word) => `level=info in the cart msg="${word}"`),
    ],
    ['when a value faces a word and they share one word only', ['removed *', 'removed nothing']],
    ['when they differ in three places', ['a b c is the last one of all', 'd e f is the last one of all']],
  ])('but not %s', (_name, templates) => {
    expect(partners(...templates)).toBe(0);
  });
});
