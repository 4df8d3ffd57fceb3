import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../../../../test/contracts/temporary-directory.ts';
import { seriesOf } from '../../../../test/fakes/series.ts';
import { openHistoryDatabase } from './history-database.ts';
import { type HistoryStore, historyStore, type KeptMinute } from './history-store.ts';

const MINUTE = 60_000;

function opened(stateDir: string): HistoryStore {
  const { database, problem } = openHistoryDatabase(stateDir);
  if (!database) throw new Error(problem);
  return historyStore(database);
}
/** Four steps of 15 s of each series; the mean of `[1, 2, 3, 6]` is 3. */
function minuteOf(minute: number, names: readonly string[], rest: Partial<KeptMinute> = {}): KeptMinute {
  const of = (value: number) => new Float32Array(names.length).fill(value + minute);
  const samples = [1, 2, 3, 6].flatMap((value) => names.map(() => value + minute));
  return {
    ...{
      metric: 'memoryBytes',
      at: minute * MINUTE,
      stepMs: 15_000,
      subjects: names.map((name) => seriesOf(name, { uid: `uid-${name}` })),
    },
    ...{ mean: of(3), low: of(1), high: of(6), samples: Float64Array.from(samples) },
    ...rest,
  };
}
const shown = (rows: Iterable<{ readonly at: number; readonly values: Float64Array }>) =>
  [...rows].map(({ at, values }) => `${at / 1_000}: ${[...values]}`);

it('gives the last window back step by step, and what is before it minute by minute, to another process too', () => {
  const stateDir = temporaryDirectory();
  const store = opened(stateDir);
  for (const minute of [0, 1, 2]) store.keep([minuteOf(minute, ['a', 'b'])]);
  for (const _turn of store.pruning({ minutes: 0, steps: 2 * MINUTE }));
  store.close();
  const again = opened(stateDir);
  expect(shown(again.means(0))).toEqual(['0: 3,3', '60: 4,4']);
  expect(shown(again.steps())).toEqual(['120: 3,3', '135: 4,4', '150: 5,5', '165: 8,8']);
  expect([...again.steps()][0]?.subjects).toEqual([seriesOf('a', { uid: 'uid-a' }), seriesOf('b', { uid: 'uid-b' })]);
  again.close();
});

it('keeps who a minute was about while series come and go, and a minute that is told again once', () => {
  const store = opened(temporaryDirectory());
  store.keep([minuteOf(0, ['a', 'b'])]);
  store.keep([minuteOf(1, ['b', 'c']), minuteOf(1, ['n'], { metric: 'nodeCpuShare' })]);
  store.keep([minuteOf(1, ['b', 'c'])]);
  const rows = [...store.steps()].filter(({ at }) => at % MINUTE === 0);
  expect(rows.map(({ metric, subjects }) => `${metric} ${subjects.map(({ ref }) => ref.name)}`)).toEqual([
    'memoryBytes a,b',
    'memoryBytes b,c',
    'nodeCpuShare n',
  ]);
  store.close();
});

it('forgets minutes and the series that only they spoke of, and goes on with those that stay', () => {
  const stateDir = temporaryDirectory();
  const store = opened(stateDir);
  const day = 24 * 60;
  store.keep([minuteOf(0, ['gone', 'stays'])]);
  store.keep([minuteOf(9 * day, ['stays'])]);
  for (const _turn of store.pruning({ minutes: 8 * day * MINUTE, steps: 9 * day * MINUTE }));
  store.keep([minuteOf(9 * day + 1, ['stays', 'gone'])]);
  expect([...store.means(0)]).toEqual([]);
  expect([...store.steps()].filter(({ at }) => at % MINUTE === 0).map(({ subjects }) => subjects.length)).toEqual([1, 2]);
  store.close();
  const sql = new DatabaseSync(join(stateDir, 'history.db'), { readOnly: true });
  expect(sql.prepare('SELECT count(*) AS n FROM crowds').get()).toEqual({ n: 2 });
  sql.close();
});

it('is readable by its owner alone', () => {
  const stateDir = temporaryDirectory();
  opened(stateDir).close();
  expect(statSync(join(stateDir, 'history.db')).mode & 0o777).toBe(0o600);
});

function foreign(file: string, statement: string): void {
  const sql = new DatabaseSync(file);
  sql.exec(statement);
  sql.close();
}
it.each<[string, (file: string) => void, RegExp]>([
  [
    'is no database',
    (file) => writeFileSync(file, 'x'.repeat(5_000)),
    /the store is damaged: file is not a database.*history\.db.*move the file away/,
  ],
  ['belongs to another program', (file) => foreign(file, 'CREATE TABLE recipes (x)'), /a database of another program/],
  [
    'was written by a newer version',
    (file) => {
      const { database } = openHistoryDatabase(join(file, '..'));
      database?.sql.exec('UPDATE schema_version SET version = 9, min_reader_version = 9');
      database?.sql.close();
    },
    /written by a newer kubemend/,
  ],
])('leaves a file that %s as it is, says so, and keeps the history beside it from then on', (_, spoil, why) => {
  const stateDir = temporaryDirectory();
  const file = join(stateDir, 'history.db');
  spoil(file);
  const before = readFileSync(file);
  for (const round of [0, 1]) {
    const { database, problem } = openHistoryDatabase(stateDir);
    expect(problem).toMatch(why);
    expect(problem).toMatch(/Until then the history is kept in .*history-beside\.db/);
    if (!database) throw new Error('nothing was opened');
    const store = historyStore(database);
    expect([...store.steps()]).toHaveLength(round * 4);
    store.keep([minuteOf(0, ['a'])]);
    store.close();
  }
  expect(readFileSync(file).equals(before)).toBe(true);
});

it('keeps none, and says so, when nothing can be opened', () => {
  const { database, problem } = openHistoryDatabase('/dev/null/state');
  expect(database).toBeUndefined();
  expect(problem).toMatch(/A part of this path is a file.*no history is kept/);
});

it('has every minute that was kept before the process was killed', async () => {
  const stateDir = temporaryDirectory();
  let upTo = 0;
  for (const patienceMs of [150, 230, 310]) {
    const writer = spawn(process.execPath, ['test/faults/history-writer.ts', stateDir], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    writer.stdout.on('data', (text) => {
      said += text;
    });
    await once(writer.stdout, 'data');
    await new Promise((resolve) => setTimeout(resolve, patienceMs));
    writer.kill('SIGKILL');
    await once(writer, 'close');
    upTo = Math.max(upTo, Number(said.trimEnd().split('\n').at(-1)));
    const store = opened(stateDir);
    const kept = [...store.steps()];
    store.close();
    expect(kept.length).toBeGreaterThan(upTo);
    expect(kept.every(({ at, values }) => values.length === 200 && values.every((value) => value === at / MINUTE))).toBe(true);
  }
});
