const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** A duration as people say it, in one unit and rounded up: `40 s`, `4 min`, `3 h`. Below zero it is `0 s`. */
export function span(ms: number): string {
  if (ms < 2 * MINUTE_MS) return `${Math.max(0, Math.ceil(ms / SECOND_MS))} s`;
  if (ms < 2 * HOUR_MS) return `${Math.ceil(ms / MINUTE_MS)} min`;
  return `${Math.ceil(ms / HOUR_MS)} h`;
}

/** A duration that has passed, rounded down: `acted on it 4 min ago`. */
export function spanAgo(ms: number): string {
  if (ms < 2 * MINUTE_MS) return `${Math.max(0, Math.floor(ms / SECOND_MS))} s ago`;
  if (ms < 2 * HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min ago`;
  return `${Math.floor(ms / HOUR_MS)} h ago`;
}

/** An instant's time of day: `14:05 UTC`. */
export function timeOfDay(at: number): string {
  return `${new Date(at).toISOString().slice(11, 16)} UTC`;
}

/** A share as whole percent: `21 %`. Rounded away from what a limit would hide, that is up. */
export function percent(share: number): string {
  return `${Math.ceil(share * 100 - 1e-9)} %`;
}
