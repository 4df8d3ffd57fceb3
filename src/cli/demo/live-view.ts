import type { DemoState, FaultRow } from './demo-state.ts';
import { faultTable } from './fault-table.ts';
import { type Colors, clip, inOneLine } from './layout.ts';
import { storyText, timeOfDay } from './story-text.ts';
import { isWorthARow } from './summary.ts';

/** The terminal and the moment that a picture is for. */
export interface Moment {
  readonly colors: Colors;
  readonly columns: number;
  readonly rows: number;
  /** Counts up a few times a second: what moves, moves with it. */
  readonly frame: number;
  /** Milliseconds of the machine since the latest news. */
  readonly sinceNewsMs: number;
  /** Whether the person has asked to end it. */
  readonly isStopping: boolean;
}

const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'] as const;
/** The running story is told in short; at the end comes more of it. */
const LIMITS = { sentence: 2, points: 2, point: 1 };

/** The picture of a demo at one moment: at most `rows` lines of at most `columns` characters. What does not fit of the story is its beginning. */
export function liveView(state: DemoState, moment: Moment): string[] {
  const { colors, columns, rows } = moment;
  const spinner = SPINNER[moment.frame % SPINNER.length] ?? '';
  if (!state.set) return [waiting(spinner, moment)].slice(0, rows);
  const top = [
    header(state, state.set, moment),
    '',
    ...faultTable(state.rows.filter(isWorthARow), { colors, columns, spinner, standing: 'NOW' }),
    ...lookAlikes(state.rows, moment),
    colors.dim(` ${'─'.repeat(Math.max(0, columns - 2))}`),
  ];
  const story = state.story.map((line) => storyText(line, { colors, columns, limits: LIMITS, isNamed: true }));
  return [...top, ...newest(story, rows - top.length)].slice(0, rows);
}

/** The last of these paragraphs that fit into `room` lines, whole; of the very last at least its beginning. */
function newest(paragraphs: readonly (readonly string[])[], room: number): readonly string[] {
  let shown: readonly string[] = paragraphs.at(-1)?.slice(0, Math.max(0, room)) ?? [];
  for (const paragraph of paragraphs.slice(0, -1).toReversed()) {
    if (shown.length + paragraph.length > room) break;
    shown = [...paragraph, ...shown];
  }
  return shown;
}

function waiting(spinner: string, { colors, columns, isStopping }: Moment): string {
  const text = isStopping ? 'stopping in good order' : 'setting up a simulated cluster, and letting it stand healthy for a while';
  return inOneLine([[` ${spinner} ${text}`, colors.cyan]], columns);
}

function header(state: DemoState, set: NonNullable<DemoState['set']>, { colors, columns, sinceNewsMs, isStopping }: Moment): string {
  const now = timeOfDay(state.at + sinceNewsMs * set.speed);
  const clock = isStopping ? 'stopping in good order' : `${now}, ${set.speed} x speed`;
  const title = ' kubemend demo';
  const about = `  ${set.nodes} simulated nodes, ${set.workloads} workloads, seed ${set.seed}`;
  const shown = clip(about, Math.max(0, columns - title.length - clock.length - 3));
  const gap = Math.max(1, columns - title.length - shown.length - clock.length - 1);
  return inOneLine(
    [
      [title, colors.bold],
      [shown, colors.dim],
      [' '.repeat(gap), String],
      [clock, colors.cyan],
    ],
    columns,
  );
}

/** One line for all that must be left alone. */
function lookAlikes(rows: readonly FaultRow[], { colors, columns }: Moment): string[] {
  const alike = rows.filter((row) => row.fault.isLookAlike);
  if (alike.length === 0) return [];
  const acts = alike.reduce((sum, row) => sum + row.acts.length, 0);
  const names = alike.map((row) => row.fault.name).join(', ');
  const text = `   look-alikes  ${acts} ${acts === 1 ? 'act' : 'acts'} on ${alike.length}: ${names}`;
  const shown = clip(text, columns - 1);
  return [acts > 0 ? colors.red(shown) : colors.dim(shown)];
}
