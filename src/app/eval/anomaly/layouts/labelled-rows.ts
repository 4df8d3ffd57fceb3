import { join } from 'node:path';
import { foldersWith, stemOf, textOf } from '../files.ts';
import { type LabelledSeries, type Layout, probation, rulesByStep } from '../labelled-series.ts';
import { instantsOf, numbersOf, tableOf } from '../number-table.ts';
import { stepOf } from '../step-of.ts';

const COLUMNS = ['TimeStamp', 'Value', 'Label'];
const isCsv = /\.csv(?:\.gz)?$/;

/** Folders of CSV with the columns TimeStamp, Value and Label, of any step; there is no part to learn from. */
export const labelledRows: Layout = {
  name: 'labelled-rows',
  about: 'folders of CSV with TimeStamp,Value,Label',
  recognises: (dataDir) => filesIn(dataDir).length > 0,
  read: (dataDir, limit) => ({ series: filesIn(dataDir).slice(0, limit).map(seriesOf), rules: rulesByStep }),
};

function filesIn(dataDir: string): readonly string[] {
  const files = foldersWith(dataDir, isCsv).flatMap(({ folder, names }) => names.map((name) => join(folder, name)));
  return files[0] !== undefined && textOf(files[0]).replaceAll('"', '').startsWith(COLUMNS.join(',')) ? files : [];
}

function seriesOf(file: string): LabelledSeries {
  const table = tableOf(file, COLUMNS);
  const at = instantsOf(file, table, 'TimeStamp');
  return {
    name: stemOf(file),
    stepMs: stepOf(at),
    at,
    dims: 1,
    values: numbersOf(table, 'Value'),
    labels: Uint8Array.from(numbersOf(table, 'Label')),
    scoredFrom: probation(at.length),
  };
}
