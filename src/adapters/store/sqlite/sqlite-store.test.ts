import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { storeContract } from '../../../../test/contracts/store.ts';
import { fakeClock } from '../../../../test/fakes/clock.ts';
import { openSqliteStore } from './sqlite-store.ts';

storeContract('the SQLite store', async () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'kubemend-store-'));
  const open = () => openSqliteStore({ stateDir, clock: fakeClock() });
  const store = open();
  return {
    store,
    another: async () => open(),
    newFile: () => join(stateDir, 'copy.db'),
    async dispose() {
      await store.close();
      rmSync(stateDir, { recursive: true });
    },
  };
});
