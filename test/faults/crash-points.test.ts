/** A small draw of what `node bench/crash-points.ts --times N` does with every point. */
import { beforeAll, expect, test } from 'vitest';
import { createRandom } from '../../src/simulator/random.ts';
import { type CrashPoint, crashPoints, tellAll } from './crash/crash-points.ts';
import { isUnlawful, type StoryWish, type Told } from './crash/crash-story.ts';
import { storyKinds } from './crash/crash-world.ts';

const JOBS = 3;
const STORIES = 6;
const seed = Math.floor(Math.random() * 1_000_000);
let points: readonly CrashPoint[] = [];

beforeAll(async () => {
  points = await crashPoints(seed);
}, 120_000);

async function tell(wishes: readonly StoryWish[]): Promise<readonly Told[]> {
  const all: Told[] = [];
  await tellAll(wishes, { jobs: JOBS }, (told) => void all.push(told));
  return all;
}

test(`acts once, with its audit rows before, wherever it is killed (seed ${seed})`, { timeout: 180_000 }, async () => {
  expect(points.length).toBeGreaterThanOrEqual(40);
  const random = createRandom(seed);
  const drawn = Array.from({ length: STORIES }, (_, n) => ({ point: points[Math.floor(random() * points.length)], seed: seed + n }));
  const told = await tell(drawn.flatMap(({ point, ...wish }) => (point ? [{ ...point, ...wish }] : [])));
  expect(told.filter(isUnlawful)).toEqual([]);
  // A draw says something when somebody was killed in it; how many are is the bench's to say (a busy machine does not reach every point).
  expect(told.filter(({ diedAt }) => diedAt !== undefined).length).toBeGreaterThan(0);
});

test(`would be caught if it acted first and recorded afterwards (seed ${seed})`, { timeout: 180_000 }, async () => {
  const afterAct = storyKinds.map((kind) => {
    const point = points.findLast((one) => one.kind === kind && one.at.startsWith('after ClusterWriter.write'));
    return { kind, at: point?.at, seed, actsThenRecords: true };
  });
  const told = await tell(afterAct);
  expect(told.filter(({ unrecorded }) => unrecorded.length === 0)).toEqual([]);
});
