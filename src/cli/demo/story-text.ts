import { type Colors, clip, minutes, wrap } from './layout.ts';
import type { StoryLine, Word } from './story-line.ts';

/** How much room the words at the beginning of a line take. */
const WORD_WIDTH = 11;

/** How much of a line of the story is printed; what is left out becomes an ellipsis. */
export interface StoryLimits {
  /** Lines for the sentence. */
  readonly sentence: number;
  /** How many of the reasons below it, and lines for each. A refusal is told with all of its reasons, and a line more for each. */
  readonly points: number;
  readonly point: number;
}

/** How a line of the story is printed. */
export interface StoryStyle {
  readonly colors: Colors;
  readonly columns: number;
  readonly limits: StoryLimits;
  /** Stamps are the cluster's time of day; or, with this, minutes and seconds since then. */
  readonly since?: number;
  /** Whether each line says of which fault it tells. */
  readonly isNamed: boolean;
}

/** One line of the story as lines of text: stamp, word, sentence, and its reasons below. */
export function storyText(line: StoryLine, { colors, columns, limits, since, isNamed }: StoryStyle): string[] {
  const stamp = since === undefined ? timeOfDay(line.at) : `+${minutes(line.at - since)}`.padStart(7);
  const indent = ' '.repeat(stamp.length + 2 + WORD_WIDTH);
  const width = columns - indent.length - 1;
  const name = isNamed ? `${line.fault?.name ?? line.subject}: ` : '';
  const [first = '', ...rest] = shortened(`${name}${line.text}`, limits.sentence, width);
  const head = first.startsWith(name) ? `${colors.bold(name)}${first.slice(name.length)}` : first;
  return [
    `${colors.dim(stamp)}  ${inTone(line, colors)(line.word.padEnd(WORD_WIDTH))}${head}`,
    ...rest.map((one) => `${indent}${one}`),
    ...pointsOf(line, limits, width).map((one) => `${indent}${colors.dim(one)}`),
  ];
}

function pointsOf({ word, points, also }: StoryLine, limits: StoryLimits, width: number): string[] {
  const isRefusal = word === 'refused';
  const shown = isRefusal ? points : points.slice(0, limits.points);
  const most = isRefusal ? limits.point + 1 : limits.point;
  const left = points.length - shown.length;
  const lines = shown.flatMap((point) => {
    const [head = '', ...tail] = shortened(point, most, width - 2);
    return [`- ${head}`, ...tail.map((one) => `  ${one}`)];
  });
  const more = left > 0 ? [`- and ${left} more`] : [];
  const same = also.length > 0 ? shortened(`and the same of ${also.join(', ')}`, limits.point, width) : [];
  return [...lines, ...more, ...same];
}

/** The cluster's time of day, `14:05:09`. */
export function timeOfDay(at: number): string {
  return new Date(at).toISOString().slice(11, 19);
}

function shortened(text: string, most: number, width: number): string[] {
  const lines = wrap(text, width);
  return lines.length <= most ? lines : [...lines.slice(0, most - 1), clip(lines.slice(most - 1).join(' '), width)];
}

function inTone({ word, isBad }: StoryLine, colors: Colors): (text: string) => string {
  if (isBad) return (text) => colors.bold(colors.red(text));
  return tones[word](colors);
}

const tones: Readonly<Record<Word, (colors: Colors) => (text: string) => string>> = {
  fault: (colors) => (text) => colors.bold(colors.red(text)),
  'look-alike': (colors) => colors.dim,
  seen: (colors) => colors.yellow,
  cause: (colors) => colors.cyan,
  refused: (colors) => colors.magenta,
  asked: (colors) => colors.magenta,
  done: (colors) => (text) => colors.bold(colors.blue(text)),
  verified: (colors) => colors.green,
  undone: (colors) => (text) => colors.bold(colors.yellow(text)),
  escalated: (colors) => colors.magenta,
  ended: (colors) => colors.dim,
  trouble: (colors) => colors.red,
  result: (colors) => (text) => colors.bold(colors.green(text)),
};
