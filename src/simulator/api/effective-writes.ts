import type { Call, Target } from './call.ts';

/** One request that changed the world: no dry run, and no write that said what stood already. */
export interface EffectiveWrite {
  /** Epoch ms of the world. */
  readonly at: number;
  readonly username: string;
  readonly method: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  /** The world's resourceVersion after it. */
  readonly resourceVersion: number;
}

/** What the requests of each user have changed, as the server itself saw it. */
export interface EffectiveWrites {
  note(call: Call, target: Target, when: Pick<EffectiveWrite, 'at' | 'resourceVersion'>): void;
  /** In order; of one user when named. */
  list(username?: string): readonly EffectiveWrite[];
}

/** Nothing was written yet. */
export function recordEffectiveWrites(): EffectiveWrites {
  const writes: EffectiveWrite[] = [];
  return {
    note: ({ user, method }, target, when) => void writes.push({ ...target, ...when, username: user.username, method }),
    list: (username) => writes.filter((write) => username === undefined || write.username === username),
  };
}
