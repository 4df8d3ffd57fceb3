import { expect, it } from 'vitest';
import { fakeClock } from '../../test/fakes/clock.ts';
import { quietLogger } from '../../test/fakes/logger.ts';
import type { LogFields } from '../core/ports.ts';
import { refusalLog } from './refusal-log.ts';

it('logs the first refused sender, and then one line in ten seconds with the number since', () => {
  const clock = fakeClock();
  const lines: (LogFields | undefined)[] = [];
  const refused = refusalLog({ clock, log: { ...quietLogger, warn: (_, fields) => void lines.push(fields) } });
  const knock = () => refused({ url: '/webhook', from: '10.0.0.1', why: 'no token' });
  for (let n = 0; n < 500; n += 1) knock();
  clock.advance(10_000);
  knock();
  expect(lines.map((fields) => fields?.times)).toEqual([1, 500]);
});
