import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { evaluations } from './index.ts';
import { runEvaluation } from './run-evaluation.ts';

const Task = z.object({ name: z.string(), evaluate: z.custom((deed) => typeof deed === 'function') });

describe('the list of evaluations', () => {
  it('names every task of its folder by the name of its file, and nothing else', async () => {
    const files = readdirSync(import.meta.dirname).filter((file) => /^(?!index\.).*(?<!\.test)\.ts$/.test(file));
    const found = await Promise.all(
      files.map(async (file) => {
        const values: unknown[] = Object.values(await import(join(import.meta.dirname, file)));
        return values.flatMap((value) => (Task.safeParse(value).success ? [`${Task.parse(value).name}.ts in ${file}`] : []));
      }),
    );
    expect(found.flat().toSorted()).toEqual(evaluations.map(({ name }) => `${name}.ts in ${name}.ts`).toSorted());
  });
});

describe('an evaluation', () => {
  it('of an unknown task is refused, and the known ones are named', async () => {
    await expect(runEvaluation({ task: 'lgos', dataDir: import.meta.dirname })).rejects.toMatchObject({
      code: 'bad-usage',
      message: `eval lgos: there is no such task; there is ${evaluations.map(({ name }) => name).join(', ')}`,
    });
  });

  it('that knows nothing to do with a model refuses one', async () => {
    await expect(runEvaluation({ task: 'logs', dataDir: import.meta.dirname, model: 'model' })).rejects.toMatchObject({
      code: 'bad-usage',
      message: 'eval logs: --model is for eval forecast',
    });
  });

  it.each(['/nowhere', import.meta.filename])('of data in %s, which is no folder, is refused', async (dataDir) => {
    await expect(runEvaluation({ task: 'logs', dataDir })).rejects.toMatchObject({
      code: 'bad-usage',
      message: `--data ${dataDir}: there is no such folder; give the folder of the data set`,
    });
  });
});
