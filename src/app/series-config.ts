import { z } from 'zod';
import { Duration } from './duration.ts';

/** Series detectors whose word alone may be acted on: each has been measured for that, so the list is short. */
const mayAct = z.enum(['saturation-ahead'], {
  error: ({ input }) => `nobody may act on the word of ${JSON.stringify(input)} alone: only saturation-ahead can be named`,
});

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
    mayAct: z.array(mayAct).default([]),
  })
  .refine(({ stepMs }) => stepMs >= 1_000, { path: ['stepMs'], message: 'a step is at least 1s' })
  .refine(({ stepMs, windowMs }) => windowMs >= 2 * stepMs, { path: ['windowMs'], message: 'a window holds at least two steps' });
/** The settings of series, read. */
export type SeriesConfig = z.infer<typeof SeriesConfig>;
