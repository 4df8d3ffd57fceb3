import { z } from 'zod';
import { Duration } from './duration.ts';

/** How series are kept and watched; see docs/configuration.md. A step of less than a second is refused. */
export const SeriesConfig = z
  .strictObject({
    stepMs: Duration.prefault('15s'),
    windowMs: Duration.prefault('30m'),
    graceMs: Duration.prefault('5s'),
    idleMs: Duration.prefault('30m'),
    maxSeries: z.number().int().min(1).default(100_000),
    retentionMs: Duration.prefault('7d'),
    record: z.string().min(1).optional(),
    capacity: z.enum(['limits', 'requests']).default('limits'),
    mayAct: z.array(z.enum(['saturation-ahead'])).default([]),
  })
  .refine(({ stepMs }) => stepMs >= 1_000, { path: ['stepMs'], message: 'a step is at least 1s' })
  .refine(({ stepMs, windowMs }) => windowMs >= 2 * stepMs, { path: ['windowMs'], message: 'a window holds at least two steps' });
/** The settings of series, read. */
export type SeriesConfig = z.infer<typeof SeriesConfig>;
