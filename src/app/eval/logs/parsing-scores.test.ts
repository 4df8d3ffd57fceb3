import { describe, expect, it } from 'vitest';
import { parsingScores } from './parsing-scores.ts';

/** Lines by hand: three of template a, two of b, one of c. */
const truth = ['a <*>', 'a <*>', 'a <*>', 'b', 'b', 'c'];

describe('the scores of a log parser', () => {
  it.each([
    ['a perfect one', truth, { GA: 1, FGA: 1, PA: 1, FTA: 1 }],
    ['right groups under wrong texts', ['x', 'x', 'x', 'y', 'y', 'z'], { GA: 1, FGA: 1, PA: 0, FTA: 0 }],
    ['all lines in one group', Array(6).fill('<*>'), { GA: 0, FGA: 0, PA: 0, FTA: 0 }],
    // One group of six found is right (c), of three wanted: 2·1/(6+3).
    ['each line in a group of its own', ['1', '2', '3', '4', '5', '6'], { GA: 1 / 6, FGA: 2 / 9, PA: 0, FTA: 0 }],
    // a is split in two groups, of which one has its true text: it stands for a only, so it counts for FTA, not for GA.
    ['a split group', ['a <*>', 'a <*>', 'a 7', 'b', 'b', 'c'], { GA: 3 / 6, FGA: 4 / 7, PA: 5 / 6, FTA: 6 / 7 }],
    // b and c are one group: its text is that of b, but it stands for two, so it counts for PA by line and not for FTA.
    ['two groups in one', ['a <*>', 'a <*>', 'a <*>', 'b', 'b', 'b'], { GA: 3 / 6, FGA: 2 / 5, PA: 5 / 6, FTA: 2 / 5 }],
  ])('are as computed by hand for %s', (_name, parsed, scores) => {
    const expected = Object.entries(scores).map(([name, value]) => [name, expect.closeTo(value, 12)]);
    expect(parsingScores(truth, parsed)).toEqual(Object.fromEntries(expected));
  });

  it('compare texts letter by letter, without mending either', () => {
    expect(parsingScores(['a  <*>:<*>'], ['a <*>'])).toEqual({ GA: 1, FGA: 1, PA: 0, FTA: 0 });
  });

  it('do not depend on the order of the lines', () => {
    const parsed = ['a <*>', 'a <*>', 'a 7', 'b', 'c', 'c'];
    expect(parsingScores(truth.toReversed(), parsed.toReversed())).toEqual(parsingScores(truth, parsed));
  });

  it('need as many templates as lines, and a line', () => {
    expect(() => parsingScores(['a'], [])).toThrow('0 templates cannot be scored against 1');
    expect(() => parsingScores([], [])).toThrow(RangeError);
  });
});
