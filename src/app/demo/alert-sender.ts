import { digestOf } from '../../core/digest.ts';
import type { Clock } from '../../core/ports.ts';
import type { MemoryAlert, MemoryRule } from './memory-rule.ts';

/** The name of the alert that the demo's rule raises. */
export const MEMORY_ALERT = 'ContainerMemoryLeaking';

/** What the sender needs: where alerts go, and how it proves itself there. */
export interface AlertSenderOptions {
  readonly rule: MemoryRule;
  readonly clock: Clock;
  readonly url: string;
  readonly token: string;
}

/** How often the rule is evaluated, in the cluster's time; and how long an answer may take, in the machine's. */
const EVERY_MS = 5_000;
const ANSWER_MS = 5_000;

/**
 * Plays Prometheus and Alertmanager: evaluates the rule every five seconds and sends what it says to the webhook, in Alertmanager's own
 * form, until the signal is aborted. Throws when the webhook does not take it.
 */
export async function sendAlerts({ rule, clock, url, token }: AlertSenderOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const alerts = rule.evaluate();
    if (alerts.length > 0) await send(notificationOf(alerts), url, token);
    await clock.sleep(EVERY_MS, signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
}

/** A notification in Alertmanager's webhook form, version 4. */
export function notificationOf(alerts: readonly MemoryAlert[]): object {
  const isFiring = alerts.some(({ endsAt }) => endsAt === undefined);
  return {
    version: '4',
    groupKey: `{}:{alertname="${MEMORY_ALERT}"}`,
    truncatedAlerts: 0,
    status: isFiring ? 'firing' : 'resolved',
    receiver: 'kubemend',
    groupLabels: { alertname: MEMORY_ALERT },
    commonLabels: { alertname: MEMORY_ALERT },
    commonAnnotations: {},
    externalURL: '',
    alerts: alerts.map(alertOf),
  };
}

function alertOf({ namespace, pod, startsAt, endsAt }: MemoryAlert): object {
  const labels = { alertname: MEMORY_ALERT, namespace, pod };
  return {
    status: endsAt === undefined ? 'firing' : 'resolved',
    labels,
    annotations: { summary: 'memory grows towards its limit' },
    startsAt: new Date(startsAt).toISOString(),
    endsAt: endsAt === undefined ? '0001-01-01T00:00:00Z' : new Date(endsAt).toISOString(),
    generatorURL: '',
    fingerprint: digestOf(labels).slice(0, 16),
  };
}

async function send(notification: object, url: string, token: string): Promise<void> {
  const response = await fetch(`${url}/webhook/alertmanager`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(notification),
    signal: AbortSignal.timeout(ANSWER_MS),
  });
  if (!response.ok) throw new Error(`the webhook answered ${response.status}: ${await response.text()}`);
}
