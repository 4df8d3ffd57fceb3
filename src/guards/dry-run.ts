import { z } from 'zod';
import type { Preview } from '../core/model/plan.ts';
import { defineGuard, type GuardFacts, type Objection } from '../core/plugins.ts';
import { limit } from './grounds/limit.ts';
import { deny, LOOK_AGAIN_MS } from './grounds/objections.ts';
import { span } from './grounds/span.ts';

const MAX_AGE_MS = 30_000;
/** A denied plan is previewed anew when it is looked at again, so that an old preview cures itself. */
const PREVIEW_AGAIN_MS = 1_000;

/** The API server itself must have accepted the write in a dry run, just now. */
export const dryRun = defineGuard({
  name: 'dry-run',
  options: z.strictObject({
    /** How old the preview may be. */
    maxAgeMs: limit({ standard: MAX_AGE_MS, ceiling: MAX_AGE_MS }),
  }),
  object: (_plan, facts, { maxAgeMs }) => (facts.kind === 'undo' ? [] : [...answerOf(facts), ...ageOf(facts, maxAgeMs)]),
});

function answerOf({ preview, now }: GuardFacts): Objection[] {
  const { dryRun: result }: Preview = preview;
  switch (result.answer) {
    case 'accepted':
      return [];
    case 'refused':
      return [deny(`the API server refuses it: ${result.why}`, now + LOOK_AGAIN_MS)];
    case 'unknown':
      return [deny(`the API server gave no answer to a dry run: ${result.why}`, now + LOOK_AGAIN_MS)];
  }
}

function ageOf({ preview, now }: GuardFacts, maxAgeMs: number): Objection[] {
  const ageMs = now - preview.at;
  if (ageMs >= 0 && ageMs <= maxAgeMs) return [];
  const age = ageMs < 0 ? 'lies in the future: the clock went back' : `is ${span(ageMs)} old; at most ${span(maxAgeMs)} is allowed`;
  return [deny(`the preview ${age}`, now + PREVIEW_AGAIN_MS)];
}
