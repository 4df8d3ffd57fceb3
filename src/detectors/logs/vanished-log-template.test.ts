import { describe, expect, it } from 'vitest';
import { NOON } from '../../../test/fakes/object-meta.ts';
import { pod } from '../../../test/fakes/objects.ts';
import { reading, timelineWith } from '../../../test/fakes/readings.ts';
import { vanishedLogTemplate } from './vanished-log-template.ts';

const MINUTE = 60_000;
const cart = pod('cart-1');

describe('a line that is missing', () => {
  it.each([
    ['it was read a minute ago', { at: NOON - MINUTE }, 'firing'],
    ['it was read long ago', { at: NOON - 6 * MINUTE }, 'quiet'],
    ['another detector says something', { detector: 'spike-dip' }, 'quiet'],
  ])('when %s', (_, given, is) => {
    expect(
      vanishedLogTemplate.detect(timelineWith(cart, reading(cart, { detector: 'vanished-log-template', metric: 'logs', ...given }))).is,
    ).toBe(is);
  });

  it('is quiet where no log is read, and a hint always', () => {
    expect(vanishedLogTemplate.detect(timelineWith(cart))).toEqual({ is: 'quiet' });
    expect(vanishedLogTemplate.isHint).toBe(true);
  });
});
