import { z } from 'zod';

/** What the world looked like after the act. `inconclusive` is never counted as success. */
export const Outcome = z.enum(['recovered', 'unchanged', 'worse', 'inconclusive']);
export type Outcome = z.infer<typeof Outcome>;

/** How the subject and its untouched peers stood at one moment; a missing number could not be read. */
export const Baseline = z
  .strictObject({
    at: z.number(),
    firing: z.array(z.string()).readonly(),
    wantedPods: z.number().optional(),
    readyPods: z.number().optional(),
    /** Share of ready pods, 0 to 1, over the workloads of the same namespace that are not touched. */
    peersReady: z.number().optional(),
  })
  .readonly();
export type Baseline = z.infer<typeof Baseline>;
