import { describe, expect, it } from 'vitest';
import { NOON } from '../../../test/fakes/object-meta.ts';
import { deployment, pod } from '../../../test/fakes/objects.ts';
import { reading, timelineWith } from '../../../test/fakes/readings.ts';
import { portScan } from './port-scan.ts';

const MINUTE = 60_000;

describe('a scan by a pod', () => {
  it.each([['a pod', pod('cart-1'), 'Pod shop/cart-1']])('is said of %s', (_, object, words) => {
    expect(portScan.detect(timelineWith(object, reading(object, { detector: 'port-scan' })))).toMatchObject({
      is: 'firing',
      summary: `${words} scans: 300 calls from 20 sources`,
    });
  });

  it.each([
    ['the alarm is over', { firing: false }, 'quiet'],
    ['no flows came for long', { at: NOON - 4 * MINUTE }, 'unknown'],
    ['another detector says something', { detector: 'spike-dip' }, 'quiet'],
  ])('when %s', (_, given, is) => {
    const object = pod('cart-1');
    expect(portScan.detect(timelineWith(object, reading(object, { detector: 'port-scan', ...given }))).is).toBe(is);
  });

  it('is a symptom; workloads are not asked about', () => {
    expect(portScan.isHint).toBe(undefined);
    expect(portScan.watches).not.toContain(deployment('cart').kind);
  });
});
