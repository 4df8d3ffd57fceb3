import { describe, expect, test } from 'vitest';
import { type Load, loadCommand, newsIn } from './load-script.ts';

const load: Load = { cpuCores: 0.5, memoryBytes: 0, forMs: 60_000, rampMs: 0 };
const figuresOf = (changed: Partial<Load>) => loadCommand({ ...load, ...changed }).slice(-5);

describe('the command of a load', () => {
  test.each<[string, Partial<Load>, readonly string[]]>([
    ['half a core in one worker', {}, ['60', '1', '500', '0', '0']],
    ['two cores and a half in three workers', { cpuCores: 2.5 }, ['60', '3', '833', '0', '0']],
    [
      'memory in whole mebibytes, rounded up, with one worker to watch',
      { cpuCores: 0, memoryBytes: 2 ** 20 + 1 },
      ['60', '1', '0', '0', '2'],
    ],
    ['a ramp and a time in seconds', { rampMs: 30_000, forMs: 90_500 }, ['91', '1', '500', '30', '0']],
  ])('says %s', (_name, changed, figures) => {
    expect(figuresOf(changed)).toEqual(figures);
  });

  test('is short enough for the address line of any proxy on the way', () => {
    const address = loadCommand(load)
      .map((word) => `command=${encodeURIComponent(word)}`)
      .join('&');
    expect(address.length).toBeLessThan(4_000);
  });
});

test.each([
  ['started', { is: 'started' }],
  ['held 256', { is: 'held', memoryBytes: 256 * 2 ** 20 }],
  ['used 1200 480\r', { is: 'used', afterMs: 12_000, usedSeconds: 4.8 }],
  ['ended 1205', { is: 'ended', afterMs: 12_050 }],
  ['sh: out of memory', undefined],
  ['', undefined],
])('the line %j of the load says %j', (line, news) => {
  expect(newsIn(line)).toEqual(news);
});
