import { actions } from '../actions/index.ts';
import type { Config } from './config.ts';
import { type ManifestOptions, manifestsYaml } from './manifests.ts';

/** What an administrator applies before the first run: accounts, roles for every registered action, and the second wall. */
export function installationYaml(options: Omit<ManifestOptions, 'actions'>): string {
  return manifestsYaml({ ...options, actions });
}

type Rights = Required<Pick<ManifestOptions, 'events' | 'identity' | 'metrics' | 'logs'>>;

/** The rights that a configuration needs beside those of every installation. */
export function rightsOf({ notify, http, metrics, logs }: Pick<Config, 'notify' | 'http' | 'metrics' | 'logs'>): Rights {
  return {
    events: notify.events ?? true,
    identity: http.identity === 'kubernetes',
    metrics: metrics !== undefined,
    logs: logs !== undefined,
  };
}
