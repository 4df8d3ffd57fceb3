import { createNetflowSource } from '../../adapters/sources/netflow/netflow-source.ts';
import { CoreError } from '../../core/errors.ts';
import type { Clock, Logger, SignalSource } from '../../core/ports.ts';
import { addressOf, isLoopback } from '../http-config.ts';
import type { FlowsConfig } from './flows-config.ts';
import { watchedFlows } from './watched-flows.ts';

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
