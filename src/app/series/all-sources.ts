import type { KubernetesCluster } from '../../adapters/cluster/kubernetes/kubernetes-cluster.ts';
import type { Reading } from '../../core/model/reading.ts';
import type { SampleBlock } from '../../core/model/samples.ts';
import type { Clock, Logger, SignalSource } from '../../core/ports.ts';
import type { Config } from '../config.ts';
import { openFlows } from '../flows/open-flows.ts';
import { openLogs } from '../open-logs.ts';
import { openReceivers } from '../receivers-config.ts';
import { openSources } from '../sources-config.ts';

/** Every source that is configured. */
export interface AllSources {
  readonly signals: readonly SignalSource[];
  /** Blocks of the past, where a source knows it. */
  readonly past?: (fromMs: number, signal: AbortSignal) => AsyncIterable<SampleBlock>;
  /** What was found in observations that make no series; missing where there are none. */
  readonly readings?: () => readonly Reading[];
  close(): Promise<void>;
}

/** Opens what the configuration names, polled or listening; nothing is sent or listened to yet. Throws `bad-config`. */
export async function allSources(
  config: Pick<Config, 'cluster' | 'prometheus' | 'metrics' | 'otlp' | 'remoteWrite' | 'netflow' | 'logs'>,
  {
    clock,
    log,
    cluster,
  }: { readonly clock: Clock; readonly log: Logger; readonly cluster: Pick<KubernetesCluster, 'getJson' | 'openPodLog' | 'reader'> },
): Promise<AllSources> {
  const { env } = process;
  const { signals, prometheus, close } = await openSources(config, {
    clock,
    env,
    getJson: (path, signal) => cluster.getJson(path, signal),
  });
  const receivers = await openReceivers(config, { clock, log, env });
  const flows = openFlows(config.netflow, { clock, log, cluster: cluster.reader });
  return {
    signals: [...signals, ...receivers, ...flows.signals, ...openLogs(config.logs, { clock, ...cluster })],
    readings: flows.readings,
    ...(prometheus && { past: (fromMs: number, signal: AbortSignal) => prometheus.backfill(fromMs, signal) }),
    close,
  };
}
