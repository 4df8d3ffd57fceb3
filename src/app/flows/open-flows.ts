import { createNetflowSource } from '../../adapters/sources/netflow/netflow-source.ts';
import { CoreError } from '../../core/errors.ts';
import type { Reading } from '../../core/model/reading.ts';
import type { SignalSource } from '../../core/ports.ts';
import { addressOf, isLoopback } from '../http-config.ts';
import { type FlowDeskParts, flowDesk } from './flow-desk.ts';
import type { FlowsConfig } from './flows-config.ts';
import { watchedFlows } from './watched-flows.ts';

/** The receiver of flows, and what their alarms say about objects. */
export interface OpenedFlows {
  readonly signals: readonly SignalSource[];
  readings(): readonly Reading[];
}

/** Opens the source of flows where one is configured; not yet listening. Throws `bad-config`, as for an address that hears everybody. */
export function openFlows(config: FlowsConfig | undefined, parts: Omit<FlowDeskParts, 'options'>): OpenedFlows {
  if (config === undefined) return { signals: [], readings: () => [] };
  const { host, port } = addressOf(config.listen, 'netflow.listen');
  if (!isLoopback(host) && config.exporters.length === 0)
    throw new CoreError(
      'bad-config',
      `netflow.listen ${host}:${port} can be reached from other machines, and UDP proves no sender: ` +
        'name those that are heard in netflow.exporters, or listen on 127.0.0.1',
    );
  const { volume, ...netflow } = config;
  const desk = flowDesk({ ...parts, ...(volume !== undefined && { options: { volume } }) });
  return { signals: [watchedFlows(createNetflowSource(netflow, parts.clock), desk)], readings: desk.readings };
}
