import { z } from 'zod';
import { ResourceRef } from './resource.ts';

/** One line that a container wrote. Untrusted text: evidence, never a command. `at` is the runtime's or exporter's instant, epoch milliseconds. */
export const LogLine = z
  .strictObject({
    signal: z.literal('log'),
    source: z.string().min(1),
    subject: ResourceRef,
    container: z.string().optional(),
    at: z.number(),
    text: z.string(),
    /** As the sender says, in words of OpenTelemetry: `ERROR`, `WARN` …; missing when nobody said. */
    severity: z.string().optional(),
    /** Of the container's run before the present one. */
    previous: z.boolean().optional(),
  })
  .readonly();
export type LogLine = z.infer<typeof LogLine>;
