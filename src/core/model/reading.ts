import { z } from 'zod';
import { ResourceRef } from './resource.ts';

/** What one series detector says about one series at its last sample; `id` names it in evidence lists. */
export const Reading = z
  .strictObject({
    signal: z.literal('reading'),
    id: z.string().min(1),
    subject: ResourceRef,
    /** The instant of the last sample, epoch milliseconds. */
    at: z.number(),
    detector: z.string().min(1),
    metric: z.string().min(1),
    part: z.string().optional(),
    firing: z.boolean(),
    /** 0 to 1. */
    score: z.number().min(0).max(1),
    /** In words, with figures and units. */
    summary: z.string(),
  })
  .readonly();
export type Reading = z.infer<typeof Reading>;
