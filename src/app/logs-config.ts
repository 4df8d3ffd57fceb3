import { z } from 'zod';

const count = z.number().int().min(1);

/** Whose logs are read, and how much of them; see docs/configuration.md. */
export const LogsConfig = z.strictObject({
  /** The namespaces that are opted in. */
  namespaces: z.array(z.string().min(1)).min(1),
  containers: count.default(200),
  /** Of each container. */
  linesPerSecond: count.default(50),
});
export type LogsConfig = z.infer<typeof LogsConfig>;
