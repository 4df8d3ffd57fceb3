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
  /** Gives the series of a minute their numbers ahead of it, some for each turn, in commits of their own: then keeping it is short. */
  naming(minute: Pick<KeptMinute, 'metric' | 'subjects' | 'at'>): Iterable<void>;
  /** Keeps minutes in one commit, which a crash of the process survives; a power cut may lose the last of them. */
  keep(minutes: readonly KeptMinute[]): void;
  /** The means from `since` on, one per minute, up to where the steps begin; oldest first. */
  means(since: number): Iterable<KeptRow>;
  /** Every step that is kept at full resolution, oldest first. */
  steps(): Iterable<KeptRow>;
  /** Forgets the minutes before `minutes` and the steps before `steps`, in several turns; both are epoch milliseconds. */
  pruning(before: { readonly minutes: number; readonly steps: number }): Iterable<void>;
  close(): void;
}

const DAY_MS = 24 * 60 * 60_000;
/** So many series are written of in one turn. */
const SERIES_PER_TURN = 1_000;

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
    if (last && isSame(last.subjects, subjects)) {
      add.stillThere.run(at, last.id);
      return last.id;
    }
    const members = Int32Array.from(subjects, (subject) => idOf(subject, at));
    if (last && isSame(last.members, members)) {
      add.stillThere.run(at, last.id);
      crowds.set(metric, { ...last, subjects });
      return last.id;
    }
    const id = Number(add.crowd.get(bytesOf(members), at)?.id);
    crowds.set(metric, { id, members, subjects });
    return id;
  }
  function keepOne(minute: KeptMinute): void {
    const { metric, at, stepMs, mean, low, high, samples } = minute;
    const crowd = crowdOf(minute);
    add.minute.run(metric, at, crowd, bytesOf(mean), bytesOf(low), bytesOf(high));
    add.steps.run(metric, at, stepMs, crowd, bytesOf(samples));
  }
  function kept(what: string, work: () => void): void {
    try {
      transaction(sql, doing(what), work);
    } catch (error) {
      ids.clear(); // what was given out in a transaction that was taken back
      crowds.clear();
      throw error;
    }
  }
  const reader = rowReader({ file, sql });
  return {
    file,
    *naming({ metric, subjects, at }) {
      if (isSame(crowds.get(metric)?.subjects ?? [], subjects)) return;
      for (const some of inTurns(subjects)) yield kept('naming series', () => some.forEach((subject) => void idOf(subject, at)));
    },
    keep: (minutes) => kept('keeping the history', () => minutes.forEach(keepOne)),
    means: (since) => reader.means(since),
    steps: () => reader.steps(),
    *pruning(before) {
      const current = new Set([...crowds.values()].flatMap(({ members }) => [...members]));
      for (const some of inTurns([...current]))
        yield kept('pruning the history', () => some.forEach((member) => void add.stillHeard.run(before.steps, member)));
      yield kept('pruning the history', () => {
        for (const { id } of crowds.values()) add.stillThere.run(before.steps, id);
      });
      for (const [table, last, than] of [
        ['minutes', 'at', before.minutes],
        ['steps', 'at', before.steps],
        ['crowds', 'last_at', before.minutes],
        ['series', 'last_at', before.minutes - DAY_MS],
      ] as const)
        yield kept('pruning the history', () => void sql.prepare(`DELETE FROM ${table} WHERE ${last} < ?`).run(than));
      for (const [identity, id] of ids) if (!current.has(id)) ids.delete(identity);
    },
    close: () => guarded(doing('closing the history'), () => sql.close()),
  };
}

interface Crowd {
  readonly id: number;
  readonly members: Int32Array;
  readonly subjects: readonly SeriesSubject[];
}

function isSame(a: ArrayLike<unknown>, b: ArrayLike<unknown>): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index += 1) if (a[index] !== b[index]) return false;
  return true;
}

function* inTurns<One>(all: readonly One[]): Generator<readonly One[]> {
  for (let from = 0; from < all.length; from += SERIES_PER_TURN) yield all.slice(from, from + SERIES_PER_TURN);
}

function bytesOf(array: Int32Array | Float32Array | Float64Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
