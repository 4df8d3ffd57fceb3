import { setTimeout as sleep } from 'node:timers/promises';

/** How long to ask at the most, and how long to wait between two questions (100 ms unless said otherwise). */
export interface Patience {
  readonly timeoutMs: number;
  readonly everyMs?: number;
}

/** Asks until the probe answers with something true, and returns that. Throws with the description and the last error after the time-out. */
export async function waitFor<T>(
  description: string,
  probe: () => Promise<T>,
  patience: number | Patience = 30_000,
): Promise<Exclude<T, false | null | undefined>> {
  const { timeoutMs, everyMs = 100 } = typeof patience === 'number' ? { timeoutMs: patience } : patience;
  const deadline = performance.now() + timeoutMs;
  let last: unknown;
  while (performance.now() < deadline) {
    try {
      const answer = await probe();
      if (isAnswer(answer)) return answer;
      last = answer;
    } catch (error) {
      last = error;
    }
    await sleep(everyMs);
  }
  const why = last instanceof Error ? last.message : JSON.stringify(last);
  throw new Error(`${description}: not within ${timeoutMs / 1000} s (last answer: ${why})`);
}

function isAnswer<T>(answer: T): answer is Exclude<T, false | null | undefined> {
  return answer !== undefined && answer !== null && answer !== false;
}
