import type { Evaluation, Summary } from '../app/eval/task.ts';
import { table } from './print.ts';

/** With more cases than these nobody reads a row for each. */
const MOST_CASES = 25;

/** One row of figures: whose, and for each metric what stands in its cell. */
interface Row {
  readonly name: string;
  readonly cells: Readonly<Record<string, string>>;
}

/**
 * An evaluation for people, `width` signs wide: a row for each case where they are few, for all of them with 95 % intervals, for its
 * parts and for the baselines. As many metrics stand side by side as there is room for; those of one detector (`DETECTOR.METRIC`) stand
 * together.
 */
export function evaluationText(evaluation: Evaluation, width: number): string {
  const { task, cases, metrics, interval95, baselines, parts = {}, seconds, verdict, evidence = [] } = evaluation;
  const summaries = Object.entries({ all: { metrics, interval95 }, ...parts, ...baselines }).map(summaryRow);
  const shown = cases.length > MOST_CASES ? [] : cases.map(caseRow);
  const names = [...new Set([metrics, ...Object.values(parts).map((one) => one.metrics)].flatMap(Object.keys))];
  const groups = [...Map.groupBy(names, (name) => (name in metrics ? groupOf(name) || task : 'besides'))];
  return [
    ...groups.flatMap(([group, own]) => tablesOf(group, own, { rows: [...shown, ...summaries], width })),
    `${count(cases.length)} in ${seconds.toFixed(1)} s${shown.length < cases.length ? ' (--json shows each)' : ''}; ` +
      'in brackets 95 % intervals by a bootstrap over the cases',
    ...(verdict === undefined ? [] : ['', `verdict: ${verdict}`]),
    ...evidence.map((one) => `- ${one}`),
  ].join('\n');
}

/** The tables of one group of metrics, each followed by an empty line. */
function tablesOf(title: string, names: readonly string[], { rows, width }: { readonly rows: readonly Row[]; readonly width: number }) {
  const rowsWith = (some: readonly string[]) => rows.filter(({ cells }) => some.some((name) => cells[name] !== undefined));
  const own = rowsWith(names);
  const first = Math.max(title.length, ...own.map(({ name }) => name.length));
  return chunksOf(names, own, width - first).flatMap((chunk) => [
    table(
      [title.toUpperCase(), ...chunk.map(shortName)],
      rowsWith(chunk).map(({ name, cells }) => [name, ...chunk.map((one) => cells[one] ?? '-')]),
    ),
    '',
  ]);
}

/** As many metrics in each as fit beside each other, one at least. */
function chunksOf(names: readonly string[], rows: readonly Row[], room: number): string[][] {
  const chunks: string[][] = [];
  let left = 0;
  for (const name of names) {
    const needed = 2 + Math.max(shortName(name).length, ...rows.map(({ cells }) => cells[name]?.length ?? 1));
    if (chunks.length === 0 || needed > left) {
      chunks.push([]);
      left = room;
    }
    chunks.at(-1)?.push(name);
    left -= needed;
  }
  return chunks;
}

function caseRow({ name, metrics }: Evaluation['cases'][number]): Row {
  return { name, cells: Object.fromEntries(Object.entries(metrics).map(([metric, value]) => [metric, figure(value)])) };
}

function summaryRow([name, { metrics, interval95 }]: readonly [string, Summary]): Row {
  const cells = Object.entries(metrics).map(([metric, value]) => {
    const interval = (interval95[metric] ?? []).filter(Number.isFinite).map(figure);
    return [metric, interval.length === 2 ? `${figure(value)} [${interval.join(', ')}]` : figure(value)];
  });
  return { name, cells: Object.fromEntries(cells) };
}

function groupOf(metric: string): string {
  return metric.includes('.') ? metric.slice(0, metric.indexOf('.')) : '';
}

function shortName(metric: string): string {
  return metric.slice(metric.indexOf('.') + 1);
}

function count(cases: number): string {
  return `${cases.toLocaleString('en')} ${cases === 1 ? 'case' : 'cases'}`;
}

/** Three digits that matter; large numbers whole. */
function figure(value: number): string {
  if (Number.isNaN(value)) return '-';
  const size = Math.abs(value);
  if (size >= 100) return Math.round(value).toLocaleString('en');
  return size <= 1 ? value.toFixed(3) : value.toPrecision(3);
}
