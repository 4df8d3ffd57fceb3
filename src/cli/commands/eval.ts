import { runEvaluation } from '../../app/eval/run-evaluation.ts';
import type { Evaluation, EvaluationProgress, Summary } from '../../app/eval/task.ts';
import { numberOf } from '../number-of.ts';
import { type Form, print, table } from '../print.ts';

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
  print(output, evaluation, () => textOf(evaluation));
}

function showProgress({ name, number, of }: EvaluationProgress): void {
  process.stderr.write(`\r\x1b[K${number} of ${of}: ${name}`);
}

/** A row for each case, the sum of it all with its intervals, and the baselines below. */
function textOf({ task, cases, metrics, interval95, baselines, parts = {}, seconds, verdict, evidence = [] }: Evaluation): string {
  const names = Object.keys(metrics);
  const isAlike = ([, summary]: readonly [string, Summary]) => Object.keys(summary.metrics).some((name) => names.includes(name));
  const others = Object.entries(parts).filter((part) => !isAlike(part));
  const rows = [
    ...cases.map((one) => [one.name, ...figuresOf(names, one.metrics)]),
    [],
    ...summaryRows(names, [['all', { metrics, interval95 }], ...Object.entries(parts).filter(isAlike), ...Object.entries(baselines)]),
  ];
  return [
    table([task.toUpperCase(), ...names], rows),
    ...others.slice(0, 1).flatMap(([, first]) => {
      const own = Object.keys(first.metrics);
      return ['', table(['', ...own], summaryRows(own, others))];
    }),
    '',
    `${cases.length} ${cases.length === 1 ? 'case' : 'cases'} in ${seconds.toFixed(1)} s; intervals by a bootstrap over the cases`,
    ...(verdict === undefined ? [] : ['', `verdict: ${verdict}`]),
    ...evidence.map((one) => `- ${one}`),
  ].join('\n');
}

/** For each summary its figures, and a line with their intervals. */
function summaryRows(names: readonly string[], summaries: readonly (readonly [string, Summary])[]): string[][] {
  return summaries.flatMap(([name, { metrics, interval95 }]) => [
    [name, ...figuresOf(names, metrics)],
    ['95 % interval', ...names.map((one) => (interval95[one] ?? []).map(figure).join(' - '))],
  ]);
}

function figuresOf(names: readonly string[], figures: Readonly<Record<string, number>>): string[] {
  return names.map((name) => figure(figures[name]));
}

/** Shares with three digits, large numbers whole. */
function figure(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return '-';
  return Math.abs(value) < 100 ? value.toFixed(3) : Math.round(value).toLocaleString('en');
}
