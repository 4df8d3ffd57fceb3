import { setImmediate as nextTurn } from 'node:timers/promises';
import { Refusal } from './refusal.ts';

/** How many may be inside, and how many may wait. */
export interface TurnstileSize {
  readonly inside: number;
  readonly waiting: number;
}

/**
 * Lets few pieces of work run at once and the others wait in order, so that a crowd of readers never keeps the controller from its own
 * work, its Lease and its health. Throws `Refusal` 503 when too many wait.
 */
export function turnstile({ inside, waiting }: TurnstileSize): <Answer>(work: () => Promise<Answer>) => Promise<Answer> {
  const line: (() => void)[] = [];
  let busy = 0;

  function leave(): void {
    const next = line.shift();
    if (next) next();
    else busy -= 1;
  }
  async function enter(): Promise<void> {
    if (busy >= inside && line.length >= waiting) throw crowded(inside + waiting);
    if (busy < inside) busy += 1;
    else await new Promise<void>((resolve) => line.push(resolve));
  }
  return async (work) => {
    await enter();
    try {
      await nextTurn();
      return await work();
    } finally {
      leave();
    }
  };
}

function crowded(places: number): Refusal {
  return new Refusal(503, {
    what: 'too much is asked of the API at once',
    where: `at most ${places} requests may wait`,
    mend: 'send it again in a few seconds; listen to /api/v1/changes instead of asking again and again',
    headers: { 'retry-after': '5' },
  });
}
