import { expect, test } from 'vitest';
import { container, pod } from '../../../test/fakes/objects.ts';
import { fakePodAccess, type StartedCommand } from '../../../test/fakes/pod-access.ts';
import { steppedClock } from '../../../test/fakes/stepped-clock.ts';
import type { StressTarget } from './objections.ts';
import { runStress } from './run-stress.ts';

const room = {
  ...{ hasSleep: true, hasProc: true, nodeCores: 4, nodeMemoryBytes: 8e9, nodeAvailableBytes: 4e9 },
  ...{ memoryUsedBytes: 1e6, memoryLimitBytes: undefined },
};
const load = { cpuCores: 0.5, memoryBytes: 0, forMs: 60_000, rampMs: 0 };
const target = (name: string): StressTarget => ({ pod: pod(name), container: container('app'), room });

function begin(...names: readonly string[]) {
  const access = fakePodAccess([]);
  const clock = steppedClock();
  const stop = new AbortController();
  const progress: string[] = [];
  const onProgress = ({ pod: { meta } }: StressTarget, { cores }: { readonly cores: number }) => progress.push(`${meta.ref.name} ${cores}`);
  const results = runStress(names.map(target), { access, load, clock, onProgress }, stop.signal);
  results.catch(() => undefined);
  return { access, clock, stop, progress, results, first: () => access.started[0] as StartedCommand };
}

test('a load that runs to its end is done, and the CPU that it used is told', async () => {
  const { clock, results, first, progress } = begin('cart-1');
  await clock.advance(60_000);
  first().says('started\nused 3000 1500\nused 6000 2700\nended 6005\n');
  first().end({ is: 'exited', exitCode: 0 });
  expect(await results).toMatchObject([{ pod: 'cart-1', outcome: 'done', lastedMs: 60_050, memoryHeldBytes: 0 }]);
  expect((await results)[0]?.meanCores).toBeCloseTo(0.45, 3);
  expect(progress).toEqual(['cart-1 0', 'cart-1 0.5', 'cart-1 0.4', 'cart-1 0.4']);
  expect(first().isClosed).toBe(true);
});

test('told to stop, it closes the stdin of all and waits for their last words', async () => {
  const { access, clock, stop, results } = begin('cart-1', 'cart-2');
  await clock.advance(5_000);
  stop.abort();
  await clock.advance(0);
  expect(access.started.map(({ isStdinClosed, isClosed }) => ({ isStdinClosed, isClosed }))).toEqual([
    { isStdinClosed: true, isClosed: false },
    { isStdinClosed: true, isClosed: false },
  ]);
  for (const command of access.started) {
    command.says('ended 510\n');
    command.end({ is: 'exited', exitCode: 0 });
  }
  expect((await results).map(({ outcome }) => outcome)).toEqual(['stopped', 'stopped']);
});

test('a load that does not answer is given up after a while, and is called lost', async () => {
  const { clock, results, first } = begin('cart-1');
  await clock.advance(69_000);
  expect(first().isStdinClosed).toBe(false);
  await clock.advance(2_000);
  expect({ isStdinClosed: first().isStdinClosed, isClosed: first().isClosed }).toEqual({ isStdinClosed: true, isClosed: false });
  await clock.advance(10_000);
  expect(first().isClosed).toBe(true);
  expect(await results).toMatchObject([{ outcome: 'lost' }]);
});

test.each([
  ['was killed', { is: 'exited', exitCode: 137 }, { outcome: 'killed' }],
  ['failed', { is: 'failed', message: 'the container is gone' }, { outcome: 'killed', note: 'the container is gone' }],
  ['is out of sight', { is: 'lost' }, { outcome: 'lost' }],
] as const)('a load that %s without its last word is not called done', async (_name, end, expected) => {
  const { clock, results, first } = begin('cart-1');
  await clock.advance(10_000);
  first().end(end);
  expect(await results).toMatchObject([{ ...expected, lastedMs: 10_000 }]);
});

test('when one cannot be begun the others are stopped, and the reason is told', async () => {
  const access = fakePodAccess([]);
  const start = access.start;
  access.start = (request) => (request.pod === 'cart-2' ? Promise.reject(new Error('no way there')) : start(request));
  access.answer = (command) => {
    if (!command.isStdinClosed) return;
    command.says('ended 10\n');
    command.end({ is: 'exited', exitCode: 0 });
  };
  const parts = { access, load, clock: steppedClock(), onProgress: () => undefined };
  await expect(runStress([target('cart-1'), target('cart-2')], parts, new AbortController().signal)).rejects.toThrow('no way there');
  expect(access.started.map(({ isStdinClosed }) => isStdinClosed)).toEqual([true]);
});
