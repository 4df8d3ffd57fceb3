/** Epoch seconds end here and milliseconds begin: as seconds it is the year 5138, as milliseconds 1973. */
const SECONDS_BELOW = 1e11;
const SLASHED = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?$/;

/**
 * Epoch milliseconds of written instants; NaN for what is none. Epoch seconds or milliseconds, ISO 8601 (UTC unless it says otherwise),
 * or 31/12/2026 23:59, where the order of day and month is the one by which all instants lie closer together.
 */
export function timesOf(texts: readonly string[]): readonly number[] {
  const slashed = texts.flatMap((text) => SLASHED.exec(text.trim()) ?? []);
  const isDayFirst = slashed.length > 0 && spanOf(texts, true) <= spanOf(texts, false);
  return texts.map((text) => timeOf(text.trim(), isDayFirst));
}

function spanOf(texts: readonly string[], isDayFirst: boolean): number {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const text of texts) {
    const time = timeOf(text.trim(), isDayFirst);
    if (Number.isNaN(time)) return Number.POSITIVE_INFINITY;
    least = Math.min(least, time);
    most = Math.max(most, time);
  }
  return most - least;
}

function timeOf(text: string, isDayFirst: boolean): number {
  const slashed = SLASHED.exec(text);
  if (slashed) return slashedTime(slashed.slice(1).map(Number), isDayFirst);
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) < SECONDS_BELOW ? Number(text) * 1_000 : Number(text);
  const isLocal = /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/.test(text);
  return Date.parse(isLocal ? `${text.replace(' ', 'T')}Z` : text);
}

function slashedTime([one = 0, two = 0, year = 0, hour = 0, minute = 0, second = 0]: readonly number[], isDayFirst: boolean): number {
  const [day, month] = isDayFirst ? [one, two] : [two, one];
  if (month < 1 || month > 12 || day < 1 || day > 31) return Number.NaN;
  return Date.UTC(year, month - 1, day, hour || 0, minute || 0, second || 0);
}
