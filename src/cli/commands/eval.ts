import { runEvaluation } from '../../app/eval/run-evaluation.ts';
import type { Evaluation, EvaluationProgress } from '../../app/eval/task.ts';
import { numberOf } from '../number-of.ts';
import { type Form, print, table } from '../print.ts';

interface EvalFlags {
  readonly data: string;
  readonly limit?: string;
}

/** `eval`: measures one kind of skill on a labelled data set, beside baselines. */
export async function evaluate(output: Form, task: string, flags: EvalFlags): Promise<void> {
  const limit = flags.limit === undefined ? {} : { limit: Math.floor(numberOf(flags.limit, '--limit', [1, 1_000_000])) };
  const isWatched = process.stderr.isTTY === true;
  const evaluation = await runEvaluation({ task, dataDir: flags.data, ...limit, ...(isWatched ? { onProgress: showProgress } : {}) });
  if (isWatched) process.stderr.write('\r\x1b[K');
  print(output, evaluation, () => textOf(evaluation));
}

function showProgress({ name, number, of }: EvaluationProgress): void {
  process.stderr.write(`\r\x1b[K${number} of ${of}: ${name}`);
}

/** A row for each case, the sum of it all with its intervals, and the baselines below. */
function textOf({ task, cases, metrics, interval95, baselines, parts = {}, seconds, verdict, evidence = [] }: Evaluation): string {
  const names = Object.keys(metrics);
  const row = (title: string, figures: Readonly<Record<string, number>>) => [title, ...names.map((name) => figure(figures[name]))];
  const intervals = (title: string, bounds: Evaluation['interval95']) => [
    title,
    ...names.map((name) => (bounds[name] ?? []).map(figure).join(' - ')),
  ];
  const rows = [
    ...cases.map((one) => row(one.name, one.metrics)),
    [],
    row('all', metrics),
    intervals('95 % interval', interval95),
    ...Object.entries({ ...parts, ...baselines }).flatMap(([name, summary]) => [
      row(name, summary.metrics),
      intervals('95 % interval', summary.interval95),
    ]),
  ];
  return [
    table([task.toUpperCase(), ...names], rows),
    '',
    `${cases.length} ${cases.length === 1 ? 'case' : 'cases'} in ${seconds.toFixed(1)} s; intervals by a bootstrap over the cases`,
    ...(verdict === undefined ? [] : ['', `verdict: ${verdict}`]),
    ...evidence.map((one) => `- ${one}`),
  ].join('\n');
}

/** Shares with three digits, large numbers whole. */
function figure(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return '-';
  return Math.abs(value) < 100 ? value.toFixed(3) : Math.round(value).toLocaleString('en');
}
