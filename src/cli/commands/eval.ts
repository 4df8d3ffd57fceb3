import { runEvaluation } from '../../app/eval/run-evaluation.ts';
import type { EvaluationProgress } from '../../app/eval/task.ts';
import { evaluationText } from '../evaluation-text.ts';
import { numberOf } from '../number-of.ts';
import { type Form, print } from '../print.ts';

interface EvalFlags {
  readonly data: string;
  readonly limit?: string;
  readonly model?: string;
}

/** `eval`: measures one kind of skill on a labelled data set, beside baselines. */
export async function evaluate(output: Form, task: string, flags: EvalFlags): Promise<void> {
  const limit = flags.limit === undefined ? {} : { limit: Math.floor(numberOf(flags.limit, '--limit', [1, 1_000_000])) };
  const model = flags.model === undefined ? {} : { model: flags.model };
  const isWatched = process.stderr.isTTY === true;
  const evaluation = await runEvaluation({
    task,
    dataDir: flags.data,
    ...limit,
    ...model,
    ...(isWatched ? { onProgress: showProgress } : {}),
  });
  if (isWatched) process.stderr.write('\r\x1b[K');
  print(output, evaluation, () => evaluationText(evaluation, process.stdout.columns ?? 120));
}

function showProgress({ name, number, of }: EvaluationProgress): void {
  const line = `${number} of ${of}: ${name}`;
  process.stderr.write(`\r\x1b[K${line.slice(0, (process.stderr.columns ?? 80) - 1)}`);
}
