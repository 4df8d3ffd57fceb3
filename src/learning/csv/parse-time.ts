import { instantAt } from './plain-instant.ts';

const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(Z| ?UTC|[+-]\d\d:?\d\d)?)?$/;
/** Numbers below this are epoch seconds, above it milliseconds: the year 5138, and March 1973. */
const FIRST_MILLISECONDS = 1e11;
const MINUTE_MS = 60_000;

/**
 * Epoch milliseconds of an instant in a CSV: ISO 8601, with UTC where no zone is named, or a number of seconds or milliseconds since 1970.
 * NaN for an empty text, undefined for any other.
 */
export function parseTime(text: string): number | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return Number.NaN;
  const parts = ISO.exec(trimmed);
  if (parts) return ofParts(parts);
  const number = Number(trimmed);
  return Number.isNaN(number) ? undefined : instantOf(number);
}

/** Epoch milliseconds of a number of seconds or milliseconds since 1970. */
export function instantOf(number: number): number {
  return Math.abs(number) < FIRST_MILLISECONDS ? number * 1_000 : number;
}

function ofParts(parts: RegExpExecArray): number | undefined {
  const [, year = '', month = '', day = '', hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] = parts;
  const plain = instantAt(new TextEncoder().encode(`${year}-${month}-${day}T${hour}:${minute}:${second}`), 0);
  const ms = fraction === '' ? 0 : Number(`0.${fraction}`) * 1_000;
  return Number.isNaN(plain) ? undefined : plain + ms - offsetOf(zone);
}

function offsetOf(zone: string): number {
  const [, sign, hours = '0', minutes = '0'] = /^([+-])(\d\d):?(\d\d)$/.exec(zone) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * MINUTE_MS;
}
