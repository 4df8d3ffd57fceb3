import { z } from 'zod';
import { ResourceRef } from './resource.ts';

/**
 * Where a series stands and where it is going, in the unit of its metric: the last value, and the highest that is forecast within
 * `aheadMs`, with its 80 % interval (0 ms where nothing is forecast, because it is idle or its window is not full). `inMs` says how soon
 * even the lower end reaches the limit; `heldUpper` is the highest upper end of the last `heldMs`, for which the series was followed
 * without a gap.
 */
export const Outlook = z
  .strictObject({
    current: z.number(),
    lower: z.number(),
    point: z.number(),
    upper: z.number(),
    aheadMs: z.number(),
    inMs: z.number().optional(),
    heldUpper: z.number(),
    heldMs: z.number(),
  })
  .readonly();
export type Outlook = z.infer<typeof Outlook>;

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
    /** From a detector that forecasts, once it can. */
    outlook: Outlook.optional(),
  })
  .readonly();
export type Reading = z.infer<typeof Reading>;
