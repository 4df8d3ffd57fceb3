import type { KubernetesCluster } from '../adapters/cluster/kubernetes/kubernetes-cluster.ts';
import { kubeEventNotifier } from '../adapters/notifiers/kube-event.ts';
import { webhookNotifier } from '../adapters/notifiers/webhook.ts';
import type { Clock, Logger, Notifier } from '../core/ports.ts';
import type { Config } from './config.ts';
import { eventScope } from './event-scope.ts';

/** Everybody who is told about changes. */
export interface Notifiers {
  readonly all: readonly Notifier[];
  /** Aborted by `stop`: nothing is told again from then on. */
  readonly signal: AbortSignal;
  /** Gives what is being told a moment to arrive. */
  stop(): Promise<void>;
}

/** What notifiers are made of; `scope` is the options of the guard of that name. */
export interface NotifierParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly cluster: Pick<KubernetesCluster, 'events' | 'reader' | 'election'>;
  readonly scope: unknown;
}

/** The notifiers that are configured. Whoever only looks (`observe`, a dry run) writes no Kubernetes events unless `notify.events` says so. */
export function openNotifiers(config: Pick<Config, 'mode' | 'dryRun' | 'notify'>, parts: NotifierParts): Notifiers {
  const { webhook, events: wanted = config.mode !== 'observe' && !config.dryRun } = config.notify;
  const { clock, log, cluster, scope } = parts;
  const isWanted = eventScope({ cluster: cluster.reader, election: cluster.election, scope });
  const events = wanted ? kubeEventNotifier({ clock, log, events: cluster.events, isWanted }) : undefined;
  const stopping = new AbortController();
  return {
    signal: stopping.signal,
    all: [...(webhook ? [webhookOf(webhook)] : []), ...(events ? [events] : [])],
    async stop() {
      await events?.stop();
      stopping.abort(new Error('stopped'));
    },
  };
}

function webhookOf({ url, bearerTokenFile }: NonNullable<Config['notify']['webhook']>): Notifier {
  return webhookNotifier({ url, ...(bearerTokenFile !== undefined && { bearerTokenFile }) });
}
