import { join } from 'node:path';
import { foldersWith, namesIn, neededFile, stemOf } from '../files.ts';
import { joined } from '../joined.ts';
import { type LabelledSeries, type Layout, rulesByStep } from '../labelled-series.ts';
import { matrixOf } from '../number-table.ts';

/** Folders `train`, `test` and `test_label` with a file of the same name for each service, in this folder or those below. */
export const services: Layout = {
  name: 'services',
  about: 'folders train, test and test_label with the same NAME.csv (or .gz), without a row of column names',
  recognises: (dataDir) => rootsIn(dataDir).length > 0,
  read(dataDir, limit) {
    const all = rootsIn(dataDir).flatMap((root) => namesIn(root, 'test').map((name) => seriesOf(root, stemOf(name))));
    return { series: all.slice(0, limit), rules: rulesByStep };
  },
};

function rootsIn(dataDir: string): readonly string[] {
  return foldersWith(dataDir, /^test_label$/).map(({ folder }) => folder);
}

function seriesOf(root: string, name: string): LabelledSeries {
  const [train, test, label] = ['train', 'test', 'test_label'].map((part) => matrixOf(neededFile(join(root, part, `${name}.csv`))));
  return joined({ name, train, test, labels: label?.values });
}
