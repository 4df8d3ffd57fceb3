import { z } from 'zod';
import { defineGuard } from '../core/plugins.ts';
import { limit } from './grounds/limit.ts';
import { ask, deny } from './grounds/objections.ts';

/** The cause that is treated must come from a rule whose precision was measured: high enough, and on enough cases. What the configuration says may ask. */
export const confidence = defineGuard({
  name: 'confidence',
  options: z.strictObject({
    /** Measured precision, 0 to 1. */
    minConfidence: limit({ standard: 0.7, floor: 0.5, ceiling: 1 }),
    /** On how many labelled cases. */
    minCases: limit({ standard: 10, floor: 5 }),
  }),
  object({ treats }, { kind, incident }, { minConfidence, minCases }) {
    if (kind === 'undo') return [];
    if (treats === 'unknown') return [deny('the cause is unknown, and what is unknown is not treated')];
    const hypotheses = incident.hypotheses.filter(({ cause }) => cause === treats);
    if (hypotheses.some((one) => one.confidence >= minConfidence && one.n >= minCases)) return [];
    const needed = `${minConfidence} on at least ${minCases} cases is needed`;
    if (hypotheses.length === 0) return [deny(`nobody has named ${treats} as the cause; ${needed}`)];
    if (hypotheses.some(({ configured }) => configured))
      return [ask(`that it is ${treats} is the word of the configuration and was never measured; a person must answer for it`)];
    const said = hypotheses
      .map((one) => `${one.by} is ${Math.floor(one.confidence * 1_000) / 1_000} sure of ${treats} (measured on ${one.n} cases)`)
      .join(', ');
    return [deny(`${said}; ${needed}`)];
  },
});
