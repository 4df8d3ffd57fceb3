import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../../../test/contracts/temporary-directory.ts';
import { quietLogger } from '../../../test/fakes/logger.ts';
import { aboveTen, blockOf } from '../../../test/fakes/series.ts';
import { openRecorder } from '../../adapters/sources/replay/recorder.ts';
import { SeriesConfig } from '../series-config.ts';
import { replayFile, replayKnown } from './replay-file.ts';

const settings = SeriesConfig.parse({});
const STEP = 15_000;
const T0 = 1_750_000_005_000 - (1_750_000_005_000 % STEP);
const file = (name: string, content: string | Buffer) => {
  const path = join(temporaryDirectory(), name);
  writeFileSync(path, content);
  return path;
};

it('tells when a series of a CSV began to fire and ended, whatever the distance of its instants', async () => {
  const values = [1, 1, 50, 60, 1, 1];
  const rows = values.map((value, hour) => `2026-01-02T0${hour}:00:00Z,shop,a,${value}`);
  const csv = `timestamp,namespace,pod,queueLength\n${rows.join('\n')}\nbroken\n`;
  const replayed = await replayFile(file('x.csv.gz', gzipSync(csv)), settings, [aboveTen()]);
  expect(
    replayed.turns.map(({ at, subject, metric, firing }) => `${new Date(at).getUTCHours()} ${subject.name} ${metric} ${firing}`),
  ).toEqual(['2 a queueLength true', '5 a queueLength false']);
  expect(replayed).toMatchObject({ series: 1, samples: 6, dropped: { malformed: 1 }, problem: expect.stringContaining('line 8') });
});

it('plays a recording to the same turns every time', async () => {
  const path = join(temporaryDirectory(), 'run.jsonl.gz');
  const recorder = openRecorder(path, quietLogger);
  for (const [step, value] of [1, 30, 40, 2, 2].entries()) recorder.record(blockOf(T0 + step * STEP, { a: value }), T0 + step * STEP + 900);
  await recorder.stop();
  const play = () => replayFile(path, settings, [aboveTen()]);
  const first = await play();
  expect(first.turns.map(({ firing }) => firing)).toEqual([true, false]);
  expect(await play()).toEqual(first);
});

it('finds nothing in a flat line with the detectors of the product', async () => {
  const rows = Array.from({ length: 200 }, (_, minute) => `${1_750_000_000 + minute * 60},5`);
  expect((await replayKnown(file('flat.csv', `time,x\n${rows.join('\n')}\n`), settings)).turns).toEqual([]);
});

it('says which file cannot be read', async () => {
  await expect(replayKnown('/nowhere/x.csv', settings)).rejects.toMatchObject({
    code: 'bad-usage',
    message: expect.stringMatching(/nowhere\/x\.csv cannot be read/),
  });
});
