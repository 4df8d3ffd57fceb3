import { expect, it } from 'vitest';
import { aboveTen, blockOf, seriesOf } from '../../../test/fakes/series.ts';
import type { SeriesDetector } from '../plugins.ts';
import { type SeriesWatchOptions, seriesWatch, standardSettings } from './series-watch.ts';

const STEP = 15_000;
const T0 = 1_700_000_010_000 - (1_700_000_010_000 % STEP);
const at = (step: number, ms = 0) => T0 + step * STEP + ms;

function aWatch(detectors: readonly SeriesDetector[], rest: Partial<SeriesWatchOptions> = {}) {
  const watch = seriesWatch({ ...standardSettings, detectors, ...rest });
  return {
    ...watch,
    /** One block per step, each told when it happened. */
    tell(from: number, values: readonly (Readonly<Record<string, number>> | undefined)[]) {
      for (const [index, one] of values.entries()) {
        const instant = at(from + index, 1_000);
        if (one) watch.take(blockOf(instant, one), instant);
      }
      watch.advance(at(from + values.length, 6_000));
    },
    said: () =>
      watch.readings().map(({ subject, metric, firing, at: told }) => `${subject.name} ${metric} ${firing} ${(told - T0) / STEP}`),
  };
}
const NONE = Number.NaN;

it('feeds every step once, after its end and a grace, with NaN where nothing was said', () => {
  const detector = aboveTen();
  const watch = aWatch([detector]);
  watch.take(blockOf(at(0, 1_000), { a: 1, b: 2 }), at(0, 1_000));
  watch.advance(at(1, 4_999));
  expect(detector.fed).toEqual([]);
  watch.advance(at(1, 5_000));
  watch.tell(1, [{ a: 3 }, undefined, { b: 4 }]);
  expect(detector.fed.map((fed) => [(fed.at - T0) / STEP, fed.values.slice(0, 3)])).toEqual([
    [expect.closeTo(0, 0), [1, 2, NONE]],
    [expect.closeTo(1, 0), [3, NONE, NONE]],
    [2, [NONE, NONE, NONE]],
    [expect.closeTo(3, 0), [NONE, 4, NONE]],
  ]);
});

it('says what fires, what was found quiet last for each object, and nothing of what has no score yet', () => {
  const watch = aWatch([aboveTen()]);
  watch.tell(0, [
    { a: 1, b: 20, c: NONE },
    { a: 2, b: 30 },
  ]);
  expect(watch.readings()).toMatchObject([
    {
      subject: { name: 'b' },
      firing: true,
      at: at(1, 1_000),
      detector: 'above-ten',
      metric: 'memoryBytes',
      summary: '3 times ten',
      score: 0.75,
    },
    { subject: { name: 'a' }, firing: false, at: at(1, 1_000) },
  ]);
});

it('keeps the instant of the last sample when a series falls silent', () => {
  const watch = aWatch([aboveTen()]);
  watch.tell(0, [{ a: 20, b: 1 }, { b: 1 }, { b: 1 }]);
  expect(watch.readings()).toMatchObject([
    { subject: { name: 'a' }, firing: true, at: at(0, 1_000) },
    { subject: { name: 'b' }, at: at(2, 1_000) },
  ]);
});

it('takes a duplicate once and the newer value of one step, and counts what is late without feeding it again', () => {
  const detector = aboveTen();
  const watch = aWatch([detector]);
  for (const value of [5, 5, 7]) watch.take(blockOf(at(0, 2_000), { a: value }), at(0, 3_000));
  watch.tell(1, [{ a: 1 }]);
  watch.take(blockOf(at(0, 9_000), { a: 99, b: 1 }), at(2));
  watch.tell(2, [{ a: 1 }]);
  expect(detector.fed.map(({ values }) => values[0])).toEqual([7, 1, 1]);
  expect(watch.dropped()).toEqual({ late: 2 });
});

it('treats a successor of the same name as another series, and gives up the slot of the one that fell silent', () => {
  const detector = aboveTen();
  const watch = aWatch([detector], { idleMs: 4 * STEP });
  const told = (step: number, uid: string, value: number) => {
    const instant = at(step, 1_000);
    watch.take(blockOf(instant, {}, { subjects: [seriesOf('db-0', { uid })], values: Float64Array.of(value) }), instant);
  };
  told(0, 'old', 5);
  for (let step = 1; step <= 6; step += 1) told(step, 'new', 1);
  watch.advance(at(5));
  expect(watch.readings().map(({ subject, firing }) => [subject.uid, firing])).toEqual([
    ['old', false],
    ['new', false],
  ]);
  watch.advance(at(8));
  expect(watch.readings().map(({ subject }) => subject.uid)).toEqual(['new']);
  expect(detector.forgotten).toEqual([0]);
  told(8, 'third', 1);
  watch.advance(at(10));
  expect(detector.fed.at(-1)?.values[0]).toBe(1);
});

