import { expect, it } from 'vitest';
import type { KubeObject } from '../../src/core/model/objects.ts';
import type { Detector } from '../../src/core/plugins.ts';
import { NOON } from '../fakes/object-meta.ts';
import { deployment, pod } from '../fakes/objects.ts';
import { reading, timelineWith } from '../fakes/readings.ts';

const MINUTE = 60_000;

/** What a flow detector is held to: to whose readings it listens (`name`), of which objects it speaks, in which words (`is flooded with calls`), and when it does not. */
export function flowDetectorTests(
  detector: Detector,
  {
    name,
    speaksOf,
    says,
  }: { readonly name: string; readonly speaksOf: readonly (readonly [string, KubeObject, string])[]; readonly says: string },
): void {
  it.each(speaksOf)('is said of %s', (_, object, words) => {
    expect(detector.detect(timelineWith(object, reading(object, { detector: name })))).toMatchObject({
      is: 'firing',
      summary: `${words} ${says}: 300 calls from 20 sources`,
    });
  });

  it.each([
    ['the alarm is over', { firing: false }, 'quiet'],
    ['no flows came for long', { at: NOON - 4 * MINUTE }, 'unknown'],
    ['another detector says something', { detector: 'spike-dip' }, 'quiet'],
  ])('when %s', (_, given, is) => {
    const object = pod('cart-1');
    expect(detector.detect(timelineWith(object, reading(object, { detector: name, ...given }))).is).toBe(is);
  });

  it('does not speak of workloads', () => {
    expect(detector.watches).not.toContain(deployment('cart').kind);
  });
}
