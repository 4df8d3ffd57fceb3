/** The length of `2026-01-02T03:04:05`. */
export const ISO_LENGTH = 19;

const HYPHEN = 45;
const COLON = 58;
const LETTER_T = 84;
const SPACE = 32;
const DAY_MS = 86_400_000;

/** Whether an instant of the form `2026-01-02T03:04:05` may begin here: only its punctuation is looked at. */
export function isPlainInstant(bytes: Uint8Array, at: number): boolean {
  return (
    bytes[at + 4] === HYPHEN &&
    bytes[at + 7] === HYPHEN &&
    (bytes[at + 10] === LETTER_T || bytes[at + 10] === SPACE) &&
    bytes[at + 13] === COLON &&
    bytes[at + 16] === COLON
  );
}

/** Epoch milliseconds of the instant in UTC that begins here; NaN when its figures are none, or out of their ranges. */
export function instantAt(bytes: Uint8Array, at: number): number {
  const two = (from: number) => digit(bytes[at + from]) * 10 + digit(bytes[at + from + 1]);
  const day = daysTo(two(0) * 100 + two(2), two(5), two(8));
  const [hour, minute, second] = [two(11), two(14), two(17)];
  if (!(hour < 24 && minute < 60 && second < 60)) return Number.NaN;
  return day * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1_000;
}

function digit(byte = 0): number {
  return byte >= 48 && byte <= 57 ? byte - 48 : Number.NaN;
}

/** Days from 1970-01-01 to a date of the Gregorian calendar (H. Hinnant, "chrono-compatible low-level date algorithms", days_from_civil). */
function daysTo(year: number, month: number, day: number): number {
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month))) return Number.NaN;
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
