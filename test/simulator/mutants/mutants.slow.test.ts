import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { makeCopies } from './copies.ts';
import { mutants } from './index.ts';

const root = join(import.meta.dirname, '../../..');
const CONTROL = 'unmutated';
/** What the simulator answers when its own code broke: that is no behaviour that a check could judge. */
const BROKEN = 'the simulator is at fault';

const Report = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      message: z.string().optional(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string(), failureMessages: z.array(z.string()) })),
    }),
  ),
});
type Result = z.output<typeof Report>['testResults'][number];

const copies = makeCopies();
const folderOf = (place: number) => `mutant-${place}`;
let results = new Map<string, Result>();
/** Why some mutants could not be planted, by their place in the list. */
const misfits = new Map<number, unknown>();

/** Runs the contract on all copies, three at once, for a watch mostly waits; the exit status says nothing, for mutants are to fail. */
async function runContracts(): Promise<Map<string, Result>> {
  const outputFile = join(copies.directory, 'report.json');
  const vitest = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--root', copies.directory, '--reporter=json'];
  const options = ['--outputFile', outputFile, '--maxWorkers', '3', '--testTimeout', '20000'];
  const child = spawn(process.execPath, [...vitest, ...options], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env.PATH },
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString('utf8');
  });
  await new Promise((resolve) => child.once('close', resolve));
  try {
    const report = Report.parse(JSON.parse(readFileSync(outputFile, 'utf8')));
    return new Map(report.testResults.map((result) => [result.name.slice(copies.directory.length + 1).split('/')[0] ?? '', result]));
  } catch (error) {
    throw new Error(`the contract did not run on the copies: ${said.slice(-2_000)}`, { cause: error });
  }
}

function resultOf(folder: string): Result {
  const result = results.get(folder);
  if (!result) throw new Error(`there is no result for ${folder}`);
  return result;
}

const namesOf = ({ assertionResults }: Result, status: string) =>
  assertionResults.filter((one) => one.status === status).map(({ fullName }) => fullName);

/** Every fault that is planted in the simulator is found by a check of the API contract: not by a crash, and not by a neighbour. */
describe('the API contract', () => {
  beforeAll(async () => {
    copies.add(CONTROL);
    for (const [place, mutant] of mutants.entries()) {
      try {
        copies.add(folderOf(place), mutant);
      } catch (error) {
        misfits.set(place, error);
      }
    }
    results = await runContracts();
  }, 600_000);
  afterAll(copies.remove);

  it('passes on the simulator as it is', () => {
    const result = resultOf(CONTROL);
    expect(namesOf(result, 'failed')).toEqual([]);
    expect(namesOf(result, 'passed').length).toBeGreaterThan(150);
  });
  it.each(mutants.map((mutant, place) => ({ ...mutant, place })))('catches a simulator that $name', ({ place }) => {
    if (misfits.has(place)) throw misfits.get(place);
    const result = resultOf(folderOf(place));
    const failures = result.assertionResults.filter(({ status }) => status === 'failed');
    expect(failures.map(({ fullName }) => fullName)).not.toEqual([]);
    expect(failures.flatMap(({ failureMessages }) => failureMessages).join('\n')).not.toContain(BROKEN);
    expect(namesOf(result, 'passed')).not.toEqual([]);
  });
});
