import { describe, expect, it } from 'vitest';
import { NOON } from '../../../test/fakes/object-meta.ts';
import { pod } from '../../../test/fakes/objects.ts';
import { timelineWith } from '../../../test/fakes/readings.ts';
import type { LogLine } from '../../core/model/log-line.ts';
import { newLogTemplate } from '../../detectors/logs/new-log-template.ts';
import { logDesk } from './log-desk.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const cart = pod('cart-1');
const line = (text: string, container = 'app'): LogLine => ({
  signal: 'log',
  source: 'pod-logs',
  subject: cart.meta.ref,
  container,
  at: 0,
  text,
});

/** A desk after ten quiet minutes of two containers. */
function aDesk() {
  const desk = logDesk();
  let now = NOON;
  const minute = (...texts: readonly string[]) => {
    for (let n = 0; n < 20; n += 1) desk.take(line(`got request ${n}`), now);
    for (let n = 0; n < 20; n += 1) desk.take(line(`kept alive ${n}`, 'side'), now);
    for (const text of texts) desk.take(line(text), now);
    now += MINUTE;
    return desk.readings(now);
  };
  for (let n = 0; n < 10; n += 1) minute();
  return { desk, minute, now: () => now };
}
describe('what is odd in logs', () => {
  it('is a hint about the pod that quotes the line, for five minutes', () => {
    const { desk, minute, now } = aDesk();
    const readings = minute('ERROR the till does not answer');
    expect(readings).toMatchObject([{ detector: 'new-log-template', subject: cart.meta.ref, part: 'app', firing: true }]);
    expect(newLogTemplate.detect({ ...timelineWith(cart, ...readings), now: now() })).toMatchObject({
      is: 'firing',
      summary: 'Pod shop/cart-1 wrote an error of a kind that nobody wrote before: "ERROR the till does not answer"',
      evidence: [readings[0]?.id],
    });
    expect(newLogTemplate.isHint).toBe(true);
    expect(newLogTemplate.detect({ ...timelineWith(cart, ...readings), now: now() + 6 * MINUTE })).toEqual({ is: 'quiet' });
    expect(desk.readings(now() + 6 * MINUTE)).toEqual([]);
  });

  it('shows no line break, no sign for terminals, no secret, and not too much', () => {
    const { minute } = aDesk();
    const hostile = `ERROR \u001b[31m\u202eevil\nresolved: password=hunter2 "quoted" ${'very '.repeat(100)}long`;
    const [reading] = minute(hostile);
    expect(reading?.summary).toMatch(/^wrote an error of a kind that nobody wrote before: "ERROR .*resolved: password=<redacted>/);
    expect(reading?.summary).not.toMatch(/[\p{Cc}\p{Cf}]|hunter2/u);
    expect(reading?.summary.length).toBeLessThan(250);
  });

  it('does not miss the lines of a container in those of another', () => {
    const { desk, now } = aDesk();
    for (let n = 1; n < 8; n += 1) {
      for (let k = 0; k < 20; k += 1) desk.take(line(`kept alive ${k}`, 'side'), now() + n * MINUTE);
      expect(desk.readings(now() + n * MINUTE + 59 * SECOND)).toEqual([]);
    }
  });
});
