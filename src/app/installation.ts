import { actions } from '../actions/index.ts';
import { manifestsYaml } from './manifests.ts';

/** What an administrator applies before the first run: accounts, roles for every registered action, and the second wall. */
export function installationYaml(namespace: string): string {
  return manifestsYaml({ namespace, actions });
}
