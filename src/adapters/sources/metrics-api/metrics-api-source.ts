import type { SampleBlock, SeriesSubject } from '../../../core/model/samples.ts';
import { nap } from '../../../core/nap.ts';
import type { Clock, SignalSource, SourceHealth } from '../../../core/ports.ts';
import { type Reading, readNodes, readPods } from './read-metrics.ts';

/** What the source is made of. */
export interface MetricsApiOptions {
  /** The cluster's id in every reference. */
  readonly cluster: string;
  readonly clock: Clock;
  readonly intervalMs: number;
  /** Reads a path of the API server. Rejects with the status in `status`, where there was an answer. */
  readonly getJson: (path: string, signal: AbortSignal) => Promise<unknown>;
}

/** Tells CPU and memory, and nothing else. */
export interface MetricsApiSource extends SignalSource {
  stream(signal: AbortSignal): AsyncIterable<SampleBlock>;
}

const API = '/apis/metrics.k8s.io/v1beta1';
/** metrics-server measures every 15 to 60 s; what is older than two of the longest and a half says nothing any more. */
const MAX_AGE_MS = 150_000;

/** What stands between us and the measurements, by the list that failed. */
type Problems = Map<string, string>;

/** The cluster's own metrics API: CPU and memory of every container and node, by one list each per interval. */
export function metricsApiSource(options: MetricsApiOptions): MetricsApiSource {
  const { clock, intervalMs, getJson, cluster } = options;
  const problems: Problems = new Map();
  let stale = 0;
  let wholeAt: number | undefined;

  async function readList(what: 'pods' | 'nodes', signal: AbortSignal): Promise<readonly Reading[]> {
    try {
      const list = await getJson(`${API}/${what}`, signal);
      const readings = what === 'pods' ? readPods(list, cluster) : readNodes(list, cluster);
      problems.delete(what);
      return readings;
    } catch (error) {
      if (!signal.aborted) problems.set(what, problemOf(error, what));
      return [];
    }
  }
  function blocksFrom(readings: readonly Reading[], at: number, names: { readonly cpu: string; readonly memory: string }): SampleBlock[] {
    const fresh = readings.filter((reading) => at - reading.at <= MAX_AGE_MS);
    stale += readings.length - fresh.length;
    return [
      ...blockOf(
        names.cpu,
        at,
        fresh.map(({ subject, cpuCores }) => [subject, cpuCores]),
      ),
      ...blockOf(
        names.memory,
        at,
        fresh.map(({ subject, memoryBytes }) => [subject, memoryBytes]),
      ),
    ];
  }
  async function poll(signal: AbortSignal): Promise<readonly SampleBlock[]> {
    const at = Math.floor(clock.now() / intervalMs) * intervalMs;
    const [pods, nodes] = await Promise.all([readList('pods', signal), readList('nodes', signal)]);
    if (problems.size === 0 && !signal.aborted) wholeAt = clock.now();
    return [
      ...blocksFrom(pods, at, { cpu: 'cpuCores', memory: 'memoryBytes' }),
      ...blocksFrom(nodes, at, { cpu: 'nodeCpuCores', memory: 'nodeMemoryBytes' }),
    ];
  }

  return {
    name: 'metrics-api',
    async *stream(signal) {
      while (!signal.aborted) {
        yield* await poll(signal);
        await nap(clock, intervalMs - (clock.now() % intervalMs), signal);
      }
    },
    health(): SourceHealth {
      const problem = [...new Set(problems.values())].join('; ');
      return {
        ageMs: wholeAt === undefined ? undefined : clock.now() - wholeAt,
        ...(problem !== '' && { problem }),
        dropped: stale === 0 ? {} : { 'measured too long ago': stale },
      };
    },
  };
}

/** Why the metrics API cannot be read now, and how to mend it; undefined when it can. */
export async function whyNoMetrics(getJson: MetricsApiOptions['getJson'], signal: AbortSignal): Promise<string | undefined> {
  try {
    readNodes(await getJson(`${API}/nodes`, signal), '');
    return undefined;
  } catch (error) {
    return problemOf(error, 'nodes');
  }
}

function blockOf(metric: string, at: number, pairs: readonly (readonly [SeriesSubject, number | undefined])[]): readonly SampleBlock[] {
  const known = pairs.filter((pair): pair is readonly [SeriesSubject, number] => pair[1] !== undefined);
  if (known.length === 0) return [];
  const values = Float64Array.from(known.map(([, value]) => value));
  return [{ signal: 'samples', source: 'metrics-api', metric, at, subjects: known.map(([subject]) => subject), values }];
}

/** The API server answers 404 where nobody registered the API, and 503 where whoever did does not answer. */
function problemOf(error: unknown, what: string): string {
  const said = error instanceof Error ? error.message : String(error);
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  if (status === 404)
    return `the cluster has no metrics API (${API}): install metrics-server, or leave \`metrics\` out of the configuration`;
  if (status === 503)
    return `the metrics API does not answer (${said}): look at metrics-server and \`kubectl get apiservice v1beta1.metrics.k8s.io\``;
  if (status === 403)
    return `we may not read the metrics API (${said}): allow list on ${what} of metrics.k8s.io (\`kubemend manifests\` with this configuration does)`;
  return `the metrics API cannot be read: ${said}`;
}
