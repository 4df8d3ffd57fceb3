import type { Context } from '../core/context.ts';

/** Whether this process can do its work, and in which part. */
export interface Readiness {
  readonly ready: boolean;
  /** The leader may act; every other process only observes. */
  readonly role: 'leader' | 'observer';
  /** Every kind of object was listed, or is known to be forbidden. */
  readonly synced: boolean;
  readonly store: 'works' | 'fails';
}

/** Asks the store and the cluster's view now. Never throws. */
export async function readinessOf(
  { store, election, log }: Pick<Context, 'store' | 'election' | 'log'>,
  synced: boolean,
): Promise<Readiness> {
  const works = await store.pauses().then(
    () => true,
    (error: unknown) => {
      log.error('store not ready', { error: String(error) });
      return false;
    },
  );
  const role = election.epoch() === undefined ? 'observer' : 'leader';
  return { ready: works && synced, role, synced, store: works ? 'works' : 'fails' };
}
