import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Mutant, planted } from './mutant.ts';

const root = join(import.meta.dirname, '../../..');
/** What the contract needs to run on the simulator. */
const parts = ['src/simulator', 'test/contracts'];
const stopAtFirst = fileURLToPath(import.meta.resolve('./stop-at-first.ts'));
const CONTRACT = 'src/simulator/kubernetes-api.slow.test.ts';

/** Copies of the simulator with its contract, each in a folder of its own; whoever made them removes them. */
export interface Copies {
  readonly directory: string;
  /** Adds a copy, with the fault in it when one is given. Throws when the mutant does not fit. */
  add(folder: string, mutant?: Mutant): void;
  remove(): void;
}

/** Makes room for copies in the machine's temporary folder. */
export function makeCopies(): Copies {
  const directory = mkdtempSync(join(tmpdir(), 'kubemend-mutants-'));
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));
  return {
    directory,
    add(folder, mutant) {
      const source = mutant && planted(mutant, readFileSync(join(root, 'src/simulator', mutant.file), 'utf8'));
      const copy = join(directory, folder);
      mkdirSync(copy);
      for (const part of parts) cpSync(join(root, part), join(copy, part), { recursive: true, filter: isNeeded });
      const contract = readFileSync(join(root, CONTRACT), 'utf8');
      writeFileSync(join(copy, CONTRACT), `import '${stopAtFirst}';\n${contract}`);
      if (mutant && source !== undefined) writeFileSync(join(copy, 'src/simulator', mutant.file), source);
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

function isNeeded(path: string): boolean {
  return !path.endsWith('.test.ts') || path === join(root, CONTRACT);
}
