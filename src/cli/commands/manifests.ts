import { installationYaml } from '../../app/installation.ts';

/** `manifests`. */
export function manifests({ ownNamespace }: { readonly ownNamespace: string }): void {
  process.stdout.write(installationYaml(ownNamespace));
}
