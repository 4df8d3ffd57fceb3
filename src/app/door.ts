import type { KubernetesCluster } from '../adapters/cluster/kubernetes/kubernetes-cluster.ts';
import { defaultMapping } from '../adapters/sources/alertmanager/alert-mapping.ts';
import type { Context } from '../core/context.ts';
import type { AlertBook } from './alerts/alert-book.ts';
import { alertIntake } from './alerts/alert-intake.ts';
import type { Config } from './config.ts';
import { type HttpSettings, hasCredentials } from './http-config.ts';
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
  readonly describe: KubernetesCluster['describe'];
}

/** Opens the HTTP entrance. Throws `bad-config` when the address cannot be had. */
export async function openDoor(settings: HttpSettings, { config, context, book, describe }: DoorParts): Promise<Door> {
  const { clock, log, store, cluster } = context;
  const stateOf = (kind: string) => describe().kinds.find((report) => report.kind === kind)?.state;
  const isSynced = () => describe().kinds.every(({ state }) => state === 'synced' || state === 'forbidden');
  const intake = alertIntake({
    clock,
    log,
    store,
    cluster,
    book,
    mapping: { ...defaultMapping, ...config.alerts.map },
    clusterName: config.cluster,
    isForbidden: (kind) => stateOf(kind) === 'forbidden',
  });
  const { startHttp } = await import('../http/start-http.ts'); // loaded on use: the web server takes a while
  const door = await startHttp({ clock, log, intake, readiness: () => readinessOf(context, isSynced()) }, settings);
  if (!hasCredentials(settings.webhook)) log.warn('anybody on this machine may send alerts', { url: door.url, mend: 'set http.webhook' });
  return door;
}
