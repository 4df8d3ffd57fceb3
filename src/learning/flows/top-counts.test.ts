import { describe, expect, it } from 'vitest';
import { createCallers } from './callers.ts';
import { createTopCounts } from './top-counts.ts';

describe('those that count most', () => {
  it('are exact while they are few, the largest first', () => {
    const counts = createTopCounts<string>();
    for (const [name, weight] of [
      ['a', 1],
      ['b', 5],
      ['a', 1],
    ] as const)
      counts.add(name, weight);
    expect(counts.top()).toEqual([
      { name: 'b', count: 5 },
      { name: 'a', count: 2 },
    ]);
  });

  it.each(['before', 'after'])('hold one that has a fifth of all, %s a thousand others, and never more of it than there was', (when) => {
    const counts = createTopCounts<string>();
    const loud = () => counts.add('loud', 250);
    if (when === 'before') loud();
    for (let n = 0; n < 1_000; n += 1) counts.add(`one of many ${n}`, 1);
    if (when === 'after') loud();
    const [first] = counts.top();
    expect(first).toEqual({ name: 'loud', count: 250 });
    expect(counts.top()).toHaveLength(8);
  });
});

describe('callers', () => {
  it('are counted exactly while they are few, and the loudest is told even when it comes after many', () => {
    const callers = createCallers();
    for (let n = 0; n < 500; n += 1) callers.add(`one of many ${n}`);
    for (let n = 0; n < 40; n += 1) callers.add('loud');
    expect(callers.top()[0]).toEqual({ name: 'loud', count: 40 });
    expect(callers.first()).toEqual(Array.from({ length: 64 }, () => 1));
  });
});
