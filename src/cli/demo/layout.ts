import { stripVTControlCharacters } from 'node:util';
import type picocolors from 'picocolors';

/** Colours, or none where nobody looks. */
export type Colors = ReturnType<typeof picocolors.createColors>;

/** Text that others wrote, fit for a terminal: without escape sequences and control characters. */
export function clean(text: string): string {
  return stripVTControlCharacters(text).replaceAll(/\p{Cc}+/gu, ' ');
}

/** At most `width` characters; what is cut off leaves an ellipsis. */
export function clip(text: string, width: number): string {
  if (text.length <= width) return text;
  return width < 1 ? '' : `${text.slice(0, width - 1).trimEnd()}…`;
}

/** The text in lines of at most `width` characters, broken between words, or within a word that is longer than a line. */
export function wrap(text: string, width: number): string[] {
  const most = Math.max(1, width);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).flatMap((one) => chunks(one, most))) {
    if (line !== '' && line.length + 1 + word.length > most) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

function chunks(word: string, width: number): string[] {
  return word.length <= width ? [word] : [word.slice(0, width), ...chunks(word.slice(width), width)];
}

/** A duration as minutes and seconds: `0:07`, `12:40`. Below zero it is `0:00`. */
export function minutes(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** A piece of a line, and how it is coloured once its length is settled. */
export type Piece = readonly [text: string, tone: (text: string) => string];

/** The pieces one after the other, at most `width` characters in all. */
export function inOneLine(pieces: readonly Piece[], width: number): string {
  let room = width;
  return pieces
    .map(([text, tone]) => {
      const shown = clip(text, room);
      room -= shown.length;
      return shown === '' ? '' : tone(shown);
    })
    .join('');
}
