import type { FailureColumn, FailureTable } from './failure-tables.ts';

/** What a forecast of failures may know of each row before the failure, by row; and what the baselines say of it. */
export interface FailureFeatures {
  readonly names: readonly string[];
  readonly values: Float32Array;
  /** The share of failures among rows with the same request that had ended by then; that of all rows where there are none. */
  readonly signatureRate: Float64Array;
  /** How the row before ended. */
  readonly persistence: Float64Array;
  /** How far ahead of the failure a row is judged. */
  readonly lead: string;
}

/** How much the last row of a request counts in its recent share of failures. */
const RECENT = 0.2;
const DAY_SECONDS = 86_400;

/**
 * Rows whose label comes later are judged when they begin, by their own columns and by how rows with the same ones had ended before. Rows
 * with the label of their own moment are judged one row ahead, by the columns and the label of the row before.
 */
export function failureFeatures(table: FailureTable): FailureFeatures {
  return table.began && table.ended ? atTheBeginning(table, { began: table.began, ended: table.ended }) : oneRowAhead(table);
}

function atTheBeginning(table: FailureTable, times: { began: Float64Array; ended: Float64Array }): FailureFeatures {
  const history = historyOf(table, times);
  const hour: FailureColumn = { name: 'time of day', values: Float32Array.from(times.began, (at) => at % DAY_SECONDS) };
  const columns = [...table.columns, hour, ...history.columns];
  const lifetimes = Array.from(times.ended, (at, row) => at - (times.began[row] ?? 0)).filter(
    (life, row) => table.labels[row] === 1 && life >= 0,
  );
  const median = lifetimes.toSorted((one, other) => one - other)[lifetimes.length >> 1] ?? Number.NaN;
  return {
    ...rowsOf(columns, table.count),
    signatureRate: history.rate,
    persistence: history.latest,
    lead: `judged at creation; half of the failed ones ended ${Math.round(median)} s later or more`,
  };
}

interface Known {
  count: number;
  failures: number;
  recent: number;
}

/** Goes through the rows in the order of their beginning, and learns each label only when its row has ended. */
function historyOf({ labels, columns, count }: FailureTable, { began, ended }: { began: Float64Array; ended: Float64Array }) {
  const byEnd = Array.from({ length: count }, (_, row) => row).sort((one, other) => (ended[one] ?? 0) - (ended[other] ?? 0));
  const keys = Array.from({ length: count }, (_, row) => columns.map(({ values }) => values[row]).join());
  const known = new Map<string, Known>();
  const all = nothingKnown();
  const of = { rate: new Float64Array(count), latest: new Float64Array(count) };
  const kind = { share: new Float32Array(count), seen: new Float32Array(count), recent: new Float32Array(count) };
  let [next, latest] = [0, 0];
  for (let row = 0; row < count; row++) {
    for (; next < count && (ended[byEnd[next] ?? 0] ?? 0) <= (began[row] ?? 0); next++) {
      const past = byEnd[next] ?? 0;
      latest = labels[past] ?? 0;
      learn(all, latest);
      learn(kept(known, keys[past] ?? ''), latest);
    }
    const own = known.get(keys[row] ?? '') ?? nothingKnown();
    kind.share[row] = shareOf(own, Number.NaN);
    kind.seen[row] = own.count;
    kind.recent[row] = own.recent;
    of.rate[row] = shareOf(own, shareOf(all, 0));
    of.latest[row] = latest;
  }
  const named = {
    'share of failures of its kind': kind.share,
    'ended ones of its kind': kind.seen,
    'recent share of failures of its kind': kind.recent,
  };
  return { ...of, columns: Object.entries(named).map(([name, values]) => ({ name, values })) };
}

function nothingKnown(): Known {
  return { count: 0, failures: 0, recent: Number.NaN };
}

function shareOf({ count, failures }: Known, otherwise: number): number {
  return count > 0 ? failures / count : otherwise;
}

function kept(known: Map<string, Known>, key: string): Known {
  const own = known.get(key) ?? nothingKnown();
  known.set(key, own);
  return own;
}

function learn(known: Known, label: number): void {
  known.recent = known.count === 0 ? label : known.recent + RECENT * (label - known.recent);
  known.count++;
  known.failures += label;
}

function oneRowAhead(table: FailureTable): FailureFeatures {
  const before = (values: ArrayLike<number>) => Float32Array.from({ length: table.count }, (_, row) => values[row - 1] ?? Number.NaN);
  const columns = table.columns.map(({ name, values }) => ({ name: `${name} of the row before`, values: before(values) }));
  const label = { name: 'failure of the row before', values: before(table.labels) };
  let failures = 0;
  const rate = Float64Array.from(table.labels, (one, row) => {
    const share = failures / Math.max(1, row);
    failures += one;
    return share;
  });
  const persistence = Float64Array.from(label.values, (value) => (Number.isNaN(value) ? 0 : value));
  return { ...rowsOf([...columns, label], table.count), signatureRate: rate, persistence, lead: 'judged one row ahead' };
}

function rowsOf(columns: readonly FailureColumn[], count: number): Pick<FailureFeatures, 'names' | 'values'> {
  const values = new Float32Array(count * columns.length);
  columns.forEach((column, f) => {
    for (let row = 0; row < count; row++) values[row * columns.length + f] = column.values[row] ?? Number.NaN;
  });
  return { names: columns.map(({ name }) => name), values };
}
