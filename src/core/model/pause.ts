import { z } from 'zod';

/** The red button: `scope` is `cluster`, `namespace:NAME`, `node:NAME` or a workload's resource key. */
export const Pause = z.strictObject({ scope: z.string().min(1), by: z.string().min(1), at: z.number(), reason: z.string() }).readonly();
export type Pause = z.infer<typeof Pause>;
