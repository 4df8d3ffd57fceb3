import { join } from 'node:path';
import { namesIn, stemOf } from '../files.ts';
import { type LabelledSeries, type Layout, probation, rulesByStep } from '../labelled-series.ts';
import { numbersOf, type Table, tableOf } from '../number-table.ts';

const NEEDED = ['timestamp', 'pod_name', 'event_type'];
const isMetrics = /metrics.*\.csv(?:\.gz)?$/;

/** A CSV of pods' metrics with what happened in each row; any `event_type` but Normal is taken for trouble. */
export const podTable: Layout = {
  name: 'pod-table',
  about: 'a CSV with metrics in its name and timestamp, pod_name, event_type and numbers as columns',
  recognises: (dataDir) => filesIn(dataDir).length > 0,
  read: (dataDir, limit) => ({
    series: filesIn(dataDir)
      .slice(0, limit)
      .map((name) => seriesOf(join(dataDir, name))),
    rules: rulesByStep,
  }),
};

function filesIn(dataDir: string): readonly string[] {
  return namesIn(dataDir).filter((name) => isMetrics.test(name));
}

/** The rows in the order of the file, a minute apart: many rows of one instant have no order of their own. */
function seriesOf(file: string): LabelledSeries {
  const table = tableOf(file, NEEDED);
  const metrics = table.columns.filter((column) => !NEEDED.includes(column) && isNumber(table, column));
  const columns = metrics.map((metric) => numbersOf(table, metric));
  const type = table.columns.indexOf('event_type');
  return {
    name: stemOf(file),
    stepMs: 60_000,
    at: Float64Array.from(table.rows, (_, i) => i * 60_000),
    dims: metrics.length,
    values: Float64Array.from({ length: table.rows.length * metrics.length }, (_, cell) => {
      return columns[cell % metrics.length]?.[Math.floor(cell / metrics.length)] ?? Number.NaN;
    }),
    labels: Uint8Array.from(table.rows, (row) => (row[type] === 'Normal' ? 0 : 1)),
    scoredFrom: probation(table.rows.length),
  };
}

function isNumber(table: Table, column: string): boolean {
  return !Number.isNaN(numbersOf(table, column)[0] ?? Number.NaN);
}
