import { mkdirSync } from 'node:fs';
import { openSqliteStore } from '../adapters/store/sqlite/sqlite-store.ts';
import { CoreError } from '../core/errors.ts';
import type { Clock, Store } from '../core/ports.ts';
import type { Config } from './config.ts';

/** Opens the store of a state directory, which is made if it is missing. */
export function openStore(config: Pick<Config, 'stateDir'>, clock: Clock): Store {
  try {
    mkdirSync(config.stateDir, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new CoreError(
      'store-failed',
      `the state directory ${config.stateDir} cannot be made (${String(error)}): name another with --state-dir`,
      { cause: error },
    );
  }
  return openSqliteStore({ stateDir: config.stateDir, clock });
}
