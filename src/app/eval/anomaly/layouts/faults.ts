import { join } from 'node:path';
import { namesIn, packedOrPlain, stemOf } from '../files.ts';
import type { EventRules, LabelledSeries, Layout } from '../labelled-series.ts';
import { instantsOf, numbersOf, type Table, tableOf } from '../number-table.ts';
import { stepOf } from '../step-of.ts';

const isEvents = /-events\.csv(?:\.gz)?$/;
const isPod = /^pod-.*\.csv(?:\.gz)?$/;
const rules: EventRules = { within: Number.POSITIVE_INFINITY, after: 5, gap: 5, piece: 6 };

interface Fault {
  readonly target: string;
  readonly from: number;
  readonly to: number;
}

/** Injected faults: `normal/pod-*.csv` to learn from, `NAME/pod-*.csv` with faults, and what was done to whom in `NAME-events.csv`. */
export const faults: Layout = {
  name: 'faults',
  about: 'normal/pod-POD.csv, NAME/pod-POD.csv and NAME-events.csv (time, duration_s, target)',
  recognises: (dataDir) => namesIn(dataDir).some((name) => isEvents.test(name)),
  read(dataDir, limit) {
    const series = namesIn(dataDir)
      .filter((name) => isEvents.test(name))
      .flatMap((events) => {
        const injected = faultsOf(join(dataDir, events));
        const run = stemOf(events).replace(/-events$/, '');
        return namesIn(dataDir, run).flatMap((file) => (isPod.test(file) ? [seriesOf(dataDir, { run, file, injected })] : []));
      });
    return { series: series.slice(0, limit), rules: () => rules, isOneSystem: true, isWarmUpHealthy: true };
  },
};

function faultsOf(file: string): readonly Fault[] {
  const table = tableOf(file, ['time', 'duration_s', 'target']);
  const lengths = numbersOf(table, 'duration_s');
  const target = table.columns.indexOf('target');
  return Array.from(instantsOf(file, table, 'time'), (from, n) => ({
    from,
    to: from + (lengths[n] ?? 0) * 1000,
    target: table.rows[n]?.[target] ?? '',
  }));
}

/** What belongs together: the run with faults, a pod's file in it, and what was done. */
interface Injection {
  readonly run: string;
  readonly file: string;
  readonly injected: readonly Fault[];
}

function seriesOf(dataDir: string, { run, file, injected }: Injection): LabelledSeries {
  const name = stemOf(file).replace(/^pod-/, '');
  const path = join(dataDir, run, file);
  const normal = packedOrPlain(join(dataDir, 'normal', `${stemOf(file)}.csv`));
  const parts = [...(normal === undefined ? [] : [normal]), path].map((part) => ({ part, table: tableOf(part, ['time']) }));
  const metrics = (parts[0]?.table.columns ?? []).filter((column) => column !== 'time');
  const at = Float64Array.from(parts.flatMap(({ part, table }) => [...instantsOf(part, table, 'time')]));
  const own = injected.filter(({ target }) => target === name);
  return {
    name: `${run}/${name}`,
    stepMs: stepOf(at),
    at,
    dims: metrics.length,
    values: Float64Array.from(parts.flatMap(({ table }) => [...rowsOf(table, metrics)])),
    labels: Uint8Array.from(at, (instant) => (own.some(({ from, to }) => instant >= from && instant <= to) ? 1 : 0)),
    scoredFrom: at.length - (parts.at(-1)?.table.rows.length ?? 0),
  };
}

function rowsOf(table: Table, metrics: readonly string[]): Float64Array {
  const columns = metrics.map((metric) => numbersOf(table, metric));
  return Float64Array.from({ length: table.rows.length * metrics.length }, (_, cell) => {
    return columns[cell % metrics.length]?.[Math.floor(cell / metrics.length)] ?? Number.NaN;
  });
}
