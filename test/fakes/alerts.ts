import type { KubeObject } from '../../src/core/model/objects.ts';
import { type Alert, alertId } from '../../src/core/model/signal.ts';
import { NOON } from './object-meta.ts';

/** A firing alert about an object, heard of just now, which began a minute ago. */
export function alert(about: KubeObject, changes: Partial<Alert> = {}): Alert {
  const { fingerprint = 'f00d', startsAt = NOON - 60_000 } = changes;
  return {
    signal: 'alert',
    id: alertId({ fingerprint, startsAt }),
    subject: about.meta.ref,
    at: NOON,
    fingerprint,
    status: 'firing',
    name: 'ContainerMemoryLeaking',
    labels: {},
    annotations: {},
    startsAt,
    ...changes,
  };
}

/** One alert as Alertmanager sends it; `labels` are added to its name. */
export function rawAlert(labels: Readonly<Record<string, string>>, changes: Readonly<Record<string, unknown>> = {}) {
  return {
    status: 'firing',
    labels: { alertname: 'KubePodNotReady', ...labels },
    annotations: { summary: 'it is not ready' },
    startsAt: new Date(NOON - 60_000).toISOString(),
    endsAt: '0001-01-01T00:00:00Z',
    generatorURL: 'http://prometheus/graph',
    fingerprint: 'c0ffee',
    ...changes,
  };
}

/** A notification as Alertmanager 0.25 posts it. */
export function notification(alerts: readonly unknown[], changes: Readonly<Record<string, unknown>> = {}) {
  return {
    receiver: 'kubemend',
    status: 'firing',
    alerts,
    groupLabels: {},
    commonLabels: {},
    commonAnnotations: {},
    externalURL: 'http://alertmanager:9093',
    version: '4',
    groupKey: '{}:{}',
    truncatedAlerts: 0,
    ...changes,
  };
}
