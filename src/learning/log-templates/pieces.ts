/** A line of text as what stays (words, punctuation, single blanks) and what varies. */
export type Pieces = readonly string[];

/** The piece that stands for what varies; the character is in no line, for the scanner turns it into a blank. */
export const VARIABLE = '\0';

const edges = ' ,;=()[\\]{}<>"\'|';
const quoted = new RegExp(`(?<![^${edges}])(["'])[^\\s"',]{1,300}\\1(?![^${edges}.:!?])`, 'g');
const tokens = new RegExp(
  [
    String.raw`[A-Za-z][A-Za-z0-9+.-]*:\/\/[^ "'()[\]<>,;|]*`,
    String.raw`\.{2,}(?!\/)`,
    `[${edges}]`,
    String.raw`(?:(?!\.{2,}(?!\/))[^${edges}])+`,
  ].join('|'),
  'g',
);
const lead = /^(?:[*@#$:~!+]+|\.(?!\/))/;
const tailChars = ':.!?*@+';
const label = /^([A-Za-z][A-Za-z_-]{2,}:)([^:]+|\/.*)$/;
const hexLabel = /^[A-Fa-f]+:$/;
const numbered = /^([A-Za-z][A-Za-z_.$-]+[@.#])0$/;
const name = /^[A-Za-z_]\w*$/;
const variable = new RegExp(
  [
    String.raw`^(?![A-Z]\d$).*\d`,
    String.raw`^[A-Za-z]:\\`,
    String.raw`\\.*\\`,
    String.raw`\/.*\/`,
    String.raw`^(?:~|\.{1,2})\/.`,
    '^[A-Fa-f]{8,}$',
    '^(?:true|false|True|False|TRUE|FALSE|null|NULL|nil|none|None|n/a|N/A|undefined)$',
  ].join('|'),
);
const dayOrMonth = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)$/;

/**
 * The pieces of a line's normal form (see `LineScanner`): its text cut at blanks, brackets, quotes and the like, with everything that
 * looks like a value by its form alone as `VARIABLE`: numbers, addresses, paths, links, identifiers, dates, truth values.
 */
export function piecesOf(normalForm: string): Pieces {
  const text = normalForm.replace(quoted, (whole, quote: string) => (/[\d/\\]/.test(whole) ? `${quote}${VARIABLE}${quote}` : whole));
  const pieces: string[] = [];
  for (const { 0: token, index } of text.matchAll(tokens)) {
    for (const piece of partsOf(token, text.charAt(index + token.length))) append(pieces, piece);
  }
  return withoutDates(pieces);
}

/** Punctuation before and after a word stays; a label (`sid:`) stays before its value. */
function partsOf(token: string, next: string): string[] {
  if (token.length === 1 && edges.includes(token)) return [token];
  const before = lead.exec(token)?.[0] ?? '';
  let end = token.length;
  while (end > before.length && tailChars.includes(token.charAt(end - 1))) end--;
  return [before, ...valueParts(token.slice(before.length, end), next), token.slice(end)].filter((part) => part !== '');
}

function valueParts(word: string, next: string): string[] {
  if ((next === '(' || next === '=') && name.test(word)) return [word];
  const [, key = '', value = ''] = label.exec(word) ?? [];
  if (key !== '' && !hexLabel.test(key) && !word.includes('://')) return [key, ...valueParts(value, next)];
  const [, stem = ''] = numbered.exec(word) ?? [];
  if (stem !== '') return [stem, VARIABLE];
  return [variable.test(word) ? VARIABLE : word];
}

/** Variables that touch, or that only a comma parts, are one. */
function append(pieces: string[], piece: string): void {
  if (piece === VARIABLE) {
    const touches = pieces.at(-1) === VARIABLE;
    const isListed = pieces.at(-1) === ',' && pieces.at(-2) === VARIABLE;
    if (isListed) pieces.pop();
    if (touches || isListed) return;
  }
  pieces.push(piece);
}

/** Names of days and months before a number are values, too: `Fri Jul 3`. */
function withoutDates(pieces: readonly string[]): Pieces {
  return pieces.map((piece, at) => (dayOrMonth.test(piece) && isDatePart(pieces, at + 1) ? VARIABLE : piece));
}

function isDatePart(pieces: readonly string[], from: number): boolean {
  const next = pieces.slice(from, from + 3).find((piece) => piece !== ' ' && piece !== ',');
  return next !== undefined && (next === VARIABLE || dayOrMonth.test(next));
}

/** The same pieces with each list of variables as one variable, so that lines with longer and shorter lists are seen to be alike. */
export function withoutLists(pieces: Pieces): Pieces {
  const short: string[] = [];
  for (const piece of pieces) {
    short.push(piece);
    if (piece !== VARIABLE) continue;
    if (short.at(-2) === ' ' && short.at(-3) === VARIABLE) short.length -= 2;
    else if (isMark(short.at(-2)) && short.at(-3) === ' ' && short.at(-4) === VARIABLE && short.at(-5) === short.at(-2)) short.length -= 3;
  }
  return short;
}

function isMark(piece: string | undefined): boolean {
  return piece === '@' || piece === '#' || piece === '$';
}

/** Whether a piece is a word or a variable, and not punctuation or a label before a value. */
export function isWord(piece: string): boolean {
  return piece === VARIABLE || (/[\p{L}\p{N}]/u.test(piece) && !piece.endsWith(':'));
}

/** The text of a template: pieces as they are, and `<*>` for what varies. */
export function textOf(pieces: Pieces): string {
  return pieces.map((piece) => (piece === VARIABLE ? '<*>' : piece)).join('');
}
