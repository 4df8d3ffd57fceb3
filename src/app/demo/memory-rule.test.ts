import { expect, it } from 'vitest';
import { aSimulatedCluster } from '../../../test/simulator/simulated.ts';
import { placeSetting } from '../../simulator/cluster/faults/fault-script.ts';
import { leak } from '../../simulator/cluster/faults/leak.ts';
import { slowStart } from '../../simulator/cluster/faults/slow-start.ts';
import { createRandom } from '../../simulator/random.ts';
import { notificationOf } from './alert-sender.ts';
import { memoryRule } from './memory-rule.ts';

/** Evaluates the rule every five seconds for four minutes after a fault; returns what it said, with the seconds since. */
function told(script: typeof leak, seed: number) {
  const simulated = aSimulatedCluster({ seed });
  const drawn = script.draw(createRandom(seed), 'shop');
  placeSetting(simulated, drawn);
  simulated.pass(60);
  const rule = memoryRule(simulated.world, ['shop']);
  const quiet = rule.evaluate();
  drawn.inject(simulated);
  const looks = Array.from({ length: 48 }, (_, n) => {
    simulated.pass(5);
    return { second: 5 * (n + 1), alerts: rule.evaluate() };
  });
  return { quiet, looks };
}

it.each([1, 2, 3])('fires for a leaking pod before it is full, and ends when its memory is free again, in variant %i', (seed) => {
  const { quiet, looks } = told(leak, seed);
  expect(quiet).toEqual([]);
  const first = looks.find(({ alerts }) => alerts.length > 0)?.alerts[0];
  expect(first).toMatchObject({ namespace: 'shop', startsAt: expect.any(Number) });
  expect(first?.endsAt).toBeUndefined();
  expect(looks.flatMap(({ alerts }) => alerts).some(({ endsAt }) => endsAt !== undefined)).toBe(true);
});

it.each([1, 2, 3])('says nothing of a workload that only starts slowly, in variant %i', (seed) => {
  expect(told(slowStart, seed).looks.flatMap(({ alerts }) => alerts)).toEqual([]);
});

it('is told as Alertmanager tells it: the same alert keeps its fingerprint, and an ended one says when', () => {
  const pod = { namespace: 'shop', pod: 'cart-1', startsAt: 0 };
  const [firing, over] = [notificationOf([pod]), notificationOf([{ ...pod, endsAt: 60_000 }])];
  expect(firing).toMatchObject({ version: '4', status: 'firing', alerts: [{ labels: { namespace: 'shop', pod: 'cart-1' } }] });
  expect(over).toMatchObject({ status: 'resolved', alerts: [{ endsAt: '1970-01-01T00:01:00.000Z' }] });
  const fingerprints = [firing, over].map((one) => JSON.stringify(one).match(/"fingerprint":"([0-9a-f]{16})"/)?.[1]);
  expect(fingerprints[0]).toBe(fingerprints[1]);
});
