import { describe, expect, it } from 'vitest';
import { NOON } from '../../../test/fakes/object-meta.ts';
import { deployment, node, pod, service } from '../../../test/fakes/objects.ts';
import { reading, timelineWith } from '../../../test/fakes/readings.ts';
import { ddos } from './ddos.ts';

const MINUTE = 60_000;

describe('a flood of calls', () => {
  it.each([
    ['a pod', pod('cart-1'), 'Pod shop/cart-1'],
    ['a service', service('cart'), 'Service shop/cart'],
    ['a node', node('node-1'), 'Node node-1'],
  ])('is said of %s', (_, object, words) => {
    expect(ddos.detect(timelineWith(object, reading(object, { detector: 'ddos' })))).toMatchObject({
      is: 'firing',
      summary: `${words} is flooded with calls: 300 calls from 20 sources`,
    });
  });

  it.each([
    ['the alarm is over', { firing: false }, 'quiet'],
    ['no flows came for long', { at: NOON - 4 * MINUTE }, 'unknown'],
    ['another detector says something', { detector: 'spike-dip' }, 'quiet'],
  ])('when %s', (_, given, is) => {
    const object = pod('cart-1');
    expect(ddos.detect(timelineWith(object, reading(object, { detector: 'ddos', ...given }))).is).toBe(is);
  });

  it('is a symptom; workloads are not asked about', () => {
    expect(ddos.isHint).toBe(undefined);
    expect(ddos.watches).not.toContain(deployment('cart').kind);
  });
});
