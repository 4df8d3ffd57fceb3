import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { jsonOf, neededFile } from '../files.ts';
import { type LabelledSeries, type Layout, probation, rulesByStep } from '../labelled-series.ts';
import { instantOf, instantsOf, numbersOf, tableOf } from '../number-table.ts';
import { refusal } from '../refusal.ts';
import { stepOf } from '../step-of.ts';

const Windows = z.record(z.string(), z.array(z.tuple([z.string(), z.string()])));

function windowsFile(dataDir: string): string {
  return join(dataDir, 'labels', 'combined_windows.json');
}

/** The Numenta Anomaly Benchmark: `data/KIND/NAME.csv` and the windows of `labels/combined_windows.json`. */
export const nab: Layout = {
  name: 'nab',
  about: 'NAB: labels/combined_windows.json and data/KIND/NAME.csv with timestamp,value',
  recognises: (dataDir) => existsSync(windowsFile(dataDir)),
  read(dataDir, limit) {
    const file = windowsFile(dataDir);
    const parsed = Windows.safeParse(jsonOf(file));
    if (!parsed.success) throw refusal(file, z.prettifyError(parsed.error));
    const entries = Object.entries(parsed.data).toSorted(([one], [other]) => (one < other ? -1 : 1));
    return { series: entries.slice(0, limit).map(([name, windows]) => seriesOf(dataDir, name, windows)), rules: rulesByStep };
  },
};

function seriesOf(dataDir: string, name: string, windows: z.output<typeof Windows>[string]): LabelledSeries {
  const file = neededFile(join(dataDir, 'data', name));
  const table = tableOf(file, ['timestamp', 'value']);
  const at = instantsOf(file, table, 'timestamp');
  const spans = windows.map(([from, to]) => [instantOf(from), instantOf(to)] as const);
  return {
    name,
    stepMs: stepOf(at),
    at,
    dims: 1,
    values: numbersOf(table, 'value'),
    labels: Uint8Array.from(at, (instant) => (spans.some(([from, to]) => instant >= from && instant <= to) ? 1 : 0)),
    scoredFrom: probation(at.length),
  };
}
