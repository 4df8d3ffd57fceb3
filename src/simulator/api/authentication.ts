import type { WorldClock } from '../world.ts';
import type { User } from './call.ts';

interface Known {
  readonly user: User;
  readonly expiresAt: number;
}

/** Bearer tokens and whom they stand for. */
export interface Tokens {
  /** Makes the token stand for the user, until `expiresAt` (epoch ms of the world; for good when left out). */
  add(token: string, user: Omit<User, 'uid'> & { readonly uid?: string }, expiresAt?: number): void;
  /** Whom the token stands for; undefined when it is unknown or over. */
  userOf(token: string): User | undefined;
  /** Whom a request without any token stands for; undefined: it is refused. */
  anonymous(): User | undefined;
}

/** No token is known at first. Requests without one come in as the user of the token `standIn`, where one is named. */
export function createTokens(clock: WorldClock, standIn?: string): Tokens {
  const known = new Map<string, Known>();
  function userOf(token: string): User | undefined {
    const found = known.get(token);
    return found && clock.now() < found.expiresAt ? found.user : undefined;
  }
  return {
    add(token, { username, groups, uid = '' }, expiresAt = Number.POSITIVE_INFINITY) {
      const all = groups.includes('system:authenticated') ? groups : [...groups, 'system:authenticated'];
      known.set(token, { user: { username, uid, groups: all }, expiresAt });
    },
    userOf,
    anonymous: () => (standIn === undefined ? undefined : userOf(standIn)),
  };
}
