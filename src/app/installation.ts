import { actions } from '../actions/index.ts';
import type { Config } from './config.ts';
import { type ManifestOptions, manifestsYaml } from './manifests.ts';

/** What an administrator applies before the first run: accounts, roles for every registered action, and the second wall. */
export function installationYaml(options: Omit<ManifestOptions, 'actions'>): string {
  return manifestsYaml({ ...options, actions });
}

/** The rights that a configuration needs beside those of every installation. */
export function rightsOf({ notify, http }: Pick<Config, 'notify' | 'http'>): { readonly events: boolean; readonly identity: boolean } {
  return { events: notify.events ?? true, identity: http.identity === 'kubernetes' };
}
