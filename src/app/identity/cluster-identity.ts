import { createHash } from 'node:crypto';
import type { Reviews, TokenHolder } from '../../adapters/cluster/kubernetes/reviews.ts';
import type { Clock } from '../../core/ports.ts';
import { accessGroup, accessOf } from './access.ts';
import { briefMemory } from './brief-memory.ts';
import type { IdentitySource } from './identity.ts';

/** A yes may be this old, so that a right that was taken away is soon gone. */
const YES_MS = 10_000;
const NO_MS = 2_000;
/** Every token of Kubernetes is of printable characters; anything else is not worth a question. */
const TOKEN = /^[\x21-\x7e]{16,16384}$/;

/** What is asked of, and for whom tokens must have been made. */
export interface ClusterIdentityParts {
  readonly reviews: Reviews;
  readonly audience: string;
  readonly clock: Pick<Clock, 'now'>;
}

/** The people whom the API server knows, by TokenReview, with the roles that RBAC gives them, by SubjectAccessReview. */
export function clusterIdentity({ reviews, audience, clock }: ClusterIdentityParts): IdentitySource {
  const holders = briefMemory<TokenHolder | undefined>({ clock, keepMs: (holder) => (holder ? YES_MS : NO_MS) });
  const rights = briefMemory<boolean>({ clock, keepMs: (allowed) => (allowed ? YES_MS : NO_MS) });
  return {
    async identify(bearer) {
      if (!TOKEN.test(bearer)) return undefined;
      const mark = createHash('sha256').update(bearer).digest('base64');
      const holder = await holders.answer(mark, () => reviews.holderOf(bearer, audience));
      if (!holder) return undefined;
      const who = JSON.stringify(holder);
      return {
        name: `user:${holder.username}`,
        may: (role, namespace) =>
          rights.answer(JSON.stringify([who, role, namespace ?? null]), () =>
            reviews.isAllowed(holder, { group: accessGroup, ...accessOf[role], namespace }),
          ),
      };
    },
  };
}
