import type { FaultRow } from './demo-state.ts';
import { type Colors, clip, inOneLine, minutes } from './layout.ts';

/** How the table is drawn; `spinner` marks what is going on, `standing` heads the column that says what it is. */
export interface TableStyle {
  readonly colors: Colors;
  readonly columns: number;
  readonly spinner: string;
  readonly standing: string;
}

interface Widths {
  readonly name: number;
  readonly subject: number;
  readonly standing: number;
  readonly action: number;
}

const MARK_WIDTH = 3;
const TIME_WIDTH = 6;
const LEAST_SUBJECT = 8;

/** One line for each fault under a heading: subject, standing, action, and when it was seen, acted on and well again, counted from the fault. */
export function faultTable(rows: readonly FaultRow[], style: TableStyle): string[] {
  if (rows.length === 0) return [];
  const widths = widthsFor(rows, style.columns);
  const head = [
    ' '.repeat(MARK_WIDTH),
    cell('FAULT', widths.name),
    cell('SUBJECT', widths.subject),
    cell(style.standing, widths.standing),
    cell('ACTION', widths.action),
    ...['SEEN', 'ACTED', 'WELL'].map((title) => title.padStart(TIME_WIDTH)),
  ].join('');
  return [style.colors.bold(clip(head, style.columns)), ...rows.map((row) => lineOf(row, widths, style))];
}

function lineOf(row: FaultRow, widths: Widths, { colors, columns, spinner }: TableStyle): string {
  const { mark, tone, plain } = { ...lookOf(row, spinner, colors), plain: (text: string) => text };
  const times = [row.detectedMs, row.actedMs, row.recoveredMs].map((ms) => (ms === undefined ? '' : minutes(ms)).padStart(TIME_WIDTH));
  return inOneLine(
    [
      [` ${mark} `, tone],
      [cell(row.fault.name, widths.name), colors.bold],
      [cell(subjectIn(row, widths.subject - 1), widths.subject), plain],
      [cell(row.standing, widths.standing), tone],
      [cell(row.action ?? '', widths.action), plain],
      [times.join('').trimEnd(), colors.dim],
    ],
    columns,
  );
}

function lookOf({ injectedAt, result }: FaultRow, spinner: string, colors: Colors): { mark: string; tone(text: string): string } {
  if (result) return result.ok ? { mark: '✔', tone: colors.green } : { mark: '✘', tone: colors.red };
  return injectedAt === undefined ? { mark: '·', tone: colors.dim } : { mark: spinner, tone: colors.yellow };
}

/** The subject gets what the others leave; the action goes first where there is too little. */
function widthsFor(rows: readonly FaultRow[], columns: number): Widths {
  const longest = (texts: readonly string[]) => Math.max(...texts.map((text) => text.length)) + 1;
  const name = longest(['FAULT', ...rows.map((row) => row.fault.name)]);
  const standing = longest(['diagnosed', ...rows.map((row) => row.standing)]);
  const left = columns - 1 - MARK_WIDTH - name - standing - 3 * TIME_WIDTH;
  const wished = longest(['rollback-rollout', ...rows.map((row) => row.action ?? '')]);
  const action = Math.max(0, Math.min(wished, left - LEAST_SUBJECT));
  const subject = Math.max(0, Math.min(left - action, longest(rows.map((row) => row.fault.subject))));
  return { name, standing, action, subject };
}

/** `Deployment shop/cart`, or as much of it as fits: its name matters most. */
function subjectIn({ fault }: FaultRow, width: number): string {
  const name = fault.subject.split(' ').at(-1) ?? '';
  const forms = [fault.subject, name, name.split('/').at(-1) ?? ''];
  return forms.find((form) => form.length <= width) ?? clip(forms.at(-1) ?? '', width);
}

function cell(text: string, width: number): string {
  return clip(text, Math.max(0, width - 1)).padEnd(width);
}
