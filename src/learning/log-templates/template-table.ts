import { type MergeRule, partnersOf } from './partners.ts';
import { isWord, type Pieces, textOf, VARIABLE, withoutLists } from './pieces.ts';

/** One kind of line. It changes while lines are read: ask `current` before use. */
export interface LogTemplate {
  /** Numbers from 1 in the order of their making; never given twice. */
  readonly id: number;
  /** How many lines it stands for. */
  readonly lines: number;
  /** Its text, with `<*>` for what varies. */
  readonly text: string;
}

/** A template as the table keeps it. Hot and mutable: it is looked up for every line. */
export interface TemplateEntry {
  readonly id: number;
  /** Without lists: what it is compared by. */
  readonly pieces: Pieces;
  /** The pieces with each word as one sign: what it may be compared with has the same. */
  readonly shape: string;
  /** With lists, as long as all its lines had them in the same length. */
  written: Pieces | undefined;
  lines: number;
  /** The number of the line that it was last seen in. */
  seenAt: number;
  /** The template that it became a part of. */
  mergedInto: TemplateEntry | undefined;
  isDropped: boolean;
}

/** A new template is compared with the newest of its shape, with so many pieces in all. */
const MOST_PIECES_COMPARED = 10_000;

/** Holds templates by their text and their shape, and merges those that differ in values only. */
export function createTemplateTable(rule: MergeRule) {
  const byText = new Map<string, TemplateEntry>();
  const byShape = new Map<string, TemplateEntry[]>();
  let made = 0;

  /** The template of a line of these pieces: a known one, one that it joins, or a new one. */
  function place(written: Pieces): TemplateEntry {
    const pieces = withoutLists(written);
    const known = byText.get(pieces.join(''));
    if (!known) return settle(insert(pieces, written));
    if (!known.written || !covers(known.written, written)) known.written = undefined;
    return known;
  }

  function insert(pieces: Pieces, written: Pieces | undefined): TemplateEntry {
    const shape = shapeOf(pieces);
    const entry = { id: ++made, pieces, shape, written, lines: 0, seenAt: 0, mergedInto: undefined, isDropped: false };
    byText.set(pieces.join(''), entry);
    const alike = byShape.get(shape) ?? [];
    alike.push(entry);
    const most = Math.ceil(MOST_PIECES_COMPARED / Math.max(1, pieces.length));
    if (alike.length > most) alike.shift();
    byShape.set(shape, alike);
    return entry;
  }

  function remove(entry: TemplateEntry): void {
    byText.delete(entry.pieces.join(''));
    const left = byShape.get(entry.shape)?.filter((other) => other !== entry) ?? [];
    if (left.length > 0) byShape.set(entry.shape, left);
    else byShape.delete(entry.shape);
  }

  /** Merges a new template with those that it shows to be alike, if any. */
  function settle(entry: TemplateEntry): TemplateEntry {
    const partners = partnersOf(entry, byShape.get(entry.shape) ?? [], rule);
    return partners.length > 0 ? merge([entry, ...partners]) : entry;
  }

  function merge(parts: readonly TemplateEntry[]): TemplateEntry {
    const [first] = parts;
    if (!first) throw new Error('there is nothing to merge');
    const wide = first.pieces.map((piece, at) => (parts.every((part) => part.pieces[at] === piece) ? piece : VARIABLE));
    const pieces = withoutLists(wide);
    const isWhole = pieces.length === wide.length && parts.every((part) => part.written?.length === part.pieces.length);
    for (const part of parts) remove(part);
    const known = byText.get(pieces.join(''));
    if (known) known.written = undefined;
    const whole = known ?? insert(pieces, isWhole ? wide : undefined);
    for (const part of parts) {
      part.mergedInto = whole;
      whole.lines += part.lines;
      whole.seenAt = Math.max(whole.seenAt, part.seenAt);
    }
    return known ?? settle(whole);
  }

  return { place, remove, entries: () => byText.values(), size: () => byText.size };
}

/** The template that an entry has become a part of by now, or itself. */
export function current(entry: TemplateEntry): TemplateEntry {
  let at = entry;
  while (at.mergedInto) at = at.mergedInto;
  return at;
}

/** What is told of an entry. */
export function asTemplate({ id, lines, written, pieces }: TemplateEntry): LogTemplate {
  return { id, lines, text: textOf(written ?? pieces) };
}

function covers(written: Pieces, line: Pieces): boolean {
  return written.length === line.length && written.every((piece, at) => piece === VARIABLE || piece === line[at]);
}

function shapeOf(pieces: Pieces): string {
  return pieces.map((piece) => (isWord(piece) ? 'w' : piece)).join('');
}
