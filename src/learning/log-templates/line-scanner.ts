/** The longest part of a line that is looked at, in UTF-16 units; the words after it do not change the template. */
export const MAX_LINE_CHARS = 2_048;

/** Reads lines one at a time into a normal form, in which all numbers and paths look alike. */
export interface LineScanner {
  /**
   * Reads a line and returns the signature of its normal form, an integer of 53 bits. Equal normal forms have equal signatures; two
   * that differ share one by chance once in some 10^15 pairs.
   */
  scan(line: string): number;
  /**
   * The normal form of the line that was read last: words that hold a digit are `0`, absolute paths are `/0`, and runs of blanks one
   * blank. Short names before `(` or `=`, and names of a capital and a digit (`L3`), keep their digits.
   */
  normalForm(): string;
}

const OTHER = 0;
const BLANK = 1;
const LETTER = 2;
const DIGIT = 3;

const kinds = new Uint8Array(128).map((_, code) => {
  if (code <= 32) return BLANK;
  if (code >= 48 && code <= 57) return DIGIT;
  return /[A-Za-z_-]/.test(String.fromCharCode(code)) ? LETTER : OTHER;
});
const ZERO = 48;
const SLASH = 47;
const OPEN = 40;
const EQUALS = 61;
const pathEnds = charSet(' \t"\'()[]<>,;|');
const beforePaths = charSet(' \t"\'()[]{}<>,;|=:');
const endsOfSentences = charSet(':.!?');
/** A name of a function or a field has seldom more digits than these; a pod or a block has. */
const MOST_NAME_DIGITS = 2;

/** Makes a scanner; it holds one line at a time, in typed arrays, and is not for use by two readers at once. */
export function createLineScanner(): LineScanner {
  const codes = new Uint16Array(MAX_LINE_CHARS + 2);
  let size = 0;

  function scan(line: string): number {
    const end = lengthRead(line);
    size = 0;
    for (let at = 0; at < end; ) {
      const kind = kindOf(line.charCodeAt(at));
      if (kind >= LETTER) at = takeWord(line, at, end);
      else if (kind === BLANK) at = takeBlanks(line, at, end);
      else if (startsPath(line, at)) at = takePath(line, at, end);
      else codes[size++] = line.charCodeAt(at++);
    }
    return signatureOf(codes, size);
  }

  function takeWord(line: string, start: number, end: number): number {
    const sizeBefore = size;
    let digits = 0;
    let at = start;
    for (; at < end; at++) {
      const code = line.charCodeAt(at);
      const kind = kindOf(code);
      if (kind < LETTER) break;
      if (kind === DIGIT) digits++;
      codes[size++] = code;
    }
    if (digits > MOST_NAME_DIGITS || (digits > 0 && !isName(line, start, at))) {
      size = sizeBefore;
      codes[size++] = ZERO;
    }
    return at;
  }

  function takeBlanks(line: string, start: number, end: number): number {
    let at = start;
    while (at < end && kindOf(line.charCodeAt(at)) === BLANK) at++;
    if (size > 0 && at < end) codes[size++] = 32;
    return at;
  }

  function takePath(line: string, start: number, end: number): number {
    let at = start;
    while (at < end && !isIn(pathEnds, line.charCodeAt(at))) at++;
    while (isIn(endsOfSentences, line.charCodeAt(at - 1))) at--;
    codes[size++] = SLASH;
    codes[size++] = ZERO;
    return at;
  }

  return { scan, normalForm: () => String.fromCharCode(...codes.subarray(0, size)) };
}

/** A long line is read up to a blank, so that no word is cut. */
function lengthRead(line: string): number {
  if (line.length <= MAX_LINE_CHARS) return line.length;
  const blank = line.lastIndexOf(' ', MAX_LINE_CHARS);
  return blank > 0 ? blank : MAX_LINE_CHARS;
}

/** Whether the word is called like a function, a field, or a part such as `L3`, so that its digits belong to it. */
function isName(line: string, start: number, end: number): boolean {
  const first = line.charCodeAt(start);
  if (kindOf(first) !== LETTER) return false;
  const next = end < line.length ? line.charCodeAt(end) : 0;
  if (next === OPEN || next === EQUALS) return !line.slice(start, end).includes('-');
  return end - start === 2 && first >= 65 && first <= 90;
}

function startsPath(line: string, at: number): boolean {
  if (line.charCodeAt(at) !== SLASH || at + 1 >= line.length) return false;
  const next = line.charCodeAt(at + 1);
  return (at === 0 || isIn(beforePaths, line.charCodeAt(at - 1))) && (kindOf(next) >= LETTER || next === 46 || next === 37);
}

function signatureOf(codes: Uint16Array, size: number): number {
  let high = 0x811c9dc5;
  let low = 0x9e3779b1;
  for (let at = 0; at < size; at++) {
    const code = codes[at] ?? 0;
    high = Math.imul(high ^ code, 0x01000193);
    low = Math.imul(((low << 5) | (low >>> 27)) ^ code, 0x85ebca6b);
  }
  high = Math.imul(high ^ (high >>> 15), 0x2c1b3c6d);
  return (high >>> 0) * 0x200000 + (low >>> 11);
}

function kindOf(code: number): number {
  return code < 128 ? (kinds[code] ?? OTHER) : LETTER;
}

function charSet(chars: string): Uint8Array {
  const set = new Uint8Array(128);
  for (const char of chars) set[char.charCodeAt(0)] = 1;
  return set;
}

function isIn(set: Uint8Array, code: number): boolean {
  return code < 128 && set[code] === 1;
}
