import { describe, expect, it } from 'vitest';
import { perSlotMonitor } from './per-slot-monitor.ts';

/** Judges that say what they are told, and count what they have seen. */
function echo(slots: number, dims = 1) {
  return perSlotMonitor({ slots, dims }, () => {
    let seen = 0;
    return {
      take(_, values) {
        seen += 1;
        return values[0] ?? Number.NaN;
      },
      describe: () => `seen ${seen}`,
    };
  });
}

describe('a monitor of one judge for each slot', () => {
  it('fires from 1 on and goes on down to one half', () => {
    const monitor = echo(1);
    const fires = [0.9, 1, 0.6, 0.4, 0.6].map((score, step) => {
      monitor.step(step, Float64Array.of(score));
      return monitor.firing[0];
    });
    expect(fires).toEqual([0, 1, 1, 0, 0]);
  });

  it('keeps what it fired while it cannot say', () => {
    const monitor = echo(1);
    for (const score of [2, Number.NaN]) monitor.step(0, Float64Array.of(score));
    expect([monitor.firing[0], monitor.scores[0]]).toEqual([1, Number.NaN]);
  });

  it('gives each slot its own metrics and its own past', () => {
    const monitor = echo(2, 2);
    monitor.step(0, Float64Array.of(2, 9, Number.NaN, Number.NaN));
    monitor.grow(3);
    monitor.step(1, Float64Array.of(0.1, 9, 3, 9, Number.NaN, Number.NaN));
    expect([...monitor.firing]).toEqual([0, 1, 0]);
    expect([0, 1, 2].map((slot) => monitor.describe(slot))).toEqual(['seen 2', 'seen 1', 'nothing is known of it']);
  });

  it('starts a forgotten slot anew', () => {
    const monitor = echo(1);
    monitor.step(0, Float64Array.of(2));
    monitor.forget(0);
    expect([monitor.firing[0], monitor.scores[0]]).toEqual([0, Number.NaN]);
    monitor.step(1, Float64Array.of(0));
    expect(monitor.describe(0)).toBe('seen 1');
  });
});
