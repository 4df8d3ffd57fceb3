import { parseTime } from './parse-time.ts';
import { ISO_LENGTH, instantAt, isPlainInstant } from './plain-instant.ts';

/** How a field ended: well, empty, not what its column holds, or in quotes, which only the slow path reads. */
export type FieldState = 'good' | 'bad' | 'quoted';

/** Reads fields one after the other out of bytes. After each call `at` stands on what ended the field, or where it went wrong. */
export interface FieldReader {
  at: number;
  state: FieldState;
  /** NaN for an empty field, and for the words in which programs write a missing value. */
  number(): number;
  /** Epoch milliseconds of an ISO 8601 instant, or of a number. */
  time(): number;
  /** The bytes of the field as `[from, at)`; nothing is decoded. */
  skip(): void;
}

const COMMA = 44;
const LINE_FEED = 10;
const RETURN = 13;
const QUOTE = 34;
const ZERO = 48;
const POINT = 46;
const MINUS = 45;
const ZULU = 90;
/** Whole numbers up to here are exact, and so is their quotient by a power of ten up to 22 (IEEE 754). */
const MAX_MANTISSA = 2 ** 53;
const powers = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
const missing = new Set(['', 'nan', 'NaN', 'NAN', 'null', 'NULL', 'None', 'NA', 'N/A', '<nil>']);

/** Whether a byte ends a field. */
export function isEnd(byte: number | undefined): boolean {
  return byte === COMMA || byte === LINE_FEED || byte === RETURN || byte === undefined;
}

/** What a field's text says as a number: NaN where it says that there is none, undefined where it says something else. */
export function numberIn(text: string): number | undefined {
  const trimmed = text.trim();
  if (missing.has(trimmed)) return Number.NaN;
  const value = /^[+-]?inf(inity)?$/i.test(trimmed) ? Number.NaN : Number(trimmed);
  return Number.isNaN(value) && !/^[+-]?inf/i.test(trimmed) ? undefined : value;
}

function isExact(mantissa: number, digits: number, decimals: number): boolean {
  return digits > 0 && mantissa <= MAX_MANTISSA && decimals <= 22;
}

/** Makes a reader at the beginning of the bytes. */
export function fieldReader(bytes: Uint8Array): FieldReader {
  const decoder = new TextDecoder();
  function skip(): void {
    let at = reader.at;
    if (bytes[at] === QUOTE) reader.state = 'quoted';
    while (!isEnd(bytes[at])) at += 1;
    reader.at = at;
  }
  /** The rare forms: exponents, very long digits, words for nothing, and what is no number at all. */
  function slowNumber(from: number, read: (text: string) => number | undefined): number {
    reader.at = from;
    skip();
    if (reader.state === 'quoted') return Number.NaN;
    const value = read(decoder.decode(bytes.subarray(from, reader.at)));
    if (value === undefined) reader.state = 'bad';
    return value ?? Number.NaN;
  }
  let mantissa = 0;
  /** Reads digits on to the mantissa; returns where they end. */
  function digitsFrom(from: number): number {
    let at = from;
    let sum = mantissa;
    for (;;) {
      const digit = (bytes[at] ?? 0) - ZERO;
      if (digit < 0 || digit > 9) break;
      sum = sum * 10 + digit;
      at += 1;
    }
    mantissa = sum;
    return at;
  }
  const reader: FieldReader = {
    at: 0,
    state: 'good',
    skip,
    number() {
      const from = reader.at;
      const isNegative = bytes[from] === MINUS;
      const first = isNegative ? from + 1 : from;
      mantissa = 0;
      const whole = digitsFrom(first);
      const end = bytes[whole] === POINT ? digitsFrom(whole + 1) : whole;
      const decimals = end === whole ? 0 : end - whole - 1;
      const digits = whole - first + decimals;
      if (!isExact(mantissa, digits, decimals) || !isEnd(bytes[end])) return slowNumber(from, numberIn);
      reader.at = end;
      const value = decimals > 0 ? mantissa / (powers[decimals] ?? 1) : mantissa;
      return isNegative ? -value : value;
    },
    time() {
      const end = reader.at + ISO_LENGTH;
      const isZulu = bytes[end] === ZULU;
      const at = isPlainInstant(bytes, reader.at) && isEnd(bytes[isZulu ? end + 1 : end]) ? instantAt(bytes, reader.at) : Number.NaN;
      if (Number.isNaN(at)) return slowNumber(reader.at, parseTime);
      reader.at = isZulu ? end + 1 : end;
      return at;
    },
  };
  return reader;
}
