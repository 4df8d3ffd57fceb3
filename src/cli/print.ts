import Table from 'cli-table3';
import colors from 'picocolors';
import { stringify } from 'yaml';

/** The forms in which every command can answer. */
export type Form = 'table' | 'json' | 'yaml';

/** Prints one document on stdout: JSON or YAML as it is, or the text made for people. */
export function print(form: Form, value: unknown, text: () => string): void {
  if (form === 'json') process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
  else if (form === 'yaml') process.stdout.write(stringify(value));
  else process.stdout.write(`${text()}\n`);
}

/** Rows under headings, without lines, wrapped into the width of the terminal. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const none = {
    top: '',
    'top-mid': '',
    'top-left': '',
    'top-right': '',
    bottom: '',
    'bottom-mid': '',
    'bottom-left': '',
    'bottom-right': '',
    left: '',
    'left-mid': '',
    mid: '',
    'mid-mid': '',
    right: '',
    'right-mid': '',
    middle: '  ',
  };
  const width = process.stdout.columns ?? 120;
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const last = Math.max(20, width - widths.slice(0, -1).reduce((sum, one) => sum + one + 2, 0));
  const drawn = new Table({
    head: head.map((title) => colors.bold(title)),
    chars: none,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colWidths: widths.map((one, column) => (column === widths.length - 1 ? Math.min(one, last) : one)),
    wordWrap: true,
  });
  drawn.push(...rows.map((row) => [...row]));
  return drawn.toString();
}

/** How long ago, in the largest fitting unit: `4 min ago`. */
export function ago(at: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - at) / 1000));
  if (seconds < 90) return `${seconds} s ago`;
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min ago`;
  return seconds < 129_600 ? `${Math.round(seconds / 3_600)} h ago` : `${Math.round(seconds / 86_400)} d ago`;
}

/** Four digits that matter. */
export function figure(value: number): string {
  return Number(value.toPrecision(4)).toString();
}
