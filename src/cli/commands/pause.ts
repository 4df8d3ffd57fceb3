import * as app from '../../app/operator.ts';
import { CoreError } from '../../core/errors.ts';
import { print } from '../print.ts';
import { type Common, withOperator } from '../with-operator.ts';

const SCOPE = /^(cluster|namespace:[a-z0-9-]+|node:[a-z0-9.-]+)$/;

/** `pause`. */
export async function pause(common: Common, { scope, reason }: { readonly scope: string; readonly reason: string }): Promise<void> {
  check(scope);
  await withOperator(common, (operator) => app.pause(scope, reason, operator));
  print(
    common.output,
    { scope, paused: true },
    () => `paused: ${scope}. Nothing new is done there until \`kubemend resume --scope ${scope}\`.`,
  );
}

/** `resume`. */
export async function resume(common: Common, { scope }: { readonly scope: string }): Promise<void> {
  check(scope);
  await withOperator(common, (operator) => app.resume(scope, operator));
  print(common.output, { scope, paused: false }, () => `resumed: ${scope}`);
}

function check(scope: string): void {
  if (!SCOPE.test(scope)) throw new CoreError('bad-usage', `--scope ${scope}: write cluster, namespace:NAME or node:NAME`);
}
