import { join } from 'node:path';
import { foldersWith, neededFile, stemOf } from '../files.ts';
import { joined } from '../joined.ts';
import { type LabelledSeries, type Layout, rulesByStep } from '../labelled-series.ts';
import { matrixOf } from '../number-table.ts';

const isTest = /_test\.csv(?:\.gz)?$/;

/** For each server NAME_train, NAME_test and NAME_test_label, in this folder or those below. */
export const servers: Layout = {
  name: 'servers',
  about: 'NAME_train.csv, NAME_test.csv and NAME_test_label.csv (or .gz), without a row of column names',
  recognises: (dataDir) => foldersWith(dataDir, isTest).length > 0,
  read(dataDir, limit) {
    const stems = foldersWith(dataDir, isTest).flatMap(({ folder, names }) =>
      names.map((name) => join(folder, stemOf(name).slice(0, -'_test'.length))),
    );
    return { series: stems.slice(0, limit).map(seriesOf), rules: rulesByStep };
  },
};

function seriesOf(stem: string): LabelledSeries {
  const [train, test, label] = ['train', 'test', 'test_label'].map((part) => matrixOf(neededFile(`${stem}_${part}.csv`)));
  return joined({ name: stemOf(stem), train, test, labels: label?.values });
}
