import type { FollowedContainer } from '../adapters/sources/pod-logs/follow-container.ts';
import { podLogsSource } from '../adapters/sources/pod-logs/pod-logs-source.ts';
import type { Clock, ClusterReader, OpenPodLog, SignalSource } from '../core/ports.ts';
import type { LogsConfig } from './logs-config.ts';

/** The source of the logs of the opted-in namespaces; none unless it is configured. */
export function openLogs(
  config: LogsConfig | undefined,
  parts: { readonly clock: Clock; readonly openPodLog: OpenPodLog; readonly reader: Pick<ClusterReader, 'objects'> },
): readonly SignalSource[] {
  if (!config) return [];
  const { namespaces, ...limits } = config;
  return [podLogsSource({ open: parts.openPodLog, clock: parts.clock, limits, containers: () => containersIn(namespaces, parts.reader) })];
}

/** The containers that have run, of pods that are not over. */
function* containersIn(namespaces: readonly string[], reader: Pick<ClusterReader, 'objects'>): Iterable<FollowedContainer> {
  for (const { object } of reader.objects()) {
    if (object.kind !== 'Pod' || !namespaces.includes(object.meta.ref.namespace ?? '')) continue;
    if (object.phase === 'Succeeded' || object.phase === 'Failed') continue;
    for (const { name, role, restartCount, state } of object.containers) {
      const hasRun = state.is === 'running' || state.is === 'terminated' || restartCount > 0;
      if (role !== 'init' && hasRun) yield { pod: object.meta.ref, container: name, restarts: restartCount };
    }
  }
}
