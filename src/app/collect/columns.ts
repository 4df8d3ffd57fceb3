import type { Container, Pod } from '../../core/model/objects.ts';

/** What a column is filled from: a pod as it stands, and the newest figures about it. */
export interface RowFacts {
  readonly pod: Pod;
  /** The pod's workload, if it is known: `Deployment/cart`. */
  readonly workload: string | undefined;
  /** Warning events about the pod since the row before. */
  readonly warnings: number;
  /** The newest figure of a metric about this pod; undefined when there is none that is fresh. */
  figure(metric: string): number | undefined;
}

/** One column of the file. */
export interface Column {
  readonly name: string;
  /** What it holds, with its unit: for the documentation. */
  readonly about: string;
  /** Empty when it is not known: nothing is ever put in its place. */
  text(facts: RowFacts): string;
}

const figures: readonly (readonly [name: string, metric: string, about: string])[] = [
  ['cpu_cores', 'cpuCores', 'CPU use of all containers, in cores'],
  ['cpu_request_share', 'cpuRequestShare', 'CPU use over the request, 1 is all of it'],
  ['cpu_throttled_share', 'cpuThrottledShare', 'share of CPU periods in which the worst container was throttled'],
  ['memory_bytes', 'memoryBytes', 'working set of all containers, in bytes'],
  ['memory_request_share', 'memoryRequestShare', 'working set over the request, 1 is all of it'],
  ['memory_limit_share', 'memoryLimitShare', 'working set over the limit of the fullest container, 1 is all of it'],
  ['disk_io_bytes_per_second', 'diskIoBytesPerSecond', 'bytes read and written per second'],
  ['network_receive_bytes_per_second', 'networkReceiveBytesPerSecond', 'bytes received per second'],
  ['network_transmit_bytes_per_second', 'networkTransmitBytesPerSecond', 'bytes sent per second'],
  ['network_errors_per_second', 'networkErrorsPerSecond', 'packets with errors per second, both ways'],
  ['network_drops_per_second', 'networkDropsPerSecond', 'packets dropped per second, both ways'],
  ['latency_p95_ms', 'latencyP95Ms', '95th percentile of request durations, in milliseconds'],
];

const states: readonly Column[] = [
  { name: 'restarts', about: 'container starts after the first, all containers', text: ({ pod }) => String(restartsOf(pod)) },
  {
    name: 'ready_containers',
    about: 'containers that are ready',
    text: ({ pod }) => String(mainOf(pod).filter(({ ready }) => ready).length),
  },
  { name: 'total_containers', about: 'containers, without those that only initialise', text: ({ pod }) => String(mainOf(pod).length) },
  { name: 'phase', about: 'Pending, Running, Succeeded, Failed or Unknown', text: ({ pod }) => pod.phase },
  {
    name: 'reason',
    about: 'why a container waits or ended last (CrashLoopBackOff, OOMKilled …), of the worst one',
    text: ({ pod }) => reasonOf(pod),
  },
  { name: 'warning_events', about: 'Warning events about the pod since the row before', text: ({ warnings }) => String(warnings) },
];

/** The columns that name a row. */
export const identity: readonly Column[] = [
  { name: 'namespace', about: 'namespace of the pod', text: ({ pod }) => pod.meta.ref.namespace ?? '' },
  { name: 'pod', about: 'name of the pod', text: ({ pod }) => pod.meta.ref.name },
  { name: 'pod_uid', about: 'its uid: a pod of the same name after it is another', text: ({ pod }) => pod.meta.ref.uid ?? '' },
  { name: 'node', about: 'where it runs', text: ({ pod }) => pod.nodeName ?? '' },
  { name: 'workload', about: 'who owns it in the end: Deployment/cart', text: ({ workload }) => workload ?? '' },
];

/** The columns behind the time stamp: the usual ones, and one for each query, by its own name. */
export function columnsWith(queries: readonly string[]): readonly Column[] {
  const measured = figures.map(([name, metric, about]) => figureColumn(name, metric, about));
  return [...identity, ...measured, ...states, ...queries.map((name) => figureColumn(name, name, 'the query of this name'))];
}

function figureColumn(name: string, metric: string, about: string): Column {
  return { name, about, text: (facts) => shortest(facts.figure(metric)) };
}

/** Up to seven digits, which is more than any of the sources knows. */
function shortest(value: number | undefined): string {
  return value === undefined || !Number.isFinite(value) ? '' : String(Number(value.toPrecision(7)));
}

function mainOf(pod: Pod): readonly Container[] {
  return pod.containers.filter(({ role }) => role !== 'init');
}

function restartsOf(pod: Pod): number {
  return pod.containers.reduce((sum, { restartCount }) => sum + restartCount, 0);
}

/** A container that waits says more than one that ended, and that more than how one ended before. */
function reasonOf(pod: Pod): string {
  const said = (pick: (container: Container) => string | undefined) => pod.containers.map(pick).find((reason) => reason !== undefined);
  const waiting = said(({ state }) => (state.is === 'waiting' && !isStarting(state.reason) ? state.reason : undefined));
  const ended = said(({ state, role }) => (state.is === 'terminated' && role !== 'init' ? state.reason : undefined));
  const before = said(({ lastState }) => (lastState?.is === 'terminated' ? lastState.reason : undefined));
  return pod.reason ?? waiting ?? ended ?? before ?? '';
}

function isStarting(reason: string | undefined): boolean {
  return reason === 'ContainerCreating' || reason === 'PodInitializing';
}
