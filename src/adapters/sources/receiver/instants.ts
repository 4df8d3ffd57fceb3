const FUTURE_MS = 5 * 60_000;
const PAST_MS = 60 * 60_000;

/** An instant of the wire in epoch milliseconds; undefined for 0, which means that it was not sent. */
export function instantOf(nanos: { toNumber(): number }): number | undefined {
  const value = nanos.toNumber() / 1e6;
  return value > 0 ? value : undefined;
}

/** Why an instant cannot be trusted: more than five minutes ahead of us, or more than an hour behind. */
export function doubtAbout(at: number | undefined, now: number): 'no time' | 'from the future' | 'too old' | undefined {
  if (at === undefined) return 'no time';
  if (at > now + FUTURE_MS) return 'from the future';
  return at < now - PAST_MS ? 'too old' : undefined;
}
