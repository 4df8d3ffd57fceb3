import type { Detector, SeriesDetector } from '../core/plugins.ts';
import { alerted } from './alerts/alerted.ts';
import { ddos } from './flows/ddos.ts';
import { icmpFlood } from './flows/icmp-flood.ts';
import { portScan } from './flows/port-scan.ts';
import { scanned } from './flows/scanned.ts';
import { newLogTemplate } from './logs/new-log-template.ts';
import { vanishedLogTemplate } from './logs/vanished-log-template.ts';
import { diskExhaustion } from './series/disk-exhaustion.ts';
import { errorRate } from './series/error-rate.ts';
import { latency } from './series/latency.ts';
import { memoryExhaustion } from './series/memory-exhaustion.ts';
import { multiMetric } from './series/multi-metric.ts';
import { saturationAhead } from './series/saturation-ahead.ts';
import { spikeDip } from './series/spike-dip.ts';
import { containerConfigError } from './state/container-config-error.ts';
import { crashLoop } from './state/crash-loop.ts';
import { creationRefused } from './state/creation-refused.ts';
import { evictions } from './state/evictions.ts';
import { failedJob } from './state/failed-job.ts';
import { failedMount } from './state/failed-mount.ts';
import { hpaSaturated } from './state/hpa-saturated.ts';
import { hpaUnable } from './state/hpa-unable.ts';
import { idleCapacity } from './state/idle-capacity.ts';
import { imagePullFailure } from './state/image-pull-failure.ts';
import { initContainerFailing } from './state/init-container-failing.ts';
import { livenessRestarts } from './state/liveness-restarts.ts';
import { nodeNotReady } from './state/node-not-ready.ts';
import { nodePressure } from './state/node-pressure.ts';
import { oomKilled } from './state/oom-killed.ts';
import { pvcPending } from './state/pvc-pending.ts';
import { readinessFailing } from './state/readiness-failing.ts';
import { stuckRollout } from './state/stuck-rollout.ts';
import { stuckTerminating } from './state/stuck-terminating.ts';
import { unschedulable } from './state/unschedulable.ts';

/** Every detector, one line each; the list and the folder are the same. */
export const detectors: readonly Detector[] = [
  alerted,
  containerConfigError,
  crashLoop,
  creationRefused,
  ddos,
  evictions,
  failedJob,
  failedMount,
  hpaSaturated,
  hpaUnable,
  icmpFlood,
  idleCapacity,
  imagePullFailure,
  initContainerFailing,
  livenessRestarts,
  newLogTemplate,
  nodeNotReady,
  nodePressure,
  oomKilled,
  portScan,
  pvcPending,
  readinessFailing,
  scanned,
  stuckRollout,
  stuckTerminating,
  unschedulable,
  vanishedLogTemplate,
];

/** Every series detector, one line each: asked when a source of samples is configured. What has no row in `kubemend eval` is not here. */
export const seriesDetectors: readonly SeriesDetector[] = [
  diskExhaustion,
  errorRate,
  latency,
  memoryExhaustion,
  multiMetric,
  saturationAhead,
  spikeDip,
];
