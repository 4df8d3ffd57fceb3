import type { CsvRow } from './csv-tail.ts';
import type { Point } from './trends.ts';

/** The rows of one pod, newest last, as far back as judging needs them. */
export interface PodHistory {
  readonly namespace: string;
  readonly pod: string;
  readonly podUid: string | undefined;
  readonly workload: string | undefined;
  readonly rows: readonly HistoryRow[];
}

/** One row with its instant, epoch milliseconds. */
export interface HistoryRow {
  readonly at: number;
  readonly cells: CsvRow;
}

/** Longer ago says nothing about now. */
const KEEP_MS = 60 * 60_000;
/** So many pods are kept; those whose last row is oldest go first. */
const MOST_PODS = 5_000;

/** Sorts rows by pod: pods never stand in one sequence with others, and one of the same name with another uid is another. */
export interface HistoryBook {
  /** Enters rows. Gives why rows could not be entered, one line each. */
  enter(rows: readonly CsvRow[]): readonly string[];
  /** Those with rows within the last `withinMs` before the newest row. */
  pods(withinMs: number): readonly PodHistory[];
  /** The instant of the newest row. */
  newestAt(): number;
}

/** Makes an empty book. */
export function historyBook(): HistoryBook {
  const pods = new Map<string, { head: CsvRow; rows: HistoryRow[] }>();
  let newestAt = Number.NEGATIVE_INFINITY;

  function enterOne(cells: CsvRow): string | undefined {
    const at = instantOf(cells.timestamp);
    const { pod, namespace = '', pod_uid: uid = '' } = cells;
    if (at === undefined) return `the timestamp ${JSON.stringify(cells.timestamp ?? '')} is none: ISO 8601 or epoch seconds are read`;
    if (!pod) return 'a row names no pod';
    const key = `${namespace}/${pod}/${uid}`;
    const entry = pods.get(key) ?? { head: cells, rows: [] };
    const last = entry.rows.at(-1);
    if (last && at <= last.at) return undefined; // the same round again, or from before: a file may be read twice
    entry.rows.push({ at, cells });
    entry.head = cells;
    while ((entry.rows[0]?.at ?? at) < at - KEEP_MS) entry.rows.shift();
    pods.delete(key);
    pods.set(key, entry);
    newestAt = Math.max(newestAt, at);
    return undefined;
  }

  return {
    enter(rows) {
      const problems = rows.flatMap((row) => enterOne(row) ?? []);
      for (const key of pods.keys()) {
        if (pods.size <= MOST_PODS) break;
        pods.delete(key);
      }
      return problems;
    },
    pods: (withinMs) =>
      [...pods.values()].flatMap(({ head, rows }) =>
        (rows.at(-1)?.at ?? 0) < newestAt - withinMs
          ? []
          : [
              {
                namespace: head.namespace ?? '',
                pod: head.pod ?? '',
                podUid: head.pod_uid || undefined,
                workload: head.workload || undefined,
                rows,
              },
            ],
      ),
    newestAt: () => newestAt,
  };
}

/** ISO 8601, or epoch seconds or milliseconds. */
function instantOf(text = ''): number | undefined {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) * (Number(text) < 1e11 ? 1000 : 1) : Date.parse(text);
  return Number.isFinite(value) ? value : undefined;
}

/** The figures of a column, missing ones as NaN. */
export function pointsOf({ rows }: PodHistory, column: string): readonly Point[] {
  return rows.map(({ at, cells }) => ({ at, value: figureOf(cells[column]) }));
}

/** A figure of a row; NaN when the cell is empty, not there or no number. */
export function figureOf(cell: string | undefined): number {
  return cell === undefined || cell.trim() === '' ? Number.NaN : Number(cell);
}

/** The text of a cell in the newest row. */
export function lastText({ rows }: PodHistory, column: string): string {
  return rows.at(-1)?.cells[column] ?? '';
}
