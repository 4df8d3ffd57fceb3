import { z } from 'zod';
import { ResourceRef } from './resource.ts';

/**
 * What the spans of one window say about one service, or about the calls of one service to another. Rate is `count / windowMs`,
 * durations are milliseconds.
 */
export const SpanStats = z
  .strictObject({
    signal: z.literal('spans'),
    source: z.string().min(1),
    /** End of the window, epoch milliseconds. */
    at: z.number(),
    windowMs: z.number().positive(),
    service: z.string().min(1),
    /** Who called it; missing for all callers together. */
    caller: z.string().min(1).optional(),
    /** The pod or workload that the exporter named as its resource. */
    subject: ResourceRef.optional(),
    count: z.number().int().min(0),
    errors: z.number().int().min(0),
    durationMs: z.strictObject({ mean: z.number(), p50: z.number(), p95: z.number(), p99: z.number() }).readonly(),
  })
  .readonly();
export type SpanStats = z.infer<typeof SpanStats>;
