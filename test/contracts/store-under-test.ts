import { expect } from 'vitest';
import type { Change, Store } from '../../src/core/ports.ts';

/** An empty store, and the means to look at the same truth from elsewhere. */
export interface StoreUnderTest {
  readonly store: Store;
  /** Another worker's store on the same truth; the suite closes it. */
  another(): Promise<Store>;
  /** A path at which nothing is. */
  newFile(): string;
  dispose(): Promise<void>;
}

/** Expects a refusal because somebody else was faster. */
export async function expectConflict(store: Store, change: Change): Promise<void> {
  await expect(store.commit(change)).rejects.toMatchObject({ code: 'conflict', retryable: true });
}
