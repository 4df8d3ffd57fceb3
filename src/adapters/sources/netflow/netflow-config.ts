import { isIP } from 'node:net';
import { z } from 'zod';

/** Where NetFlow v5, v9 and IPFIX are received by UDP. */
export const NetflowConfig = z.strictObject({
  /** `ADDRESS:PORT`, an IPv6 address in brackets; IPFIX has 4739, NetFlow often 2055 or 9995. UDP senders are not proved: keep it inside. */
  listen: z.string().regex(/^(\[[\da-fA-F:]+\]|[\d.]+):\d{1,5}$/, 'give ADDRESS:PORT, for instance 127.0.0.1:4739'),
  /** The addresses of the exporters that are heard; none: all. */
  exporters: z.array(z.string().refine((text) => isIP(text) !== 0, 'an exporter is an IP address')).default([]),
  /** A template that is not told again for so many milliseconds is forgotten. */
  templateLifetimeMs: z
    .number()
    .positive()
    .default(90 * 60_000),
  /** Flows that wait to be looked at; more are counted and dropped. */
  mostQueued: z.number().int().positive().max(1_000_000).default(100_000),
});
export type NetflowConfig = z.infer<typeof NetflowConfig>;
