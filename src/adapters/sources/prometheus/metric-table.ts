import type { SubjectRule } from './subject.ts';

/** What expressions are written with: the window of every `rate`, matchers that every selector gets, and the histogram of latency. */
export interface ExpressionSettings {
  /** In PromQL's notation (`2m`). */
  readonly rateWindow: string;
  /** Label matchers for every selector, for a Prometheus that holds more than this cluster. */
  readonly match: Readonly<Record<string, string>>;
  /** The histogram of request durations in seconds, without `_bucket`. */
  readonly latencyHistogram: string;
}

/** One metric: what it is called and measured in, whose it is, and how Prometheus is asked for it. */
export interface MetricEntry {
  /** Ends in its unit, where it has one. */
  readonly name: string;
  readonly unit: 'cores' | 'bytes' | 'bytes/s' | '1/s' | 'ms' | 'share' | 'count' | '°C';
  readonly subject: SubjectRule;
  /** The series that it is made of; `a|b` is either. */
  readonly needs: readonly string[];
  /** Many clusters have none, and nothing is wrong with them. */
  readonly isOptional?: true;
  expression(settings: ExpressionSettings): string;
}

const containers: SubjectRule = { kind: 'container', labels: {} };
const pods: SubjectRule = { kind: 'pod', labels: {} };
const claims: SubjectRule = { kind: 'persistentvolumeclaim', labels: {} };
const nodes: SubjectRule = { kind: 'node', labels: {} };
const mounts: SubjectRule = { kind: 'node', labels: { part: 'mountpoint' } };

const BY_CONTAINER = 'by (namespace, pod, container)';
const ON_CONTAINER = 'on (namespace, pod, container)';
const BY_POD = 'by (namespace, pod)';
const BY_CLAIM = 'by (namespace, persistentvolumeclaim)';
/** cAdvisor also has series of the pod's whole cgroup (no container) and of its sandbox (POD). */
const ONE_CONTAINER = 'pod!="",container!="",container!="POD"';
const REAL_DISKS =
  'fstype!~"tmpfs|devtmpfs|ramfs|overlay|squashfs|iso9660|erofs|autofs|nsfs|fuse.*",' +
  'mountpoint!~"/(dev|proc|sys|run|var/lib/kubelet|var/lib/containerd|var/lib/docker)/.+"';

/** A selector of one metric, with the matchers that every one gets. */
function selector(settings: ExpressionSettings, name: string, matchers = ''): string {
  const always = Object.entries(settings.match).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return `${name}{${[...(matchers ? [matchers] : []), ...always].join(',')}}`;
}

function rate(settings: ExpressionSettings, name: string, matchers = ''): string {
  return `rate(${selector(settings, name, matchers)}[${settings.rateWindow}])`;
}

const cpuUse = (settings: ExpressionSettings) =>
  `sum ${BY_CONTAINER} (${rate(settings, 'container_cpu_usage_seconds_total', ONE_CONTAINER)})`;
const memoryUse = (settings: ExpressionSettings) =>
  `max ${BY_CONTAINER} (${selector(settings, 'container_memory_working_set_bytes', ONE_CONTAINER)})`;
const asked = (settings: ExpressionSettings, what: 'requests' | 'limits', resource: string) =>
  `(max ${BY_CONTAINER} (${selector(settings, `kube_pod_container_resource_${what}`, `resource="${resource}"`)}) > 0)`;

/** Of a pod: only containers that both use and request something count, so that a missing one is not taken for idle. */
const requestShare = (use: string, request: string) =>
  `sum ${BY_POD} (${use} and ${ON_CONTAINER} ${request}) / sum ${BY_POD} (${request} and ${ON_CONTAINER} ${use})`;

const podRates = (settings: ExpressionSettings, matchers: string, ...names: readonly string[]) =>
  names.map((name) => `sum ${BY_POD} (${rate(settings, name, matchers)})`).join(' + ');

/**
 * Gives series of node_exporter (by node and instance) the node's name: the label `node` where the scrape sets it, else the
 * host's own name, which is the kubelet's default.
 */
