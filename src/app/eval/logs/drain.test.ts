import { describe, expect, it } from 'vitest';
import { maskDigits } from './digit-mask.ts';
import { drain } from './drain.ts';

describe('plain Drain', () => {
  it('joins lines of one length and first word that share enough words, and marks where they differ', () => {
    expect(drain(['send 3 bytes to a', 'send 4 bytes to b', 'send some bytes'])).toEqual([
      'send <*> bytes to <*>',
      'send <*> bytes to <*>',
      'send some bytes',
    ]);
  });

  it('keeps apart what begins with different words, unless they hold digits', () => {
    expect(drain(['open the door', 'shut the door'])).toEqual(['open the door', 'shut the door']);
    expect(drain(['p1 opens the door', 'p2 opens the door'])).toEqual(Array(2).fill('<*> opens the door'));
  });

  it('does not join at two words of six, and does at three', () => {
    expect(new Set(drain(['a b c d e f', 'a b u v w x'])).size).toBe(2);
    expect(new Set(drain(['a b c d e f', 'a b c v w x'])).size).toBe(1);
  });

  it('lets words share a branch when a node has as many as it may', () => {
    const options = { depth: 4, similarity: 0.4, mostChildren: 2 };
    expect(drain(['one is here', 'two is here', 'six is here'], options)).toEqual(['one is here', '<*> is here', '<*> is here']);
  });

  it('takes empty lines', () => {
    expect(drain(['', '  '])).toEqual(['', '']);
  });
});

it('the mask of digits takes whole words', () => {
  expect(maskDigits(['took 17ms  of 20', 'no digits'])).toEqual(['took <*> of <*>', 'no digits']);
});
