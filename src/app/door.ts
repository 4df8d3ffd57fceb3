import type { KubernetesCluster } from '../adapters/cluster/kubernetes/kubernetes-cluster.ts';
import { defaultMapping } from '../adapters/sources/alertmanager/alert-mapping.ts';
import type { Context } from '../core/context.ts';
import type { AlertBook } from './alerts/alert-book.ts';
import { alertIntake } from './alerts/alert-intake.ts';
import { meteredIntake } from './api/metrics/metered.ts';
import type { Meters } from './api/metrics/meters.ts';
import type { Config } from './config.ts';
import { type HttpSettings, hasCredentials, isLoopback } from './http-config.ts';
import { identitySource } from './identity/identity-source.ts';
import { readinessOf } from './readiness.ts';

/** The HTTP entrance of a running controller. */
export interface Door {
  readonly url: string;
  stop(): Promise<void>;
}

/** What stands behind the door. */
export interface DoorParts {
  readonly config: Pick<Config, 'alerts' | 'cluster'>;
  readonly context: Context;
  readonly book: AlertBook;
  readonly cluster: Pick<KubernetesCluster, 'describe' | 'reviews'>;
  readonly meters: Meters;
}

/** Opens the HTTP entrance. Throws `bad-config` when the address cannot be had. */
export async function openDoor(settings: HttpSettings, parts: DoorParts): Promise<Door> {
  const { config, context, book, meters } = parts;
  const { clock, log, store, cluster } = context;
  const { describe, reviews } = parts.cluster;
  const stateOf = (kind: string) => describe().kinds.find((report) => report.kind === kind)?.state;
  const isSynced = () => describe().kinds.every(({ state }) => state === 'synced' || state === 'forbidden');
  const takeIn = alertIntake({
    clock,
    log,
    store,
    cluster,
    book,
    mapping: { ...defaultMapping, ...config.alerts.map },
    clusterName: config.cluster,
    isForbidden: (kind) => stateOf(kind) === 'forbidden',
  });
  const identity = settings.identity && identitySource(settings.identity, { clock, log, reviews });
  const { startHttp } = await import('../http/start-http.ts'); // loaded on use: the web server takes a while
  const intake = meteredIntake(takeIn, meters);
  const readiness = () => readinessOf(context, isSynced());
  const door = await startHttp({ clock, log, store, intake, meters, readiness, ...(identity && { identity }) }, settings);
  if (settings.identity && !settings.tls && !isLoopback(settings.host))
    log.warn('tokens of the HTTP API cross the network in the clear', {
      url: door.url,
      mend: 'set http.tls, or let only a proxy with TLS reach this address',
    });
  if (!settings.identity) log.info('nobody may use the HTTP API', { mend: 'set http.tokenFile or http.identity' });
  if (!hasCredentials(settings.webhook)) log.warn('anybody on this machine may send alerts', { url: door.url, mend: 'set http.webhook' });
  return door;
}
