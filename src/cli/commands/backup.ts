import { loadConfig } from '../../app/config.ts';
import { backUpHistory } from '../../app/series/back-up-history.ts';
import { print } from '../print.ts';
import { type Common, withOperator } from '../with-operator.ts';

/** `backup`: the truth, and then the history of the series where there is one. */
export async function backup(common: Common, file: string): Promise<void> {
  await withOperator(common, ({ store }) => store.backup(file));
  const { stateDir } = loadConfig({ stateDir: common.stateDir, config: common.config }, process.env);
  const history = await backUpHistory(stateDir, file);
  print(common.output, { file, ...(history !== undefined && { history }) }, () =>
    [file, history].flatMap((name) => (name === undefined ? [] : [`written: ${name}`])).join('\n'),
  );
}
