import { z } from 'zod';

/** The guards' answer to a plan. Anything but `allow` carries every reason, not only the first. */
export const Verdict = z.discriminatedUnion('decision', [
  z.strictObject({ decision: z.literal('allow'), approvedBy: z.string().optional() }),
  z.strictObject({ decision: z.literal('ask'), reasons: z.array(z.string()).min(1).readonly(), until: z.number() }),
  z.strictObject({ decision: z.literal('deny'), reasons: z.array(z.string()).min(1).readonly(), retryAt: z.number().optional() }),
]);
export type Verdict = z.infer<typeof Verdict>;

/** A person's answer to one plan, bound to its hash. */
export const Approval = z
  .strictObject({
    incidentId: z.string(),
    planHash: z.string(),
    decision: z.enum(['approved', 'denied']),
    by: z.string().min(1),
    at: z.number(),
    expiresAt: z.number(),
  })
  .readonly();
export type Approval = z.infer<typeof Approval>;
