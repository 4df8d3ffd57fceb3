import { join } from 'node:path';
import { z } from 'zod';
import { jsonOf, namesIn, neededFile } from '../files.ts';
import { type LabelledSeries, type Layout, rulesByStep } from '../labelled-series.ts';
import { numbersOf, tableOf } from '../number-table.ts';
import { refusal } from '../refusal.ts';

const Meta = z.record(z.string(), z.object({ n_train: z.number(), interval_s: z.number(), start_ts: z.number() }));

/** `meta.json`, and for each name in it a CSV with the columns value and label; the first n_train rows warm up. */
export const kpi: Layout = {
  name: 'kpi',
  about: 'meta.json (n_train, interval_s, start_ts by name) and NAME.csv.gz with value,label',
  recognises: (dataDir) => namesIn(dataDir).includes('meta.json'),
  read(dataDir, limit) {
    const file = join(dataDir, 'meta.json');
    const parsed = Meta.safeParse(jsonOf(file));
    if (!parsed.success) throw refusal(file, z.prettifyError(parsed.error));
    const entries = Object.entries(parsed.data).toSorted(([one], [other]) => (one < other ? -1 : 1));
    return { series: entries.slice(0, limit).map(([name, meta]) => seriesOf(dataDir, name, meta)), rules: rulesByStep };
  },
};

function seriesOf(dataDir: string, name: string, meta: z.output<typeof Meta>[string]): LabelledSeries {
  const table = tableOf(neededFile(join(dataDir, `${name}.csv`)), ['value', 'label']);
  const stepMs = meta.interval_s * 1000;
  const values = numbersOf(table, 'value');
  return {
    name,
    stepMs,
    at: values.map((_, i) => meta.start_ts * 1000 + i * stepMs),
    dims: 1,
    values,
    labels: Uint8Array.from(numbersOf(table, 'label')),
    scoredFrom: meta.n_train,
  };
}
