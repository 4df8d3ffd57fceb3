import { z } from 'zod';
import { digestOf } from '../digest.ts';
import { Cause } from './diagnosis.ts';
import { ResourceRef } from './resource.ts';
import { ClusterWrite } from './write.ts';

/** A named action against one object as it was seen, proposed but not yet allowed. */
export const Plan = z
  .strictObject({
    action: z.string(),
    summary: z.string(),
    input: z.unknown(),
    /** The object that is written, with its uid. */
    target: ResourceRef,
    /** The workload that owns the target (the target itself, when it is one). */
    owner: ResourceRef,
    /** The spec that was seen: `generation:N`, or `spec:` and a hash of it. */
    specSeen: z.string(),
    treats: Cause,
    write: ClusterWrite,
    /** Why a person must decide although the mode would not ask; undefined when nothing is unproven. */
    unproven: z.string().optional(),
    hash: z.string(),
  })
  .readonly();
export type Plan = z.infer<typeof Plan>;

/** Binds what an approval is given for: the uid, the spec that was seen, and every field that will be written. */
export function planHash(plan: Omit<Plan, 'hash' | 'summary' | 'unproven' | 'owner'>): string {
  const { action, input, target, specSeen, treats, write } = plan;
  return digestOf({ action, input, uid: target.uid ?? null, specSeen, treats, write });
}

/** What the plan would touch, found by a dry run of the API server and own arithmetic. Unknown parts are said, not guessed. */
export const Preview = z
  .strictObject({
    dryRun: z.discriminatedUnion('answer', [
      z.strictObject({ answer: z.literal('accepted') }),
      z.strictObject({ answer: z.literal('refused'), why: z.string() }),
      z.strictObject({ answer: z.literal('unknown'), why: z.string() }),
    ]),
    /** Ready pods that the act takes from service at once; undefined when it could not be counted. */
    readyPodsTaken: z.number().optional(),
    readyPodsNow: z.number().optional(),
    affectedPods: z.array(z.string()).readonly(),
    notes: z.array(z.string()).readonly(),
    at: z.number(),
  })
  .readonly();
export type Preview = z.infer<typeof Preview>;
