import { existsSync, mkdirSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { entry, incident } from '../../../../test/contracts/store-records.ts';
import { temporaryDirectory } from '../../../../test/contracts/temporary-directory.ts';
import { fakeClock } from '../../../../test/fakes/clock.ts';
import { openSqliteStore } from './sqlite-store.ts';

const clock = fakeClock();

async function filled() {
  const store = openSqliteStore({ stateDir: temporaryDirectory(), clock });
  onTestFinished(() => store.close());
  await store.commit({ incident: incident('cart'), audit: Array.from({ length: 200 }, (_, n) => entry({ detail: { n } })) });
  return store;
}

describe('a backup', () => {
  it('put in the place of the database is the truth of its moment', async () => {
    const store = await filled();
    const stateDir = join(temporaryDirectory(), 'restored');
    mkdirSync(stateDir);
    await store.backup(join(stateDir, 'copy'));
    await store.commit({ incident: incident('cart', { version: 1 }), audit: [entry()] });
    expect(readdirSync(stateDir)).toEqual(['copy']);
    expect(statSync(join(stateDir, 'copy')).mode & 0o777).toBe(0o600);
    renameSync(join(stateDir, 'copy'), join(stateDir, 'truth.db'));
    const restored = openSqliteStore({ stateDir, clock });
    expect(await restored.incident('cart')).toMatchObject({ version: 1 });
    expect(await restored.verifyAudit()).toMatchObject({ intact: true, rows: 200 });
    await restored.close();
  });
  it('is of one moment though commits go on', async () => {
    const store = await filled();
    const file = join(temporaryDirectory(), 'truth.db');
    const copying = store.backup(file);
    await Promise.all(Array.from({ length: 50 }, () => store.commit({ audit: [entry(), entry()] })));
    await copying;
    const copy = openSqliteStore({ stateDir: join(file, '..'), clock });
    const check = await copy.verifyAudit();
    expect(check).toMatchObject({ intact: true });
    expect(check.intact && check.rows % 2).toBe(0);
    await copy.close();
  });
  it('never takes the place of another file, whatever that is', async () => {
    const store = await filled();
    const directory = temporaryDirectory();
    const file = join(directory, 'precious');
    writeFileSync(file, '');
    await expect(store.backup(file)).rejects.toMatchObject({
      code: 'store-failed',
      message: expect.stringMatching(/exist.*precious.*name another file/s),
    });
    expect(statSync(file).size).toBe(0);
    expect(readdirSync(directory)).toEqual(['precious']);
  });
  it('that fails leaves nothing behind and says where it failed', async () => {
    const store = await filled();
    const file = join(temporaryDirectory(), 'no-such-directory', 'copy.db');
    await expect(store.backup(file)).rejects.toMatchObject({ code: 'store-failed', message: expect.stringContaining(file) });
    expect(existsSync(join(file, '..'))).toBe(false);
  });
  it('beside a half one of a crash is refused, naming it', async () => {
    const store = await filled();
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'copy.partial'), 'half');
    await expect(store.backup(join(directory, 'copy'))).rejects.toMatchObject({ message: expect.stringContaining('copy.partial') });
    expect(readdirSync(directory)).toEqual(['copy.partial']);
  });
  it('that is under way when the store is closed is finished first', async () => {
    const store = await filled();
    const file = join(temporaryDirectory(), 'copy');
    const copying = store.backup(file);
    await store.close();
    await copying;
    expect(statSync(file).size).toBeGreaterThan(0);
  });
});