function onNode(settings: ExpressionSettings, series: string, part = ''): string {
  const host = `max by (instance, nodename) (${selector(settings, 'node_uname_info')})`;
  return `max by (node, nodename${part}) ((${series}) * on (instance) group_left (nodename) ${host} or on (instance) (${series}))`;
}

const usedShare = (settings: ExpressionSettings, free: string, size: string) => {
  const of = (name: string) => `max by (node, instance, mountpoint) (${selector(settings, name, REAL_DISKS)})`;
  return onNode(settings, `1 - ${of(free)} / (${of(size)} > 0)`, ', mountpoint');
};

function latency(settings: ExpressionSettings): string {
  const { latencyHistogram: name } = settings;
  const classic = `histogram_quantile(0.95, sum by (namespace, pod, le) (${rate(settings, `${name}_bucket`, 'pod!=""')}))`;
  const native = `histogram_quantile(0.95, sum ${BY_POD} (${rate(settings, name, 'pod!=""')}))`;
  return `1000 * (${classic} or ${native})`;
}

const claimShare = (settings: ExpressionSettings, used: string, size: string) =>
  `max ${BY_CLAIM} (${selector(settings, used)}) / (max ${BY_CLAIM} (${selector(settings, size)}) > 0)`;

/**
 * What Prometheus is asked for, one query each for all objects at once, by the names of kube-state-metrics 2, cAdvisor (the kubelet's
 * `/metrics/cadvisor`), the kubelet and node_exporter 1.
 */
