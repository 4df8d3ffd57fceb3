import { CoreError } from '../../core/errors.ts';
import type { Clock } from '../../core/ports.ts';

/** More questions at once than people ask: somebody is trying tokens. */
const MAX_ASKING = 64;
const MAX_ANSWERS = 1_000;

/** How a memory is kept. */
export interface MemoryParts<Answer> {
  readonly clock: Pick<Clock, 'now'>;
  /** How long this answer may be repeated, counted from when it was asked for. */
  keepMs(answer: Answer): number;
}

/** Repeats an answer for a short while instead of asking again; the same question at the same time is asked once. */
export interface BriefMemory<Answer> {
  /** Throws what `ask` throws, which is never remembered, and `cluster-unreachable` when too many questions are open. */
  answer(question: string, ask: () => Promise<Answer>): Promise<Answer>;
}

/** An empty memory; it holds the thousand newest answers. */
export function briefMemory<Answer>({ clock, keepMs }: MemoryParts<Answer>): BriefMemory<Answer> {
  const known = new Map<string, { readonly answer: Answer; readonly askedAt: number }>();
  const asking = new Map<string, Promise<Answer>>();

  function remember(question: string, entry: { readonly answer: Answer; readonly askedAt: number }): void {
    known.delete(question);
    known.set(question, entry);
    for (const oldest of known.keys()) {
      if (known.size <= MAX_ANSWERS) return;
      known.delete(oldest);
    }
  }
  async function askNow(question: string, ask: () => Promise<Answer>): Promise<Answer> {
    const askedAt = clock.now();
    try {
      const answer = await ask();
      remember(question, { answer, askedAt });
      return answer;
    } finally {
      asking.delete(question);
    }
  }

  return {
    async answer(question, ask) {
      const before = known.get(question);
      if (before && Math.abs(clock.now() - before.askedAt) < keepMs(before.answer)) return before.answer;
      const already = asking.get(question);
      if (already) return already;
      if (asking.size >= MAX_ASKING)
        throw new CoreError('cluster-unreachable', `${MAX_ASKING} questions about identities are open at the API server: ask again later`);
      const asked = askNow(question, ask);
      asking.set(question, asked);
      return asked;
    },
  };
}
