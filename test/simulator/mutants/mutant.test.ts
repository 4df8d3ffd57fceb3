import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { mutants } from './index.ts';
import { planted } from './mutant.ts';

const simulator = join(import.meta.dirname, '../../../src/simulator');
const [first] = mutants;
if (!first) throw new Error('there are no mutants');

it.each(mutants)('the fault of a simulator that $name can still be planted', (mutant) => {
  const source = readFileSync(join(simulator, mutant.file), 'utf8');
  expect(planted(mutant, source)).not.toBe(source);
});

it('no two mutants are named alike', () => {
  expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
});

it('a mutant says so when the simulator has changed and it does not fit any more', () => {
  expect(() => planted(first, 'other code')).toThrow(`the mutant '${first.name}' fits src/simulator/${first.file} 0 times`);
  expect(() => planted(first, first.find + first.find)).toThrow('2 times');
});
