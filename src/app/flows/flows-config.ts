import { z } from 'zod';
import { NetflowConfig } from '../../adapters/sources/netflow/netflow-config.ts';
import { createNetflowSource } from '../../adapters/sources/netflow/netflow-source.ts';
import { CoreError } from '../../core/errors.ts';
import type { Clock, Logger, SignalSource } from '../../core/ports.ts';
import { Duration } from '../duration.ts';
import { addressOf, isLoopback } from '../http-config.ts';
import { watchedFlows } from './watched-flows.ts';

/** A receiver of NetFlow and IPFIX, and what the watch over its flows may be told; see docs/flows.md. */
export const FlowsConfig = NetflowConfig.extend({
  templateLifetimeMs: Duration.prefault('90m'),
  /** More bytes than these from so many sources within a minute are a finding of their own; off unless set. */
  volume: z.strictObject({ bytes: z.number().positive(), sources: z.number().int().min(1) }).optional(),
});
export type FlowsConfig = z.infer<typeof FlowsConfig>;

/** The source of flows, watched, where one is configured; not yet listening. Throws `bad-config`, above all for an open address that hears everybody. */
export function openFlows(
  config: FlowsConfig | undefined,
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
): readonly SignalSource[] {
  if (config === undefined) return [];
  const { host, port } = addressOf(config.listen, 'netflow.listen');
  if (!isLoopback(host) && config.exporters.length === 0)
    throw new CoreError(
      'bad-config',
      `netflow.listen ${host}:${port} can be reached from other machines, and UDP proves no sender: name those that are heard in netflow.exporters, ` +
        'or listen on 127.0.0.1',
    );
  const { volume, ...netflow } = config;
  return [watchedFlows(createNetflowSource(netflow, clock), log, volume === undefined ? {} : { volume })];
}
