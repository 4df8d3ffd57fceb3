import { type HistoryDatabase, type OpenedHistory, openHistoryDatabase } from '../../adapters/store/history/history-database.ts';
import { type HistoryStore, historyStore, type KeptMinute } from '../../adapters/store/history/history-store.ts';
import type { KeptRow } from '../../adapters/store/history/kept-rows.ts';
import type { SampleBlock, SeriesSubject } from '../../core/model/samples.ts';
import type { Clock, Logger } from '../../core/ports.ts';
import type { MetricColumns } from '../../core/series/metric-columns.ts';
import type { SeriesHistory } from './series-desk.ts';

const MINUTE_MS = 60_000;
const PRUNE_EVERY_MS = 10 * MINUTE_MS;
/** So much of the past is played to the detectors at the start, minute by minute, before the last window comes step by step. */
const WARM_MS = 6 * 60 * MINUTE_MS;
/** After so many rows the event loop gets its turn. */
const ROWS_PER_TURN = 200;

/** Where and how long. */
export interface SeriesHistoryOptions {
  readonly stateDir: string;
  readonly retentionMs: number;
  readonly windowMs: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Keeps the series in `history.db`: every minute of a metric in one commit, so that a crash loses the last minute at most, piece by piece,
 * so that nothing else waits for long. What fails is logged and tried again a minute later.
 */
export function seriesHistory({ stateDir, retentionMs, windowMs, clock, log }: SeriesHistoryOptions): SeriesHistory {
  const opened: OpenedHistory = openHistoryDatabase(stateDir);
  if (opened.problem) log.error('history cannot be used as it is', { error: opened.problem });
  const store = storeOf(opened.database, log);
  const waiting = new Map<string, { readonly columns: MetricColumns; minute: number }>();
  let isReplaying = false;
  let prunedAt = Number.NEGATIVE_INFINITY;
  let isFailing = false;

  /** Waiting until it is kept: whoever stops in between has lost nothing. */
  function* flushing(into: HistoryStore, isDue: (metric: string, minute: number) => boolean): Generator<void> {
    for (const { columns, minute } of [...waiting.values()]) {
      if (!isDue(columns.metric, minute)) continue;
      const told = minuteOf(columns, minute);
      yield;
      if (told) yield* keeping(into, told);
      waiting.delete(columns.metric);
    }
  }
  function* keeping(into: HistoryStore, minute: KeptMinute): Generator<void> {
    try {
      yield* into.naming(minute);
      yield into.keep([minute]);
      if (clock.now() - prunedAt > PRUNE_EVERY_MS) {
        prunedAt = clock.now();
        yield* into.pruning({ minutes: prunedAt - retentionMs, steps: prunedAt - windowMs });
      }
      if (isFailing) log.info('history is kept again', { file: into.file });
      isFailing = false;
    } catch (error) {
      if (!isFailing) log.error('history not kept', { error: String(error) });
      isFailing = true;
    }
  }
  return {
    *closed(columns, step) {
      if (isReplaying || !store) return;
      const minute = Math.floor((step * columns.shape.stepMs) / MINUTE_MS);
      const known = waiting.get(columns.metric);
      if (known && known.minute < minute) yield* flushing(store, (metric, one) => metric === columns.metric || one < minute - 1);
      waiting.set(columns.metric, { columns, minute });
    },
    async replay(take, now) {
      if (!store) return;
      isReplaying = true;
      try {
        await play(store, { since: now - Math.min(WARM_MS, retentionMs), take, clock });
      } catch (error) {
        log.error('history not read', { error: String(error) });
      } finally {
        isReplaying = false;
      }
    },
    stop() {
      if (!store) return;
      for (const _piece of flushing(store, () => true));
      store.close();
    },
  };
}

function storeOf(database: HistoryDatabase | undefined, log: Logger): HistoryStore | undefined {
  try {
    return database && historyStore(database);
  } catch (error) {
    log.error('history cannot be used', { error: String(error) });
    return undefined;
  }
}

async function play(
  store: HistoryStore,
  { since, take, clock }: { readonly since: number; readonly take: (block: SampleBlock) => void; readonly clock: Clock },
): Promise<void> {
  let rows = 0;
  for (const kept of [store.means(since), store.steps()])
    for (const row of kept) {
      take(blockOf(row));
      rows += 1;
      if (rows % ROWS_PER_TURN === 0) await clock.sleep(0);
    }
}

function blockOf({ metric, at, subjects, values }: KeptRow): SampleBlock {
  return { signal: 'samples', source: 'history', metric, at, subjects, values };
}

/** What the columns hold of one minute; undefined when nothing was said in it. */
function minuteOf(columns: MetricColumns, minute: number): KeptMinute | undefined {
  const { stepMs } = columns.shape;
  const first = Math.ceil((minute * MINUTE_MS) / stepMs);
  const last = Math.max(first, Math.ceil(((minute + 1) * MINUTE_MS) / stepMs) - 1);
  const slots = spokenOf(columns, { first, last });
  if (slots.length === 0) return undefined;
  const subjects = slots.map(({ subject }) => subject);
  const samples = new Float64Array((last - first + 1) * slots.length);
  for (let step = first; step <= last; step += 1)
    for (const [index, { slot }] of slots.entries()) samples[(step - first) * slots.length + index] = columns.valueAt(step, slot);
  return { metric: columns.metric, at: first * stepMs, stepMs, subjects, samples, ...summaryOf(samples, slots.length) };
}

function spokenOf(
  columns: MetricColumns,
  { first, last }: { readonly first: number; readonly last: number },
): { readonly slot: number; readonly subject: SeriesSubject }[] {
  const spoken: { slot: number; subject: SeriesSubject }[] = [];
  for (let slot = 0; slot < columns.table.capacity; slot += 1) {
    const subject = columns.table.subjectAt(slot);
    const lastStep = columns.lastStepOf(slot);
    if (subject && lastStep >= first && hasValue(columns, slot, { first, last })) spoken.push({ slot, subject });
  }
  return spoken;
}

function hasValue(columns: MetricColumns, slot: number, { first, last }: { readonly first: number; readonly last: number }): boolean {
  for (let step = first; step <= last; step += 1) if (!Number.isNaN(columns.valueAt(step, slot))) return true;
  return false;
}

function summaryOf(samples: Float64Array, series: number): Pick<KeptMinute, 'mean' | 'low' | 'high'> {
  const mean = new Float32Array(series);
  const low = new Float32Array(series);
  const high = new Float32Array(series);
  for (let index = 0; index < series; index += 1) {
    let count = 0;
    let sum = 0;
    let least = Number.POSITIVE_INFINITY;
    let most = Number.NEGATIVE_INFINITY;
    for (let at = index; at < samples.length; at += series) {
      const value = samples[at] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      count += 1;
      sum += value;
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    mean[index] = sum / count;
    low[index] = least;
    high[index] = most;
  }
  return { mean, low, high };
}
