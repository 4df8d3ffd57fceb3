import type { Api } from './api.ts';
import { ApiError } from './api-error.ts';
import { mendFor } from './lease.ts';
import { claimedLease, type LeaseRecord } from './lease-record.ts';
import { createLeaseStore } from './lease-store.ts';

/** Whether the Lease could be held by us. */
export interface LeaseCheck {
  /** Who holds it now; undefined when nobody does, or it cannot be read. */
  readonly holder: string | undefined;
  /** Why we could not be elected, with the mend; undefined when we could. */
  readonly problem: string | undefined;
}

const DEADLINE_MS = 5_000;
const FIRST_CLAIM_MS = 1_000;

/** Reads the Lease and writes it by a dry run, as it stands, or as it would be made. Changes nothing and never throws. */
export async function checkLease(api: Api, lease: { readonly namespace: string; readonly name: string }, at: number): Promise<LeaseCheck> {
  const store = createLeaseStore(api, lease, DEADLINE_MS);
  let record: LeaseRecord | undefined;
  try {
    record = await store.read();
    const { holder = '', epoch = 0, durationMs = FIRST_CLAIM_MS } = record ?? {};
    await store.put(record, claimedLease(lease, record, { holder, epoch, durationMs, at, isAcquired: false }), { dryRun: true });
    return { holder: record?.holder || undefined, problem: undefined };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const status = error instanceof ApiError ? error.status : undefined;
    return { holder: record?.holder || undefined, problem: `${message}. ${mendFor(status, lease.namespace)}` };
  }
}