it('remembers a series that fired when it fell silent ten times longer', () => {
  const watch = aWatch([aboveTen()], { idleMs: 2 * STEP });
  watch.tell(0, [{ a: 50, b: 1 }, ...Array.from({ length: 15 }, () => ({ b: 1 }))]);
  expect(watch.said()).toEqual([expect.stringMatching(/^a memoryBytes true 0/), expect.stringMatching(/^b/)]);
  watch.tell(
    16,
    Array.from({ length: 10 }, () => ({ b: 1 })),
  );
  expect(watch.said()).toEqual([expect.stringMatching(/^b/)]);
});

it('holds no more series than it may, counts the rest, and grows its room for those that it holds', () => {
  const watch = aWatch([aboveTen()], { maxSeries: 40 });
  const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`p${index}`, index]));
  watch.tell(0, [many, many]);
  expect(watch.size()).toBe(40);
  expect(watch.dropped()).toEqual({ 'too many series': 20 });
  expect(watch.said().filter((line) => line.includes('true'))).toHaveLength(29);
});

it('does not wait out a long silence step by step', () => {
  const detector = aboveTen();
  const watch = aWatch([detector]);
  watch.tell(0, [{ a: 1 }]);
  watch.tell(100_000, [{ a: 2 }, { a: 3 }]);
  expect(detector.fed.length).toBeLessThan(15);
  expect(detector.fed.at(-1)?.values[0]).toBe(3);
});

it('refuses samples from the future, and goes on when our clock is set back', () => {
  const detector = aboveTen();
  const watch = aWatch([detector]);
  watch.take(blockOf(at(10), { a: 1 }), at(2));
  expect(watch.dropped()).toEqual({ 'from the future': 1 });
  watch.tell(100, [{ a: 1 }, { a: 2 }]);
  watch.tell(50, [{ a: 3 }, { a: 40 }]);
  expect(detector.fed.map(({ values }) => values[0])).toEqual([1, 2, 3, 40]);
  expect(watch.said()).toEqual([expect.stringMatching(/^a memoryBytes true 51/)]);
});

it('plays the past into its monitors when it is told oldest first, whatever time it is', () => {
  const detector = aboveTen();
  const watch = aWatch([detector]);
  for (let step = 0; step < 30; step += 1) watch.take(blockOf(at(step), { a: step }), at(30));
  watch.advance(at(32));
  expect(detector.fed.map(({ values }) => values[0])).toEqual(Array.from({ length: 30 }, (_, step) => step));
});

it('shows a joint detector all its metrics at once, the largest of several parts, and NaN for what is missing', () => {
  const detector = aboveTen({ metrics: ['cpuCores', 'memoryBytes'], isJoint: true });
  const watch = aWatch([detector]);
  const parts = [seriesOf('a', { part: 'app' }), seriesOf('a', { part: 'proxy' })];
  watch.take(blockOf(at(0), {}, { metric: 'cpuCores', subjects: parts, values: Float64Array.of(11, 12) }), at(0));
  watch.take(blockOf(at(0), { a: 3, b: 4 }), at(0));
  watch.advance(at(2));
  expect(detector.fed.map(({ values }) => values.slice(0, 4))).toEqual([[12, 3, NONE, 4]]);
  expect(watch.readings()).toMatchObject([{ subject: { name: 'a' }, metric: 'cpuCores+memoryBytes', firing: true }]);
});

it('goes on without a detector that throws, which has nothing to say from then on', () => {
  const good = aboveTen();
  const bad: SeriesDetector = {
    ...aboveTen(),
    name: 'bad',
    open(shape) {
      const monitor = aboveTen().open(shape);
      return {
        ...monitor,
        scores: new Float64Array(shape.slots),
        step(_, values) {
          if (values[0] === 13) throw new Error('thirteen');
        },
      };
    },
  };
  const watch = aWatch([bad, good]);
  watch.tell(0, [{ a: 1 }]);
  expect(watch.readings().map(({ detector }) => detector)).toEqual(['bad', 'above-ten']);
  watch.tell(1, [{ a: 13 }, { a: 14 }]);
  expect(watch.readings().map(({ detector }) => detector)).toEqual(['above-ten']);
  expect(watch.broken()).toEqual({ bad: 'Error: thirteen' });
  expect(good.fed).toHaveLength(3);
});

it('gives the same readings for the same blocks at the same times', () => {
  const run = () => {
    const watch = aWatch([aboveTen()]);
    watch.tell(0, [{ a: 1, b: 30 }, { a: 12 }, undefined, { b: 2, a: 13 }]);
    return JSON.stringify(watch.readings());
  };
  expect(run()).toBe(run());
});
