import { describe, expect, it } from 'vitest';
import { countEvents, eventF1 } from './event-f1.ts';
import { rulesByStep } from './labelled-series.ts';

const rules = rulesByStep(60_000);

/** Flags by a text: `#` is 1. */
function flags(text: string): Uint8Array {
  return Uint8Array.from(text, (sign) => (sign === '#' ? 1 : 0));
}

function count(labels: string, alarms: string) {
  return countEvents(flags(alarms), { labels: flags(labels), scoredFrom: 0, rules });
}

describe('the events of a series', () => {
  it.each([
    ['found by an alarm at once', '..####....', '..#.......', { found: 1, missed: 0, falseAlarms: 0 }],
    ['found within seven samples', '..############....', '.........#........', { found: 1, missed: 0, falseAlarms: 0 }],
    ['missed by a later alarm, which is not false', '..############....', '..........#.......', { found: 0, missed: 1, falseAlarms: 0 }],
    ['not found by an alarm before', '...##', '..#..', { found: 0, missed: 1, falseAlarms: 1 }],
    [
      'not charged for an alarm up to ten samples after',
      `#${'.'.repeat(10)}`,
      `#${'.'.repeat(9)}#`,
      { found: 1, missed: 0, falseAlarms: 0 },
    ],
    ['charged for an alarm eleven after', `#${'.'.repeat(11)}`, `#${'.'.repeat(10)}#`, { found: 1, missed: 0, falseAlarms: 1 }],
    ['charged once for alarms with small gaps', '..........', '#....#....', { found: 0, missed: 0, falseAlarms: 1 }],
    ['charged twice for alarms farther apart', '..........', '#.....#...', { found: 0, missed: 0, falseAlarms: 2 }],
    ['charged by the ten for a long alarm', '.'.repeat(21), '#'.repeat(21), { found: 0, missed: 0, falseAlarms: 3 }],
  ])('are %s', (_name, labels, alarms, counts) => {
    expect(count(labels, alarms)).toEqual(counts);
  });

  it('do not count before the scored part', () => {
    const truth = { labels: flags('##....##'), scoredFrom: 4, rules };
    expect(countEvents(flags('#.....#.'), truth)).toEqual({ found: 1, missed: 0, falseAlarms: 0 });
  });

  it('must be found by the whole event for hourly data, and within two samples for five minutes', () => {
    expect([60_000, 300_000, 3_600_000].map((stepMs) => rulesByStep(stepMs).within)).toEqual([7, 2, Number.POSITIVE_INFINITY]);
  });
});

describe('Event-F1', () => {
  const labels = `${'.'.repeat(100)}##${'.'.repeat(100)}`;
  it.each([
    ['1 for a perfect detector', labels, 1],
    ['0 for one that is never on', '.'.repeat(202), 0],
    ['low for one that is always on', '#'.repeat(202), 2 / (2 + 10 + 9)],
  ])('is %s', (_name, alarms, f1) => {
    expect(eventF1([count(labels, alarms)])).toBeCloseTo(f1, 12);
  });

  it('counts the events of all series alike', () => {
    const counts = [
      { found: 3, missed: 1, falseAlarms: 0 },
      { found: 0, missed: 0, falseAlarms: 2 },
    ];
    expect(eventF1(counts)).toBeCloseTo(6 / 9, 12);
  });

  it('is 0 when there is neither an event nor an alarm', () => {
    expect(eventF1([count('...', '...')])).toBe(0);
  });
});
