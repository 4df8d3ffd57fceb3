import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../../../../test/contracts/temporary-directory.ts';
import { quietLogger } from '../../../../test/fakes/logger.ts';
import { aboveTen, blockOf, seriesOf } from '../../../../test/fakes/series.ts';
import type { Observation } from '../../../core/model/signal.ts';
import { seriesWatch, standardSettings } from '../../../core/series/series-watch.ts';
import { openRecorder } from './recorder.ts';
import { replaySource } from './replay-source.ts';

const T0 = 1_700_000_000_000;
const never = new AbortController().signal;
const line: Observation = { signal: 'log', source: 'logs', subject: seriesOf('a').ref, at: T0, text: 'panic: "ü"\n' };

/** A minute of samples with a gap, a newcomer and awkward numbers, each told a little late. */
const story: readonly Observation[] = [
  blockOf(T0, { a: 0.1 + 0.2, b: Number.NaN }),
  line,
  blockOf(T0 + 15_000, { a: 1e-300, b: 30 }, { subjects: [seriesOf('a', { uid: 'u' }), seriesOf('b', { part: 'app' })] }),
  blockOf(T0 + 45_000, { a: 12, b: 3, c: 4 }),
  blockOf(T0 + 60_000, { a: 1, b: 31, c: Number.MAX_SAFE_INTEGER }),
];

async function recorded(file: string): Promise<string> {
  const recorder = openRecorder(file, quietLogger);
  for (const observation of story) recorder.record(observation, observation.at + 700);
  await recorder.stop();
  return recorder.file;
}
async function replayed(file: string): Promise<{ seen: Observation[]; times: number[]; problem: string | undefined }> {
  const times: number[] = [];
  const source = replaySource({ file, arrive: (now) => void times.push(now) });
  const seen: Observation[] = [];
  for await (const observation of source.stream(never)) seen.push(observation);
  return { seen, times, problem: source.health().problem };
}

it('plays back what was recorded, value by value, at the instants of its arrival', async () => {
  const file = await recorded(join(temporaryDirectory(), 'run.jsonl.gz'));
  const { seen, times, problem } = await replayed(file);
  expect(seen).toEqual(story);
  expect(times).toEqual(story.map(({ at }) => at + 700));
  expect(problem).toBeUndefined();
});

it('gives byte for byte the same readings after every observation', async () => {
  const run = () => {
    const watch = seriesWatch({ ...standardSettings, detectors: [aboveTen()] });
    const said: string[] = [];
    return {
      said,
      take(observation: Observation, now: number) {
        if (observation.signal === 'samples') watch.take(observation, now);
        watch.advance(now);
        said.push(JSON.stringify(watch.readings()));
      },
    };
  };
  const first = run();
  for (const observation of story) first.take(observation, observation.at + 700);
  const again = run();
  let now = 0;
  const source = replaySource({
    file: await recorded(join(temporaryDirectory(), 'run.jsonl.gz')),
    arrive: (at) => {
      now = at;
    },
  });
  for await (const observation of source.stream(never)) again.take(observation, now);
  expect(again.said).toEqual(first.said);
  expect(first.said.at(-1)).toContain('"firing":true');
});

it('overwrites no recording that is there already', async () => {
  const file = join(temporaryDirectory(), 'run.jsonl.gz');
  await recorded(file);
  const before = readFileSync(file);
  expect(await recorded(file)).toBe(file.replace('.jsonl', '.2.jsonl'));
  expect(readFileSync(file).equals(before)).toBe(true);
});

it('plays a recording that breaks off up to there, and says so', async () => {
  const file = await recorded(join(temporaryDirectory(), 'run.jsonl.gz'));
  const whole = readFileSync(file);
  writeFileSync(file, whole.subarray(0, whole.length - 12));
  const { seen, problem } = await replayed(file);
  expect(seen.length).toBeGreaterThan(0);
  expect(seen).toEqual(story.slice(0, seen.length));
  expect(problem).toMatch(/breaks off after line \d+: unexpected end of file/);
});

it.each([
  ['is not there', undefined, /no such file/],
  ['is not compressed', Buffer.from('hello'), /incorrect header check/],
  ['is something else', gzipSync('{"a":1}\n'), /cannot be replayed/],
])('refuses a file that %s', async (_, content, why) => {
  const file = join(temporaryDirectory(), 'run.jsonl.gz');
  if (content) writeFileSync(file, content);
  await expect(replayed(file)).rejects.toMatchObject({ code: 'bad-config', message: expect.stringMatching(why) });
});

it('logs a recording that cannot be written, and goes on without', async () => {
  const faults: unknown[] = [];
  const recorder = openRecorder('/dev/null/run.jsonl.gz', { ...quietLogger, error: (_, fields) => void faults.push(fields) });
  recorder.record(line, T0);
  await recorder.stop();
  recorder.record(line, T0);
  expect(faults).toHaveLength(1);
});
