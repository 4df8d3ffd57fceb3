import { expect, it } from 'vitest';
import { aboveTen, blockOf } from '../../../test/fakes/series.ts';
import type { SeriesDetector } from '../plugins.ts';
import { type SeriesWatch, seriesWatch, standardSettings } from './series-watch.ts';

const STEP = standardSettings.stepMs;
const T0 = 1_700_000_010_000 - (1_700_000_010_000 % STEP);
const at = (step: number, ms = 0) => T0 + step * STEP + ms;
const aWatch = (detectors: readonly SeriesDetector[]) => seriesWatch({ ...standardSettings, detectors });
const said = (watch: SeriesWatch) =>
  watch.readings().map(({ subject, metric, firing, at: told }) => `${subject.name} ${metric} ${firing} ${(told - T0) / STEP}`);
/** One sample of one series, told when it happened; the step before it is fed. */
function tell(watch: SeriesWatch, step: number, value: number): void {
  watch.take(blockOf(at(step), { a: value }), at(step));
  watch.advance(at(step + 1, 5_000));
}

it('goes on a detector at a time for whoever wants to do something else in between', () => {
  const detectors = [aboveTen(), aboveTen()];
  const watch = aWatch(detectors);
  for (const metric of ['memoryBytes', 'cpuCores']) watch.take(blockOf(at(0), { a: 1 }, { metric }), at(0));
  const fed: string[] = [];
  for (const _turn of watch.advancing(at(1, 5_000))) fed.push(detectors.map((detector) => detector.fed.length).join());
  expect([...new Set(fed)]).toEqual(['1,0', '1,1', '2,1', '2,2']);
});

it('shows nobody a step that only some detectors were fed: until all were, the readings are from before', () => {
  const watch = aWatch([aboveTen(), { ...aboveTen(), name: 'second' }]);
  tell(watch, 0, 1);
  const before = watch.readings();
  watch.take(blockOf(at(1), { a: 50 }), at(1));
  for (const _turn of watch.advancing(at(2, 5_000))) expect(watch.readings()).toBe(before);
  expect(said(watch)).toEqual(['a memoryBytes true 1', 'a memoryBytes true 1']);
});

it('ends a step that was fed to some detectors before it takes what is told in between, or is asked for the first time', () => {
  const detectors = [aboveTen(), aboveTen(), aboveTen()];
  const watch = aWatch(detectors);
  const fed = () => detectors.map((detector) => detector.fed.length);
  const begin = (step: number) => watch.advancing(at(step, 5_000))[Symbol.iterator]().next();
  watch.take(blockOf(at(0), { a: 1 }), at(0));
  begin(1);
  expect(fed()).toEqual([1, 0, 0]);
  expect(watch.readings()).toHaveLength(1);
  expect(fed()).toEqual([1, 1, 1]);
  watch.take(blockOf(at(1), { a: 2 }), at(1));
  begin(2);
  watch.take(blockOf(at(1), { a: 3 }), at(2, 5_000));
  expect(fed()).toEqual([2, 2, 2]);
  expect(watch.dropped()).toEqual({ late: 1 });
});

it('comes to an end although steps are over in between, and says then what is so', () => {
  const watch = aWatch([aboveTen()]);
  tell(watch, 0, 1);
  watch.readings();
  watch.take(blockOf(at(1), { a: 2 }), at(1));
  let step = 1;
  for (const _turn of watch.advancing(at(2, 5_000))) {
    step += 1;
    watch.take(blockOf(at(step), { a: step }), at(step + 1, 5_000));
    if (step > 100) throw new Error('no end');
  }
  watch.advance(at(step + 1, 5_000));
  expect(said(watch)).toEqual([`a memoryBytes ${step > 10} ${step}`]);
});

it('feeds no detector twice, and none too little, when it is asked again before it is through', () => {
  const [once, pieces] = [aboveTen(), aboveTen()];
  const [whole, torn] = [aWatch([once, aboveTen()]), aWatch([pieces, aboveTen()])];
  for (let step = 0; step < 20; step += 1) {
    const block = blockOf(at(step), { a: step % 13, b: 3 });
    whole.take(block, at(step));
    torn.take(block, at(step));
    whole.advance(at(step));
    torn.advancing(at(step))[Symbol.iterator]().next();
    if (step % 3 === 0) torn.readings();
  }
  whole.advance(at(22));
  torn.advance(at(22));
  expect(pieces.fed).toEqual(once.fed);
  expect(JSON.stringify(torn.readings())).toBe(JSON.stringify(whole.readings()));
});
