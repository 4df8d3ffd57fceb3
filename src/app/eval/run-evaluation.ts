import { statSync } from 'node:fs';
import { CoreError } from '../../core/errors.ts';
import { createRandom } from '../../simulator/random.ts';
import { evaluations } from './index.ts';
import type { Evaluation, EvaluationProgress } from './task.ts';

/** What is evaluated, and who is told how far it is. */
export interface EvaluationRequest {
  /** The name of a task. */
  readonly task: string;
  readonly dataDir: string;
  readonly limit?: number;
  /** The folder of a model that takes part; for `forecast`. */
  readonly model?: string;
  readonly onProgress?: (progress: EvaluationProgress) => void;
}

/** The draws of the bootstrap: the same data give the same intervals. */
const SEED = 1;

/** Measures one kind of skill on a labelled data set. Throws `bad-usage` for an unknown task, or a folder that does not hold its data. */
export async function runEvaluation({ task: name, dataDir, limit, model, onProgress }: EvaluationRequest): Promise<Evaluation> {
  const task = evaluations.find((one) => one.name === name);
  if (!task)
    throw new CoreError('bad-usage', `eval ${name}: there is no such task; there is ${evaluations.map((one) => one.name).join(', ')}`);
  if (model !== undefined && !task.takesModel) throw new CoreError('bad-usage', `eval ${name}: --model is for eval forecast`);
  if (!statSync(dataDir, { throwIfNoEntry: false })?.isDirectory())
    throw new CoreError('bad-usage', `--data ${dataDir}: there is no such folder; give the folder of the data set`);
  const startedAt = performance.now();
  const findings = await task.evaluate({
    dataDir,
    limit,
    ...(model === undefined ? {} : { model }),
    newRandom: () => createRandom(SEED),
    cpuMs,
    onProgress: onProgress ?? (() => {}),
  });
  return { task: name, ...findings, seconds: (performance.now() - startedAt) / 1000 };
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
