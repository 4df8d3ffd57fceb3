import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { openSqliteStore } from '../../src/adapters/store/sqlite/sqlite-store.ts';
import { temporaryDirectory } from '../contracts/temporary-directory.ts';
import { fakeClock } from '../fakes/clock.ts';

const KILLS = 20;

/** Lets the writer commit until `killAfterMs` after its first acknowledged row, kills it, and returns the acknowledged ids. */
async function writeAndDie(stateDir: string, killAfterMs: number): Promise<readonly string[]> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'store-writer.ts'), stateDir, '1000000'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  const exited = once(child, 'exit');
  const first = once(child.stdout, 'data');
  child.stdout.setEncoding('utf8').on('data', (text) => {
    printed += text;
  });
  await first;
  await delay(killAfterMs);
  child.kill('SIGKILL');
  const [, signal] = await exited;
  expect(signal).toBe('SIGKILL');
  // What follows the last line end was cut off by the kill.
  return printed.slice(0, printed.lastIndexOf('\n')).split('\n');
}

it(`has every acknowledged row and an intact chain after each of ${KILLS} kills at random moments`, async () => {
  const stateDir = temporaryDirectory();
  const acknowledged: string[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    acknowledged.push(...(await writeAndDie(stateDir, Math.random() * 150)));
    const store = openSqliteStore({ stateDir, clock: fakeClock() });
    const stored = new Set((await store.audit({})).map((row) => row.entry.incidentId));
    expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
    expect(await store.verifyAudit()).toMatchObject({ intact: true, rows: stored.size });
    expect(await store.incidents({ since: 0 })).toHaveLength(stored.size);
    await store.close();
  }
  expect(acknowledged.length).toBeGreaterThan(KILLS);
}, 120_000);
