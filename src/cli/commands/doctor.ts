import { loadConfig } from '../../app/config.ts';
import { checkSetup } from '../../app/setup-checks.ts';
import { print } from '../print.ts';
import type { Common } from '../with-operator.ts';

/** `doctor`: one line per connection and permission; exit 3 when something cannot be reached, 1 when it can but is wrong. */
export async function doctor(common: Common, flags: Readonly<Record<string, unknown>>): Promise<void> {
  const config = loadConfig(
    { ...pick(flags, ['kubeconfig', 'context', 'ownNamespace', 'prometheusUrl']), stateDir: common.stateDir, config: common.config },
    process.env,
  );
  const checks = await checkSetup(config);
  if (checks.some((check) => check.state === 'wrong')) process.exitCode = 1;
  if (checks.some((check) => check.state === 'unreached')) process.exitCode = 3;
  const mark = { fine: 'ok   ', off: 'off  ', wrong: 'WRONG', unreached: 'DOWN ' } as const;
  print(common.output, checks, () =>
    checks
      .map((check) => `${mark[check.state]} ${check.what}: ${check.says}${check.mend === undefined ? '' : ` -> ${check.mend}`}`)
      .join('\n'),
  );
}

function pick(flags: Readonly<Record<string, unknown>>, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(keys.flatMap((key) => (flags[key] === undefined ? [] : [[key, flags[key]]])));
}
