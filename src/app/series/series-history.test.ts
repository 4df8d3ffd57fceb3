import { expect, it } from 'vitest';
import { temporaryDirectory } from '../../../test/contracts/temporary-directory.ts';
import { fakeClock } from '../../../test/fakes/clock.ts';
import { quietLogger } from '../../../test/fakes/logger.ts';
import { aboveTen, blockOf } from '../../../test/fakes/series.ts';
import { type SeriesWatch, seriesWatch, standardSettings } from '../../core/series/series-watch.ts';
import { seriesHistory } from './series-history.ts';

const STEP = standardSettings.stepMs;
const T0 = 1_700_000_040_000 - (1_700_000_040_000 % 60_000);

function aRun(stateDir: string, startAt: number) {
  const clock = fakeClock(startAt);
  const faults: string[] = [];
  const log = { ...quietLogger, error: (message: string, fields?: object) => void faults.push(`${message} ${JSON.stringify(fields)}`) };
  const history = seriesHistory({ stateDir, retentionMs: 7 * 86_400_000, windowMs: standardSettings.windowMs, clock, log });
  const detector = aboveTen();
  const watch = seriesWatch({ ...standardSettings, detectors: [detector], closed: history.closed });
  return {
    ...{ history, watch, detector, faults },
    tell(steps: number) {
      for (let step = 0; step < steps; step += 1) {
        const at = clock.now();
        watch.take(blockOf(at, { a: step % 8, ...(step % 3 === 0 && { b: 20 }) }), at);
        watch.take(blockOf(at, { n: step }, { metric: 'nodeCpuShare' }), at);
        clock.advance(STEP);
        watch.advance(clock.now());
      }
      watch.advance(clock.now() + STEP);
    },
    reload: () => history.replay((block) => watch.take(block, clock.now()), clock.now()).then(() => watch.advance(clock.now())),
  };
}
function windowsOf(watch: SeriesWatch, last: number, length: number): string[] {
  return watch.columns().flatMap((columns) =>
    Array.from({ length: columns.table.size }, (_, slot) => {
      const into = new Float64Array(length);
      columns.window(slot, last, into);
      return `${columns.metric} ${columns.table.subjectAt(slot)?.ref.name} ${[...into]}`;
    }),
  );
}

it('gives a restart the windows back exactly as they were, gaps included, and what fires fires again', async () => {
  const stateDir = temporaryDirectory();
  const before = aRun(stateDir, T0);
  before.tell(100);
  before.history.stop();
  const after = aRun(stateDir, T0 + 102 * STEP);
  await after.reload();
  const last = T0 / STEP + 99;
  expect(windowsOf(after.watch, last, 100)).toEqual(windowsOf(before.watch, last, 100));
  expect(after.detector.fed.filter(({ values }) => values.length > 0).length).toBe(before.detector.fed.length);
  expect(JSON.stringify(after.watch.readings())).toBe(JSON.stringify(before.watch.readings()));
  expect(after.faults).toEqual([]);
  after.history.stop();
});

it('loses no more than the last minute when it is not stopped', async () => {
  const stateDir = temporaryDirectory();
  aRun(stateDir, T0).tell(41);
  const after = aRun(stateDir, T0 + 42 * STEP);
  await after.reload();
  expect(after.detector.fed.length / 2).toBeGreaterThanOrEqual(36);
  expect(windowsOf(after.watch, T0 / STEP + 35, 4)[0]).toBe('memoryBytes a 0,1,2,3');
});

it('says so once and goes on when the medium fails, and again when it works', () => {
  const stateDir = temporaryDirectory();
  const run = aRun(stateDir, T0);
  run.tell(8);
  run.history.stop();
  run.tell(16);
  expect(run.faults).toEqual([expect.stringMatching(/^history not kept .*database is not open/)]);
});

it('keeps the last minute of a metric that fell silent, too', async () => {
  const stateDir = temporaryDirectory();
  const before = aRun(stateDir, T0);
  before.tell(4);
  for (let at = T0 + 4 * STEP; at < T0 + 16 * STEP; at += STEP) {
    before.watch.take(blockOf(at, { a: 1 }), at);
    before.watch.advance(at + STEP);
  }
  const after = aRun(stateDir, T0 + 16 * STEP);
  await after.reload();
  expect(after.watch.columns().map(({ metric, newest }) => [metric, newest])).toContainEqual(['nodeCpuShare', T0 / STEP + 3]);
});
