import type { DemoReport } from '../../app/demo/news.ts';
import type { DemoState, FaultRow } from './demo-state.ts';
import { faultTable } from './fault-table.ts';
import { type Colors, wrap } from './layout.ts';
import { storyText, timeOfDay } from './story-text.ts';

/** What the end of a demo is printed with. */
export interface SummaryStyle {
  readonly colors: Colors;
  readonly columns: number;
}

/** Evidence can be long-winded, and `incidents explain` has it in full. */
const LIMITS = { sentence: 3, points: 5, point: 2 };

/** The whole story, fault by fault, as it is left on the terminal after the live view. */
export function wholeStory({ rows, story }: DemoState, { colors, columns }: SummaryStyle): string[] {
  return rows.filter(isWorthARow).flatMap(({ fault, injectedAt }) => {
    const lines = story.filter((line) => line.fault?.name === fault.name && line.fault.subject === fault.subject);
    const since = injectedAt === undefined ? {} : { since: injectedAt };
    const when = injectedAt === undefined ? '' : `  ${timeOfDay(injectedAt)}`;
    return [
      `${colors.bold(fault.name)}  ${fault.subject}${colors.dim(when)}`,
      ...lines.flatMap((line) => storyText(line, { colors, columns, limits: LIMITS, isNamed: false, ...since })),
      '',
    ];
  });
}

/** The table of what became of each fault, and the figures that count. */
export function summary({ rows }: DemoState, report: DemoReport, style: SummaryStyle): string[] {
  const { colors, columns } = style;
  const alike = rows.filter((row) => row.fault.isLookAlike);
  const tone = report.ok ? colors.green : colors.red;
  const paragraph = (text: string, indent: number) => wrap(text, columns - indent - 1).map((line) => `${' '.repeat(indent)}${line}`);
  const count = rows.length - alike.length;
  return [
    ...faultTable(rows.filter(isWorthARow), { colors, columns, spinner: '?', standing: 'OUTCOME' }),
    ...legend(report).flatMap((line) => paragraph(line, 3).map(colors.dim)),
    '',
    ...paragraph(
      `${report.ok ? 'All as expected' : 'NOT as expected'}: ${count} ${count === 1 ? 'fault' : 'faults'}, of which mended ${report.mended}, undone ${report.undone}, refused ${report.refused}.`,
      1,
    ).map((line) => colors.bold(tone(line))),
    ...unexpected(rows).flatMap((line) => paragraph(line, 1).map(colors.red)),
    ...paragraph(`Unsafe writes, counted by the simulated API server and not by kubemend: ${report.unsafeActions}.`, 1),
    ...paragraph(`Look-alikes that were left alone: ${alike.filter(({ result }) => result?.ok).length} of ${alike.length}.`, 1),
    ...paragraph(`It took ${Math.round(report.seconds)} s at ${report.speed} times the speed of the clock.`, 1),
  ];
}

/** Faults, and look-alikes that were not left alone. */
export function isWorthARow({ fault, result }: FaultRow): boolean {
  return !fault.isLookAlike || result?.ok === false;
}

function legend({ undone, refused }: DemoReport): string[] {
  return [
    "✔ as expected, ✘ not; times in min:s by the cluster's clock, from the fault",
    ...(undone > 0 ? ['undone: the act did not help, so what it changed was put back'] : []),
    ...(refused > 0 ? ['refused: an act was proposed, and guards forbade it'] : []),
  ];
}

function unexpected(rows: readonly FaultRow[]): string[] {
  return rows.flatMap(({ fault, result }) => {
    if (!result) return [`${fault.name} on ${fault.subject} was never judged`];
    return result.ok ? [] : [`${fault.name} on ${fault.subject}: ${result.outcome}, expected ${result.expected}`];
  });
}
