/**
 * Kills a whole controller, in a process of its own, before and after each Store.commit and ClusterWriter.write of three stories, starts
 * it again, and lets the simulated API server judge: no effective write twice, none without an audit row that was durable before it, no
 * intent lost. `node bench/crash-points.ts [--times 1] [--jobs 2] [--seed 1] [--minutes M] [--control]`:
 * after M minutes no further story is begun. Exit code 1: a law was broken; with --control
 * (act, then record): the judge did not see that it was.
 */
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { crashPoints, tellAll } from '../test/faults/crash/crash-points.ts';
import { isUnlawful, type Told } from '../test/faults/crash/crash-story.ts';

const { values } = parseArgs({
  options: {
    times: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '1000' },
    control: { type: 'boolean', default: false },
  },
});
const whole = (name: 'times' | 'jobs' | 'seed' | 'minutes'): number => {
  const number = Number(values[name]);
  if (!Number.isInteger(number) || number < 1) throw new Error(`--${name} ${values[name]}: a whole number from 1 on`);
  return number;
};
const [times, jobs, seed] = [whole('times'), whole('jobs'), whole('seed')];
const limit = AbortSignal.timeout(whole('minutes') * 60_000);

const startedAt = performance.now();
const minutes = () => ((performance.now() - startedAt) / 60_000).toFixed(1);
const points = await crashPoints(seed);
const wishes = Array.from({ length: times }, (_, time) =>
  points.map(({ kind, at }, index) => ({ kind, at, seed: seed + time * points.length + index, actsThenRecords: values.control })),
).flat();
console.info(`${points.length} points, ${times} times: ${wishes.length} stories of two processes, ${jobs} at a time, seeds from ${seed}`);

const all: Told[] = [];
await tellAll(wishes, { jobs, limit }, (told) => {
  all.push(told);
  for (const what of breachesOf(told))
    console.info(`${told.wish.kind}, ${told.wish.at}, seed ${told.wish.seed} (${told.variant}): ${what}`);
  if (all.length % 20 === 0) console.info(`${all.length} of ${wishes.length} stories, ${minutes()} min`);
});

function breachesOf({ duplicates, unrecorded, lost, broken }: Told): readonly string[] {
  return [...duplicates, ...unrecorded, ...lost, ...broken];
}

function count(told: readonly Told[], of: (one: Told) => number): number {
  return told.reduce((sum, one) => sum + of(one), 0);
}

function quantile(told: readonly Told[], share: number): string {
  const sorted = told.flatMap(({ recoveredMs }) => recoveredMs ?? []).toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return value === undefined ? '' : (value / 1_000).toFixed(1);
}

function rowOf(told: readonly Told[]): (string | number)[] {
  return [
    told.length,
    told.filter(({ diedAt }) => diedAt !== undefined).length,
    count(told, ({ acts }) => acts),
    count(told, ({ duplicates }) => duplicates.length),
    count(told, ({ unrecorded }) => unrecorded.length),
    count(told, ({ lost }) => lost.length),
    quantile(told, 0.5),
    quantile(told, 0.99),
  ];
}

const head = ['story', 'killed', 'stories', 'killed', 'writes', 'duplicate', 'unrecorded', 'lost intents', 'recovered s p50', 'p99'];
const table = new Table({ head, style: { head: [], border: [] } });
for (const { kind, at } of points) table.push([kind, at, ...rowOf(all.filter(({ wish }) => wish.kind === kind && wish.at === at))]);
table.push(['all', '', ...rowOf(all)]);
console.info(table.toString());
const ends = Map.groupBy(all, ({ wish, end }) => `${wish.kind}: ${end.replaceAll(/\d+/g, 'n')}`);
for (const [end, told] of [...ends].toSorted(([a], [b]) => (a < b ? -1 : 1)))
  console.info(`${String(told.length).padStart(5)} ended ${end}`);

const unlawful = all.filter(isUnlawful).length;
const killed = all.filter(({ diedAt }) => diedAt !== undefined).length;
const bound = unlawful === 0 && killed > 0 ? `; 0 of ${killed} shows a rate below ${(300 / killed).toFixed(2)} % (3/n, 95 %)` : '';
console.info(`${unlawful} of ${all.length} stories broke a law, ${killed} processes were killed, ${minutes()} min${bound}`);
if (values.control ? unlawful === 0 : unlawful > 0) process.exitCode = 1;
