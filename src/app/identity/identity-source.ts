import type { Reviews } from '../../adapters/cluster/kubernetes/reviews.ts';
import type { Clock, Logger } from '../../core/ports.ts';
import type { IdentitySettings } from '../http-config.ts';
import { clusterIdentity } from './cluster-identity.ts';
import type { IdentitySource } from './identity.ts';
import { tokenFileIdentity } from './token-file-identity.ts';

/** What identities are told by. */
export interface IdentityParts {
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Logger;
  readonly reviews: Reviews;
}

/** Who is asked about a token, as configured: the file first, for it answers when the API server does not. Throws `bad-config` for a file that is broken. */
export function identitySource(settings: IdentitySettings, { clock, log, reviews }: IdentityParts): IdentitySource {
  const { tokenFile, kubernetes } = settings;
  const sources = [
    ...(tokenFile === undefined ? [] : [tokenFileIdentity(tokenFile, { clock, log })]),
    ...(kubernetes ? [clusterIdentity({ reviews, clock, audience: kubernetes.audience })] : []),
  ];
  return {
    async identify(bearer) {
      for (const source of sources) {
        const identity = await source.identify(bearer);
        if (identity) return identity;
      }
      return undefined;
    },
  };
}
