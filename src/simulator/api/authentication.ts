import type { WorldClock } from '../world.ts';
import type { User } from './call.ts';

/** The audience of this API server: tokens that were made for another one open nothing here. */
export const OWN_AUDIENCE = 'https://kubernetes.default.svc';

interface Known {
  readonly user: User;
  readonly expiresAt: number;
  readonly audiences: readonly string[];
}

/** Whom a token stands for, and for which of the audiences that were asked about it was made. */
export interface Holder {
  readonly user: User;
  readonly audiences: readonly string[];
}

/** Bearer tokens and whom they stand for. */
export interface Tokens {
  /** Makes the token stand for the user, until `expiresAt` (epoch ms of the world; for good when left out), for this server or the named audiences. */
  add(
    token: string,
    user: Omit<User, 'uid'> & { readonly uid?: string },
    limits?: { readonly expiresAt?: number; readonly audiences?: readonly string[] },
  ): void;
  /** Whom this server takes the token for; undefined when it is unknown, over, or was made for others. */
  userOf(token: string): User | undefined;
  /** The same for these audiences; `for others` when it was made for none of them. */
  holderOf(token: string, audiences: readonly string[]): Holder | 'for others' | undefined;
  /** Whom a request without any token stands for; undefined: it is refused. */
  anonymous(): User | undefined;
}

/** No token is known at first. Requests without one come in as the user of the token `standIn`, where one is named. */
export function createTokens(clock: WorldClock, standIn?: string): Tokens {
  const known = new Map<string, Known>();
  function holderOf(token: string, audiences: readonly string[]): Holder | 'for others' | undefined {
    const found = known.get(token);
    if (!found || clock.now() >= found.expiresAt) return undefined;
    const meant = audiences.filter((audience) => found.audiences.includes(audience));
    return meant.length > 0 ? { user: found.user, audiences: meant } : 'for others';
  }
  function userOf(token: string): User | undefined {
    const holder = holderOf(token, [OWN_AUDIENCE]);
    return holder === 'for others' ? undefined : holder?.user;
  }
  return {
    add(token, { username, groups, uid = '' }, { expiresAt = Number.POSITIVE_INFINITY, audiences = [OWN_AUDIENCE] } = {}) {
      const all = groups.includes('system:authenticated') ? groups : [...groups, 'system:authenticated'];
      known.set(token, { user: { username, uid, groups: all }, expiresAt, audiences });
    },
    userOf,
    holderOf,
    anonymous: () => (standIn === undefined ? undefined : userOf(standIn)),
  };
}
