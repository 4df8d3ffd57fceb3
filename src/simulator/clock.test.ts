import { expect, it } from 'vitest';
import { createClock } from './clock.ts';

it('stands still until it is stepped', () => {
  const clock = createClock(1000);
  clock.step(50);
  expect(clock.now()).toBe(1050);
});

it('does what falls due in the order of its instants, then of its calls, each at its own instant', () => {
  const clock = createClock(0);
  const seen: string[] = [];
  for (const [at, name] of [
    [30, 'c'],
    [10, 'a'],
    [30, 'd'],
    [20, 'b'],
    [41, 'later'],
  ] as const)
    clock.schedule(at, () => seen.push(`${name}@${clock.now()}`));
  clock.step(40);
  expect(seen).toEqual(['a@10', 'b@20', 'c@30', 'd@30']);
});

it('does within a step what the work itself has scheduled', () => {
  const clock = createClock(0);
  let ticks = 0;
  const tick = () => {
    ticks += 1;
    clock.schedule(clock.now() + 10, tick);
  };
  clock.schedule(0, tick);
  clock.step(100);
  expect(ticks).toBe(11);
});

it('does not do what was cancelled', () => {
  const clock = createClock(0);
  let count = 0;
  const cancel = clock.schedule(10, () => {
    count += 1;
  });
  cancel();
  clock.step(100);
  expect(count).toBe(0);
});

it('runs as many times faster than the machine as it is told', async () => {
  const clock = createClock(0);
  const reached = new Promise<number>((resolve) => clock.schedule(60_000, () => resolve(clock.now())));
  const since = performance.now();
  const stop = clock.run(1000);
  expect(await reached).toBe(60_000);
  expect(performance.now() - since).toBeLessThan(1000);
  stop();
  const stoppedAt = clock.now();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(clock.now()).toBe(stoppedAt);
});

it('stands still while the process gets no turn, if it is told to', async () => {
  const clock = createClock(0);
  const stop = clock.run(1000, { longestStallMs: 20 });
  const before = clock.now();
  const until = performance.now() + 300;
  while (performance.now() < until); // nobody else gets a turn
  expect(clock.now() - before).toBeLessThanOrEqual(20_000);
  await new Promise((resolve) => clock.schedule(clock.now() + 5_000, () => resolve(undefined)));
  stop();
  expect(clock.now()).toBeGreaterThanOrEqual(5_000);
});
