import { describe, expect, it } from 'vitest';
import { recentSamples, requestsIn } from './recent-samples.ts';

const window = () => recentSamples({ windowMs: 60_000, stepMs: 15_000 });

describe('the samples of the last minutes', () => {
  it('hold as many as the window has steps, and give up the oldest', () => {
    const samples = window();
    const left = [0, 15, 30, 45, 60, 75].flatMap((second) => samples.push(1_000 * second, second, 1));
    expect(left.map(({ value }) => value)).toEqual([0, 15]);
    expect(samples.held().map(({ value }) => value)).toEqual([30, 45, 60, 75]);
  });

  it('keep as many where the instants come a little sooner or later', () => {
    const samples = window();
    for (const at of [0, 14_700, 30_200, 44_900, 60_300]) samples.push(at, 1, 1);
    expect(samples.held()).toHaveLength(4);
  });

  it('stand for the time since the one before, at most the window', () => {
    const samples = window();
    const requests = [0, 30_000, 600_000].map((at) => {
      samples.push(at, 1, 2);
      return requestsIn(samples.held());
    });
    expect(requests).toEqual([30, 90, 120]);
  });
});
