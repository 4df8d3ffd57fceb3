import { print } from '../print.ts';
import { type Common, withOperator } from '../with-operator.ts';

/** `backup`. */
export async function backup(common: Common, file: string): Promise<void> {
  await withOperator(common, ({ store }) => store.backup(file));
  print(common.output, { file }, () => `written: ${file}`);
}
