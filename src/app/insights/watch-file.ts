import { renameSync, writeFileSync } from 'node:fs';
import { systemClock } from '../../adapters/system/clock.ts';
import { CoreError } from '../../core/errors.ts';
import { nap } from '../../core/nap.ts';
import type { Clock } from '../../core/ports.ts';
import { csvTail } from './csv-tail.ts';
import type { PodInsights } from './insight.ts';
import { type FirstSeen, insightsOf } from './make-insights.ts';
import { historyBook } from './pod-history.ts';

/** What watching a file needs. */
export interface WatchParts {
  readonly inputFile: string;
  /** Written anew after each look, whole. */
  readonly outputFile: string;
  readonly alertThreshold: number;
  readonly watchIntervalMs: number;
  readonly clock?: Clock;
  /** Told after each look, with what was wrong with rows since the one before. */
  readonly onLook: (insights: PodInsights, problems: readonly string[]) => void;
}

/** Follows a growing CSV file and writes what it shows, until the signal is aborted or `looks` are over. Throws `bad-usage`, `store-failed`. */
export async function watchFile(
  parts: WatchParts,
  signal: AbortSignal,
  looks = Number.POSITIVE_INFINITY,
): Promise<PodInsights | undefined> {
  const { inputFile, outputFile, alertThreshold, watchIntervalMs, clock = systemClock, onLook } = parts;
  const tail = csvTail(inputFile);
  const book = historyBook();
  const firstSeen: FirstSeen = new Map();
  let rowsRead = 0;
  let last: PodInsights | undefined;
  for (let look = 0; look < looks && !signal.aborted; look += 1) {
    if (look > 0) await nap(clock, watchIntervalMs, signal);
    if (signal.aborted) break;
    const badBefore = tail.bad.rows;
    const rows = tail.read();
    const problems = [...book.enter(rows), ...(tail.bad.rows > badBefore && tail.bad.why !== undefined ? [tail.bad.why] : [])];
    rowsRead += rows.length;
    const insights = insightsOf(book, alertThreshold, firstSeen);
    const pods = new Set(book.pods(Number.POSITIVE_INFINITY).map(({ namespace, pod }) => `${namespace}/${pod}`)).size;
    last = { version: 1, writtenAt: clock.now(), inputFile, rowsRead, rowsBad: tail.bad.rows, pods, alertThreshold, insights };
    writeWhole(outputFile, last);
    onLook(last, problems);
  }
  return last;
}

/** A reader sees the old one or the new one, never half. */
function writeWhole(file: string, insights: PodInsights): void {
  try {
    writeFileSync(`${file}.new`, `${JSON.stringify(insights, null, 2)}\n`);
    renameSync(`${file}.new`, file);
  } catch (error) {
    throw new CoreError('store-failed', `${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
