import { describe, expect, it } from 'vitest';
import { createLogPatternWatch } from './log-pattern-watch.ts';

/** A watch in which each call is a minute of one pod or more: how many lines of which kind. */
function aWatch() {
  const watch = createLogPatternWatch();
  return (lines: Readonly<Record<string, number>>, pod = 'cart') => {
    for (const [text, count] of Object.entries(lines))
      for (let n = 0; n < count; n += 1) watch.take({ pod, text: `${text} ${n}`, isError: text.startsWith('ERROR') });
    return watch.close().map(({ pattern, template }) => `${pattern}: ${template}`);
  };
}
const usual = { 'got a request of customer': 20, 'sent the answer to customer': 20 };

describe('patterns in the log of a pod', () => {
  it('begin with an error of a kind that nobody wrote before, once', () => {
    const minute = aWatch();
    for (let n = 0; n < 5; n += 1) expect(minute(usual)).toEqual([]);
    const broken = { ...usual, 'ERROR the till does not answer, attempt': 3 };
    expect(minute(broken)).toEqual(['new-log-template: ERROR the till does not answer, attempt <*>']);
    expect(minute(broken)).toEqual([]);
  });

  it('are not held against a pod that has only begun to write, nor when another wrote the same, nor when it is no error', () => {
    const minute = aWatch();
    expect(minute({ ...usual, 'ERROR no till at': 1 })).toEqual([]);
    for (let n = 0; n < 5; n += 1) minute(usual, 'other');
    expect(minute({ ...usual, 'ERROR no till at': 1 }, 'other')).toEqual([]);
    expect(minute({ ...usual, 'reads its configuration of day': 1 }, 'other')).toEqual([]);
  });

  it('see that a steady line vanished, once, when enough of it was to be expected by the others', () => {
    const minute = aWatch();
    for (let n = 0; n < 12; n += 1) expect(minute(usual)).toEqual([]);
    const { 'sent the answer to customer': _, ...half } = usual;
    expect(minute({ 'got a request of customer': 4 })).toEqual([]);
    expect(minute(half)).toEqual(['vanished-log-template: sent the answer to customer <*>']);
    expect(minute(half)).toEqual([]);
  });

  it.each([
    ['of a pod that writes nothing at all', usual, {}],
    ['where all lines become fewer alike', usual, { 'got a request of customer': 1, 'sent the answer to customer': 1 }],
    ['of an error that is over', { ...usual, 'ERROR no till at': 20 }, usual],
  ])('see none vanish %s', (_, before, after) => {
    const minute = aWatch();
    for (let n = 0; n < 12; n += 1) minute(before);
    for (let n = 0; n < 3; n += 1) expect(minute(after)).toEqual([]);
  });

  it('see none vanish that came now and then', () => {
    const minute = aWatch();
    for (let n = 0; n < 30; n += 1) expect(minute(n % 3 === 0 ? { ...usual, 'cleaned the shelf of row': 30 } : usual)).toEqual([]);
  });

  it('see none vanish where many pods lose lines at once, for then the callers changed', () => {
    const watch = createLogPatternWatch();
    const minute = (kinds: readonly string[], pods: number) => {
      for (let pod = 0; pod < pods; pod += 1)
        for (const kind of kinds) for (let n = 0; n < 20; n += 1) watch.take({ pod: `pod-${pod}`, text: `${kind} ${n}`, isError: false });
    };
    const both = ['got a request of', 'sent the answer to'];
    for (let n = 0; n < 12; n += 1) {
      minute(both, 6);
      watch.close();
    }
    minute(['got a request of'], 3);
    expect(watch.close()).toEqual([]);
  });
});