export const metricTable: readonly MetricEntry[] = [
  {
    ...{ name: 'cpuRequestShare', unit: 'share', subject: pods },
    needs: ['container_cpu_usage_seconds_total', 'kube_pod_container_resource_requests'],
    expression: (settings) => requestShare(cpuUse(settings), asked(settings, 'requests', 'cpu')),
  },
  {
    ...{ name: 'memoryRequestShare', unit: 'share', subject: pods },
    needs: ['container_memory_working_set_bytes', 'kube_pod_container_resource_requests'],
    expression: (settings) => requestShare(memoryUse(settings), asked(settings, 'requests', 'memory')),
  },
  {
    ...{ name: 'diskIoBytesPerSecond', unit: 'bytes/s', subject: pods },
    needs: ['container_fs_reads_bytes_total', 'container_fs_writes_bytes_total'],
    expression: (settings) => podRates(settings, ONE_CONTAINER, 'container_fs_reads_bytes_total', 'container_fs_writes_bytes_total'),
  },
  { ...{ name: 'latencyP95Ms', unit: 'ms', subject: pods, isOptional: true }, needs: [], expression: latency },
  {
    ...{ name: 'nodeCpuShare', unit: 'share', subject: nodes },
    needs: ['node_cpu_seconds_total'],
    expression: (settings) => {
      const idle = rate(settings, 'node_cpu_seconds_total', 'mode=~"idle|iowait|steal"');
      return onNode(settings, `1 - avg by (node, instance) (sum by (node, instance, cpu) (${idle}))`);
    },
  },
  {
    ...{ name: 'nodeMemoryShare', unit: 'share', subject: nodes },
    needs: ['node_memory_MemAvailable_bytes', 'node_memory_MemTotal_bytes'],
    expression: (settings) => {
      const of = (name: string) => `max by (node, instance) (${selector(settings, name)})`;
      return onNode(settings, `1 - ${of('node_memory_MemAvailable_bytes')} / ${of('node_memory_MemTotal_bytes')}`);
    },
  },
  {
    ...{ name: 'nodeTemperatureCelsius', unit: '°C', subject: nodes, isOptional: true },
    needs: ['node_hwmon_temp_celsius|node_thermal_zone_temp'],
    expression: (settings) => {
      const of = (name: string) => `max by (node, instance) (${selector(settings, name)})`;
      return onNode(settings, `${of('node_hwmon_temp_celsius')} or ${of('node_thermal_zone_temp')}`);
    },
  },
  {
    ...{ name: 'nodeFilesystemUsedShare', unit: 'share', subject: mounts },
    needs: ['node_filesystem_avail_bytes', 'node_filesystem_size_bytes'],
    expression: (settings) => usedShare(settings, 'node_filesystem_avail_bytes', 'node_filesystem_size_bytes'),
  },
  {
    ...{ name: 'nodeInodesUsedShare', unit: 'share', subject: mounts, isOptional: true },
    needs: ['node_filesystem_files_free', 'node_filesystem_files'],
    expression: (settings) => usedShare(settings, 'node_filesystem_files_free', 'node_filesystem_files'),
  },
  { ...{ name: 'cpuCores', unit: 'cores', subject: containers }, needs: ['container_cpu_usage_seconds_total'], expression: cpuUse },
  {
    ...{ name: 'cpuLimitShare', unit: 'share', subject: containers, isOptional: true },
    needs: ['container_cpu_usage_seconds_total', 'kube_pod_container_resource_limits'],
    expression: (settings) => `${cpuUse(settings)} / ${asked(settings, 'limits', 'cpu')}`,
  },
  {
    ...{ name: 'cpuThrottledShare', unit: 'share', subject: containers, isOptional: true },
    needs: ['container_cpu_cfs_throttled_periods_total', 'container_cpu_cfs_periods_total'],
    expression: (settings) => {
      const of = (name: string) => `sum ${BY_CONTAINER} (${rate(settings, name, ONE_CONTAINER)})`;
      return `${of('container_cpu_cfs_throttled_periods_total')} / ${of('container_cpu_cfs_periods_total')}`;
    },
  },
  { ...{ name: 'memoryBytes', unit: 'bytes', subject: containers }, needs: ['container_memory_working_set_bytes'], expression: memoryUse },
  {
    ...{ name: 'memoryLimitShare', unit: 'share', subject: containers, isOptional: true },
    needs: ['container_memory_working_set_bytes', 'kube_pod_container_resource_limits'],
    expression: (settings) => `${memoryUse(settings)} / ${asked(settings, 'limits', 'memory')}`,
  },
  {
    ...{ name: 'restarts', unit: 'count', subject: containers },
    needs: ['kube_pod_container_status_restarts_total'],
    expression: (settings) => `max ${BY_CONTAINER} (${selector(settings, 'kube_pod_container_status_restarts_total')})`,
  },
  ...network('networkReceiveBytesPerSecond', 'bytes/s', 'container_network_receive_bytes_total'),
  ...network('networkTransmitBytesPerSecond', 'bytes/s', 'container_network_transmit_bytes_total'),
  ...network('networkErrorsPerSecond', '1/s', 'container_network_receive_errors_total', 'container_network_transmit_errors_total'),
  ...network(
    'networkDropsPerSecond',
    '1/s',
    'container_network_receive_packets_dropped_total',
    'container_network_transmit_packets_dropped_total',
  ),
  {
    ...{ name: 'volumeUsedShare', unit: 'share', subject: claims, isOptional: true },
    needs: ['kubelet_volume_stats_used_bytes', 'kubelet_volume_stats_capacity_bytes'],
    expression: (settings) => claimShare(settings, 'kubelet_volume_stats_used_bytes', 'kubelet_volume_stats_capacity_bytes'),
  },
  {
    ...{ name: 'volumeInodesUsedShare', unit: 'share', subject: claims, isOptional: true },
    needs: ['kubelet_volume_stats_inodes_used', 'kubelet_volume_stats_inodes'],
    expression: (settings) => claimShare(settings, 'kubelet_volume_stats_inodes_used', 'kubelet_volume_stats_inodes'),
  },
];

function network(name: string, unit: 'bytes/s' | '1/s', ...needs: readonly string[]): readonly MetricEntry[] {
  const matchers = 'pod!="",interface!="lo"';
  return [{ name, unit, subject: pods, needs, expression: (settings) => podRates(settings, matchers, ...needs) }];
}
