import type { Clock } from '../../core/ports.ts';

const PER_MINUTE = 60;
/** The last third is kept for what is vital. */
const RESERVE = 20;

/** A token bucket that is full at first: 60 writes a minute. */
export interface WriteAllowance {
  /** Whether one more may be written now; the last 20 of the bucket are for what is vital. */
  take(isVital: boolean): boolean;
}

/** A full bucket. */
export function writeAllowance(clock: Pick<Clock, 'now'>): WriteAllowance {
  let left = PER_MINUTE;
  let at = clock.now();
  return {
    take(isVital) {
      const now = clock.now();
      left = Math.min(PER_MINUTE, left + (Math.max(0, now - at) / 60_000) * PER_MINUTE);
      at = now;
      if (left < (isVital ? 1 : RESERVE + 1)) return false;
      left -= 1;
      return true;
    },
  };
}
