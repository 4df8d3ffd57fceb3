import { describe, expect, it } from 'vitest';
import { NOON } from '../../../test/fakes/object-meta.ts';
import { pod } from '../../../test/fakes/objects.ts';
import { reading, timelineWith } from '../../../test/fakes/readings.ts';
import { newLogTemplate } from './new-log-template.ts';

const MINUTE = 60_000;
const cart = pod('cart-1');

describe('an error of a kind that nobody wrote before', () => {
  it.each([
    ['it was read a minute ago', { at: NOON - MINUTE }, 'firing'],
    ['it was read long ago', { at: NOON - 6 * MINUTE }, 'quiet'],
    ['another detector says something', { detector: 'spike-dip' }, 'quiet'],
  ])('when %s', (_, given, is) => {
    expect(newLogTemplate.detect(timelineWith(cart, reading(cart, { detector: 'new-log-template', metric: 'logs', ...given }))).is).toBe(
      is,
    );
  });

  it('is quiet where no log is read, and a hint always', () => {
    expect(newLogTemplate.detect(timelineWith(cart))).toEqual({ is: 'quiet' });
    expect(newLogTemplate.isHint).toBe(true);
  });
});
