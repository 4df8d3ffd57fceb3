import type { Clock } from './ports.ts';

/** Waits for `ms`; an abort ends the wait and is seen by whoever asks the signal. Throws what else the clock throws. */
export async function nap(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  try {
    await clock.sleep(ms, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
