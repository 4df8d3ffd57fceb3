import { expect, it } from 'vitest';
import { fakeClock } from '../../test/fakes/clock.ts';
import { failedAttempts } from './failed-attempts.ts';

function knocked(times: number, address: string) {
  const clock = fakeClock();
  const attempts = failedAttempts(clock);
  for (let n = 0; n < times; n += 1) attempts.failed(address);
  return { clock, attempts };
}

it('makes an address wait for the rest of its minute after twenty failures', () => {
  const { clock, attempts } = knocked(19, '10.0.0.1');
  expect(attempts.waitMs('10.0.0.1', 'x')).toBe(0);
  clock.advance(20_000);
  attempts.failed('10.0.0.1');
  expect(attempts.waitMs('10.0.0.1', 'x')).toBe(40_000);
  expect(attempts.waitMs('10.0.0.2', 'x')).toBe(0);
  clock.advance(40_000);
  expect(attempts.waitMs('10.0.0.1', 'x')).toBe(0);
});

it('still takes a token that was right in the last ten minutes, and no longer', () => {
  const { clock, attempts } = knocked(0, '10.0.0.1');
  attempts.succeeded('mine');
  clock.advance(590_000);
  for (let n = 0; n < 20; n += 1) attempts.failed('10.0.0.1');
  expect(attempts.waitMs('10.0.0.1', 'mine')).toBe(0);
  clock.advance(10_000);
  expect(attempts.waitMs('10.0.0.1', 'mine')).toBeGreaterThan(0);
});

it.each([
  ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9', true],
  ['2001:db8:1:2::1', '2001:0DB8:0001:0002:0:0:0:5', true],
  ['2001:db8:1:2::1', '2001:db8:1:3::1', false],
  ['::ffff:10.0.0.1', '10.0.0.1', true],
  ['::1', '::2', true],
  ['fe80::1%eth0', 'fe80::1%eth1', true],
  ['10.0.0.1', '10.0.0.2', false],
])('holds %s and %s for the same sender: %s', (one, other, isSame) => {
  const { attempts } = knocked(20, one);
  expect(attempts.waitMs(other, 'x') > 0).toBe(isSame);
});

it('stays bounded: the oldest addresses are forgotten', () => {
  const { attempts } = knocked(20, '10.0.0.1');
  for (let n = 0; n < 10_000; n += 1) attempts.failed(`10.1.${n >> 8}.${n & 255}`);
  expect(attempts.waitMs('10.0.0.1', 'x')).toBe(0);
});
