import { z } from 'zod';
import { NetflowConfig } from '../../adapters/sources/netflow/netflow-config.ts';
import { Duration } from '../duration.ts';

/** A receiver of NetFlow and IPFIX, and what the watch over its flows may be told; see docs/flows.md. */
export const FlowsConfig = NetflowConfig.extend({
  templateLifetimeMs: Duration.prefault('90m'),
  /** More bytes than these from so many sources within a minute are a finding of their own; off unless set. */
  volume: z.strictObject({ bytes: z.number().positive(), sources: z.number().int().min(1) }).optional(),
});
export type FlowsConfig = z.infer<typeof FlowsConfig>;
