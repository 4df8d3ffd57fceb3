import { inspectPrometheus, type PrometheusReport } from '../adapters/sources/prometheus/inspect-prometheus.ts';
import { metricTable } from '../adapters/sources/prometheus/metric-table.ts';
import { systemClock } from '../adapters/system/clock.ts';
import { CoreError } from '../core/errors.ts';
import type { SetupCheck } from './setup-check.ts';
import { type PrometheusConfig, prometheusOptionsOf } from './sources-config.ts';

/** Who serves a family of series, by how its names begin. */
const servers = {
  kube_: 'kube-state-metrics',
  container_: "the kubelet's cAdvisor",
  kubelet_: 'the kubelet',
  node_: 'node_exporter',
} as const;
/** Without these nothing can be said about any workload. */
const vital: readonly string[] = [servers.kube_, servers.container_];
const what = 'prometheus';

/** One line of `doctor` about the configured Prometheus. Never throws for a failed test: that is an answer. */
export async function checkPrometheus(config: PrometheusConfig, env: Readonly<Record<string, string | undefined>>): Promise<SetupCheck> {
  const options = prometheusOptionsOf(config, { cluster: 'default', clock: systemClock, env });
  const wanted = metricTable.filter(({ name }) => config.metrics?.includes(name) ?? true);
  try {
    const report = await inspectPrometheus(options, { match: config.match, metrics: wanted });
    return lineOf(options.url, report, config.lookbackMs);
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    return { what, state: error.retryable ? 'unreached' : 'wrong', says: error.message };
  }
}

function lineOf(url: string, report: PrometheusReport, lookbackMs: number): SetupCheck {
  const { version, targetsUp, targetsDown, upAgeMs, present, missing, clusters } = report;
  const who = `${url}, ${version === undefined ? 'of unknown version' : `version ${version}`}`;
  if (upAgeMs === undefined || upAgeMs > lookbackMs) {
    const says = `${who}: ${upAgeMs === undefined ? 'it scrapes nothing' : `its newest sample of up is ${Math.round(upAgeMs / 1_000)} s old`}`;
    return { what, state: 'wrong', says, mend: 'look at its targets, and at prometheus.match in the configuration' };
  }
  if (clusters.length > 1) {
    const says = `${who}: it holds ${clusters.length} clusters (${clusters.join(', ')}), whose pods of the same name would be mixed up`;
    return { what, state: 'wrong', says, mend: `say which is ours: prometheus.match: { cluster: ${clusters.at(-1)} }` };
  }
  const has = [
    `${targetsUp} targets up, ${targetsDown} down`,
    `up ${Math.round(upAgeMs / 1_000)} s old`,
    `${present.length} families of series`,
  ];
  const lacking = byServer(missing);
  const says = `${who}, ${has.join(', ')}${lacking.length === 0 ? '' : `; none of ${lacking.join('; ')}`}`;
  const lost = vital.filter(
    (server) => !present.some((name) => serverOf(name) === server) && missing.some((name) => serverOf(name) === server),
  );
  if (lost.length === 0) return { what, state: 'fine', says };
  return { what, state: 'wrong', says, mend: `let Prometheus scrape ${lost.join(' and ')}, or correct prometheus.match` };
}

/** What is missing, by who should serve it. */
function byServer(missing: readonly string[]): readonly string[] {
  return [...Map.groupBy(missing, serverOf)].map(([server, names]) => `${names.join(', ').replaceAll('|', ' or ')} (${server})`);
}

function serverOf(name: string): string {
  return Object.entries(servers).find(([prefix]) => name.startsWith(prefix))?.[1] ?? 'the workloads';
}
