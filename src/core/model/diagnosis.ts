import { z } from 'zod';

/** The closed vocabulary of causes: diagnosers speak it and actions say which of it they treat. */
export const causes = [
  'bad-rollout',
  'memory-limit-too-low',
  'memory-leak',
  'application-crash',
  'application-hang',
  'image-unavailable',
  'configuration-missing',
  'insufficient-capacity',
  'excess-capacity',
  'dependency-unavailable',
  'node-failure',
  'node-pressure',
  'storage-unavailable',
  'admission-refused',
  'quota-exhausted',
  'stuck-finalizer',
  'job-failure',
  'autoscaler-limit',
  'unknown',
] as const;
/** A name from the closed vocabulary of causes. */
export const Cause = z.enum(causes);
export type Cause = z.infer<typeof Cause>;

/**
 * A guess at the cause. `confidence` is the measured precision of its rule on `n` labelled cases; with n = 0 it stays below any threshold.
 * `configured` says that it is no guess of ours but the word of the operator's configuration, for which a person must answer.
 */
export const Hypothesis = z
  .strictObject({
    cause: Cause,
    confidence: z.number().min(0).max(1),
    n: z.number().int().min(0),
    because: z.array(z.string()).min(1).readonly(),
    by: z.string(),
    configured: z.boolean().optional(),
  })
  .readonly();
export type Hypothesis = z.infer<typeof Hypothesis>;
