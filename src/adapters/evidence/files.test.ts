import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../../../test/contracts/temporary-directory.ts';
import { fileEvidence } from './files.ts';

const MIB = 2 ** 20;

describe('an evidence bundle', () => {
  it('is kept as JSON under the id of its action, readable by its owner alone', async () => {
    const stateDir = temporaryDirectory();
    const bundle = { pods: [{ name: 'cart-1', text: 'ž "quoted"\n' }], none: null };
    const file = await fileEvidence({ stateDir }).save('act-1.a_B', bundle);
    expect(file).toBe(join(stateDir, 'evidence', 'act-1.a_B.json'));
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(bundle);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(stateDir, 'evidence')).mode & 0o777).toBe(0o700);
    expect(readdirSync(join(stateDir, 'evidence'))).toEqual(['act-1.a_B.json']);
  });
  it('takes the place of an earlier one of the same action', async () => {
    const evidence = fileEvidence({ stateDir: temporaryDirectory() });
    await evidence.save('act', { n: 1 });
    expect(JSON.parse(readFileSync(await evidence.save('act', { n: 2 }), 'utf8'))).toEqual({ n: 2 });
  });
  it.each(['', '.', '..', '../act', 'a/b', 'a\\b', '.hidden', 'a b', 'a\0b', 'a\n', 'ž', 'x'.repeat(129)])(
    'is refused for the id %j',
    async (id) => {
      const stateDir = temporaryDirectory();
      await expect(fileEvidence({ stateDir }).save(id, {})).rejects.toMatchObject({ code: 'not-allowed' });
      expect(readdirSync(stateDir)).toEqual([]);
    },
  );
  it('above 4 MiB is refused with its size, and nothing else goes for it', async () => {
    const stateDir = temporaryDirectory();
    const evidence = fileEvidence({ stateDir, maxBytes: 5 * MIB });
    await evidence.save('old', 'x'.repeat(3 * MIB));
    await expect(evidence.save('big', 'x'.repeat(4 * MIB))).rejects.toMatchObject({
      code: 'not-allowed',
      message: expect.stringMatching(/4194306 bytes; 4194304/),
    });
    expect(readdirSync(join(stateDir, 'evidence'))).toEqual(['old.json']);
    await evidence.save('fits', 'x'.repeat(4 * MIB - 2));
  });
  it.each([
    ['circular', circular()],
    ['too big a number', 1n],
    ['nothing', undefined],
  ])('that JSON cannot say is refused: %s', async (_, bundle) => {
    await expect(fileEvidence({ stateDir: temporaryDirectory() }).save('act', bundle)).rejects.toMatchObject({ code: 'not-allowed' });
  });
  it('makes the oldest go first when the cap is reached, and no more than must', async () => {
    const stateDir = temporaryDirectory();
    const evidence = fileEvidence({ stateDir, maxBytes: 1000 });
    for (const [age, id] of ['c', 'a', 'b'].entries()) {
      const file = await evidence.save(id, 'x'.repeat(300));
      utimesSync(file, 1000 + age, 1000 + age);
    }
    await evidence.save('d', 'x'.repeat(300));
    expect(readdirSync(join(stateDir, 'evidence')).sort()).toEqual(['a.json', 'b.json', 'd.json']);
    await evidence.save('e', 'x'.repeat(900));
    expect(readdirSync(join(stateDir, 'evidence'))).toEqual(['e.json']);
  });
  it('stays under the cap when many are saved at once', async () => {
    const stateDir = temporaryDirectory();
    const evidence = fileEvidence({ stateDir, maxBytes: 1000 });
    await Promise.all(Array.from({ length: 20 }, (_, n) => evidence.save(`act-${n}`, 'x'.repeat(300))));
    expect(readdirSync(join(stateDir, 'evidence'))).toHaveLength(3);
  });
  it('counts and clears the drafts of a crashed process', async () => {
    const stateDir = temporaryDirectory();
    mkdirSync(join(stateDir, 'evidence'));
    const draft = join(stateDir, 'evidence', 'act.json.1234.tmp');
    writeFileSync(draft, 'x'.repeat(900));
    utimesSync(draft, 1, 1);
    await fileEvidence({ stateDir, maxBytes: 1000 }).save('act', 'x'.repeat(300));
    expect(readdirSync(join(stateDir, 'evidence'))).toEqual(['act.json']);
  });
  it('that cannot be written is store-failed with the place, and the next one is tried anew', async () => {
    const stateDir = temporaryDirectory();
    const evidence = fileEvidence({ stateDir });
    const target = join(stateDir, 'evidence', 'act.json');
    mkdirSync(target, { recursive: true });
    await expect(evidence.save('act', {})).rejects.toMatchObject({ code: 'store-failed', message: expect.stringContaining(target) });
    expect(readdirSync(join(stateDir, 'evidence'))).toEqual(['act.json']);
    await expect(evidence.save('other', {})).resolves.toContain('other.json');
  });
  it('is refused as store-failed when its directory is a file', async () => {
    const stateDir = temporaryDirectory();
    writeFileSync(join(stateDir, 'evidence'), '');
    await expect(fileEvidence({ stateDir }).save('act', {})).rejects.toMatchObject({ code: 'store-failed' });
  });
});

function circular(): unknown {
  const self: Record<string, unknown> = {};
  self.self = self;
  return self;
}
