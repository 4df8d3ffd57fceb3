import { loadConfig } from '../../app/config.ts';
import { installationYaml, rightsOf } from '../../app/installation.ts';
import type { Common } from '../with-operator.ts';

interface ManifestFlags {
  readonly ownNamespace?: string;
  readonly identity?: string;
  /** False with `--no-events`. */
  readonly events: boolean;
}

/** `manifests`: for the configuration, if one is named, and what the flags say beyond it. */
export function manifests(common: Common, { ownNamespace, identity, events }: ManifestFlags): void {
  const config = loadConfig({ config: common.config, ownNamespace }, process.env);
  const needed = rightsOf(config);
  const rights = { ...needed, events: events && needed.events, identity: identity === 'kubernetes' || needed.identity };
  process.stdout.write(installationYaml({ namespace: config.ownNamespace, ...rights }));
}
