import { z } from 'zod';
import { ResourceRef } from './resource.ts';

/** Where a finding comes from: the signal's id, the source that is asked for its age, and when we got it. */
export const Evidence = z.strictObject({ id: z.string(), source: z.string(), at: z.number() }).readonly();
export type Evidence = z.infer<typeof Evidence>;

/** What one detector holds against one subject. `score` is 0 to 1; `at` is when it was last seen to hold, `since` when first. */
export const Finding = z
  .strictObject({
    detector: z.string(),
    subject: ResourceRef,
    summary: z.string(),
    score: z.number().min(0).max(1),
    evidence: z.array(Evidence).min(1).readonly(),
    since: z.number(),
    at: z.number(),
  })
  .readonly();
export type Finding = z.infer<typeof Finding>;

/** A detector's answer. `unknown` is no answer: it neither opens an incident nor lets one count as recovered. */
export type Detection =
  | { readonly is: 'firing'; readonly summary: string; readonly score: number; readonly evidence: readonly string[] }
  | { readonly is: 'quiet' }
  | { readonly is: 'unknown'; readonly why: string };
