import type { Kind } from '../../core/model/objects.ts';
import type { GuardFacts, Objection } from '../../core/plugins.ts';
import { span } from './span.ts';

/** When to look again at what we could not see or what changes from second to second. */
export const LOOK_AGAIN_MS = 15_000;

/** A refusal; `retryAt` when it passes by itself. */
export function deny(reason: string, retryAt?: number): Objection {
  return { decision: 'deny', reason, ...(retryAt !== undefined && { retryAt }) };
}

/** A question to a person. */
export function ask(reason: string): Objection {
  return { decision: 'ask', reason };
}

/** A refusal because something could not be told; worth another look soon. */
export function unknown(reason: string, { now }: Pick<GuardFacts, 'now'>): Objection {
  return deny(reason, now + LOOK_AGAIN_MS);
}

/** One refusal for each of these kinds that is not in fresh view. */
export function blindness(kinds: readonly Kind[], { view, now }: Pick<GuardFacts, 'view' | 'now'>): Objection[] {
  return [...new Set(kinds)]
    .filter((kind) => view.isBlindFor(kind))
    .map((kind) => unknown(`${kind}s are out of view: ${since(view.ageMs(kind))}`, { now }));
}

function since(ageMs: number | undefined): string {
  return ageMs === undefined ? 'never listed (missing permission or no contact)' : `last confirmed ${span(ageMs)} ago`;
}
