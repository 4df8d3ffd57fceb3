import { type SeriesSubject, seriesKey } from '../../../core/model/samples.ts';
import { transaction } from '../sqlite/commit-queue.ts';
import { guarded } from '../sqlite/store-error.ts';
import type { HistoryDatabase } from './history-database.ts';
import { type KeptRow, rowReader } from './kept-rows.ts';

/** What one metric's series were in one minute: by series the mean, the lowest and the highest value, and every step as it was. */
export interface KeptMinute {
  readonly metric: string;
  /** The beginning of the minute, epoch milliseconds. */
  readonly at: number;
  readonly stepMs: number;
  readonly subjects: readonly SeriesSubject[];
  readonly mean: Float32Array;
  readonly low: Float32Array;
  readonly high: Float32Array;
  /** All series of the first step, then all of the second: NaN is missing. */
  readonly samples: Float64Array;
}

/**
 * The series of the last days at one-minute resolution (mean, lowest, highest: 12 bytes a series and minute, and 4 more when pods come and
 * go), and of the last while at full resolution, so that a restart has its windows back as they were. Throws `store-failed` and
 * `store-corrupt`.
 */
export interface HistoryStore {
  readonly file: string;
  /** Keeps minutes in one commit, which a crash of the process survives; a power cut may lose the last of them. */
  keep(minutes: readonly KeptMinute[]): void;
  /** The means from `since` on, one per minute, up to where the steps begin; oldest first. */
  means(since: number): Iterable<KeptRow>;
  /** Every step that is kept at full resolution, oldest first. */
  steps(): Iterable<KeptRow>;
  /** Forgets the minutes before `minutes` and the steps before `steps`; both are epoch milliseconds. */
  prune(before: { readonly minutes: number; readonly steps: number }): void;
  close(): void;
}

const DAY_MS = 24 * 60 * 60_000;

/** The store on a database that is open. */
export function historyStore({ file, sql }: HistoryDatabase): HistoryStore {
  const doing = (what: string) => ({ doing: what, file });
  const add = {
    series: sql.prepare(
      'INSERT INTO series (identity, subject, last_at) VALUES (?, ?, ?) ON CONFLICT (identity) DO UPDATE SET last_at = excluded.last_at RETURNING id',
    ),
    crowd: sql.prepare('INSERT INTO crowds (ids, last_at) VALUES (?, ?) RETURNING id'),
    minute: sql.prepare('INSERT OR REPLACE INTO minutes (metric, at, crowd, mean, low, high) VALUES (?, ?, ?, ?, ?, ?)'),
    steps: sql.prepare('INSERT OR REPLACE INTO steps (metric, at, step_ms, crowd, samples) VALUES (?, ?, ?, ?, ?)'),
    stillThere: sql.prepare('UPDATE crowds SET last_at = ? WHERE id = ?'),
    stillHeard: sql.prepare('UPDATE series SET last_at = ? WHERE id = ?'),
  };
  const ids = new Map<string, number>();
  const crowds = new Map<string, Crowd>();

  function idOf(subject: SeriesSubject, at: number): number {
    const identity = `${seriesKey(subject)}@${subject.ref.uid ?? ''}`;
    const known = ids.get(identity);
    if (known !== undefined) return known;
    const id = Number(add.series.get(identity, JSON.stringify(subject), at)?.id);
    ids.set(identity, id);
    return id;
  }
  function crowdOf({ metric, subjects, at }: KeptMinute): number {
    const last = crowds.get(metric);
    const members = Int32Array.from(subjects, (subject) => idOf(subject, at));
    if (last && isSame(last.members, members)) {
      add.stillThere.run(at, last.id);
      return last.id;
    }
    const id = Number(add.crowd.get(bytesOf(members), at)?.id);
    crowds.set(metric, { id, members });
    return id;
  }
  function keepOne(minute: KeptMinute): void {
    const { metric, at, stepMs, mean, low, high, samples } = minute;
    const crowd = crowdOf(minute);
    add.minute.run(metric, at, crowd, bytesOf(mean), bytesOf(low), bytesOf(high));
    add.steps.run(metric, at, stepMs, crowd, bytesOf(samples));
  }
  const reader = rowReader({ file, sql });
  return {
    file,
    keep(minutes) {
      try {
        transaction(sql, doing('keeping the history'), () => minutes.forEach(keepOne));
      } catch (error) {
        ids.clear(); // what was given out in a transaction that was taken back
        crowds.clear();
        throw error;
      }
    },
    means: (since) => reader.means(since),
    steps: () => reader.steps(),
    prune(before) {
      transaction(sql, doing('pruning the history'), () => {
        for (const { id, members } of crowds.values()) {
          add.stillThere.run(before.steps, id);
          for (const member of members) add.stillHeard.run(before.steps, member);
        }
        sql.prepare('DELETE FROM minutes WHERE at < ?').run(before.minutes);
        sql.prepare('DELETE FROM steps WHERE at < ?').run(before.steps);
        sql.prepare('DELETE FROM crowds WHERE last_at < ?').run(before.minutes);
        sql.prepare('DELETE FROM series WHERE last_at < ?').run(before.minutes - DAY_MS);
      });
      const current = new Set([...crowds.values()].flatMap(({ members }) => [...members]));
      for (const [identity, id] of ids) if (!current.has(id)) ids.delete(identity);
    },
    close: () => guarded(doing('closing the history'), () => sql.close()),
  };
}

interface Crowd {
  readonly id: number;
  readonly members: Int32Array;
}

function isSame(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((id, index) => id === b[index]);
}

function bytesOf(array: Int32Array | Float32Array | Float64Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
