import type { Clock, Election, Logger } from '../../../core/ports.ts';
import { type Api, isTransient } from './api.ts';
import { ApiError } from './api-error.ts';
import { claimedLease, type LeaseRecord } from './lease-record.ts';
import { createLeaseStore } from './lease-store.ts';
import { type Stopwatch, startStopwatch } from './stopwatch.ts';

/** Times of the election, in milliseconds. */
export interface LeaseLimits {
  /** Others may take the Lease so long after the last renewal that they saw. */
  readonly durationMs: number;
  /** We call ourselves leader no longer than this after a successful renewal began. */
  readonly deadlineMs: number;
  readonly renewMs: number;
  readonly pollMs: number;
}

/** Five seconds lie between the end of one leadership and the next, for requests in flight. */
export const usualLeaseLimits: LeaseLimits = { durationMs: 15_000, deadlineMs: 10_000, renewMs: 5_000, pollMs: 2_000 };

/** What the election says of itself. */
export interface LeaseReport {
  readonly holder: string | undefined;
  readonly epoch: number | undefined;
  /** Why nobody can be elected, with the mend; undefined when all is well. */
  readonly problem: string | undefined;
}

/** An election that runs until it is stopped. */
export interface LeaseElection extends Election {
  /** Works until the signal is aborted, then gives the Lease back; never throws. */
  run(signal: AbortSignal): Promise<void>;
  report(): LeaseReport;
}

/** What an election needs; `identity` must be of this process alone. */
export interface LeaseParts {
  readonly api: Api;
  readonly namespace: string;
  readonly name: string;
  readonly identity: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly limits?: LeaseLimits;
  readonly random?: () => number;
}

interface Leadership {
  readonly epoch: number;
  readonly renewed: Stopwatch;
}

/** Makes an election by a Lease. Time is only ever measured here, never compared with another machine's clock. */
export function createLeaseElection(parts: LeaseParts): LeaseElection {
  const { api, namespace, name, identity, clock, log, limits = usualLeaseLimits, random = Math.random } = parts;
  const lease = { namespace, name };
  const store = createLeaseStore(api, lease, limits.deadlineMs / 2);
  let leadership: Leadership | undefined;
  /** The state of the Lease that we saw last, and since when it has been so. */
  let seen: { readonly version: string; readonly since: Stopwatch } | undefined;
  let hasExisted = false;
  let holder: string | undefined;
  let problem: string | undefined;
  let highest = 0;

  function epoch(): number | undefined {
    return leadership && leadership.renewed() < limits.deadlineMs ? leadership.epoch : undefined;
  }
  /** Nobody is known to hold it: given back, not renewed while we watched it, or not there (but one that we saw may have a leader still). */
  function isFree(record: LeaseRecord | undefined): boolean {
    const version = record?.resourceVersion ?? 'none';
    if (version !== seen?.version) seen = { version, since: startStopwatch(clock) };
    hasExisted ||= record !== undefined;
    if (record?.holder === '' || !hasExisted) return true;
    return seen.since() > Math.max(record?.durationMs ?? 0, limits.durationMs);
  }
  async function look(): Promise<LeaseRecord | undefined> {
    const record = await store.read();
    holder = record?.holder || undefined;
    highest = Math.max(highest, record?.epoch ?? 0);
    return record;
  }
  async function claim(record: LeaseRecord | undefined, next: number): Promise<void> {
    const renewed = startStopwatch(clock);
    const isAcquired = leadership === undefined;
    const wanted = { holder: identity, epoch: next, durationMs: limits.durationMs, at: clock.now(), isAcquired };
    if (!(await store.put(record, claimedLease(lease, record, wanted)))) return lose();
    if (isAcquired) log.info('leading', { epoch: next, lease: `${namespace}/${name}` });
    leadership = { epoch: next, renewed };
    hasExisted = true;
    holder = identity;
    highest = next;
  }
  /** Somebody was faster: sees at once who, so that no epoch of theirs is ever used again. */
  async function lose(): Promise<void> {
    leadership = undefined;
    isFree(await look());
  }
  async function turn(): Promise<void> {
    const record = await look();
    const current = epoch();
    const isOurs = record?.holder === identity;
    const isFreeNow = isFree(record);
    if (current !== undefined && isOurs && record.epoch === current) await claim(record, current);
    else {
      if (current !== undefined) log.warn('the lease was taken from us', { epoch: current, holder });
      leadership = undefined;
      if (isOurs || isFreeNow) await claim(record, highest + 1);
    }
    problem = undefined;
  }
  function note(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    const status = error instanceof ApiError ? error.status : undefined;
    const next = `${message}. ${mendFor(status, namespace)}`;
    if (problem === undefined) log.warn('election failed', { error: next, transient: isTransient(error) });
    problem = next;
  }
  async function release(): Promise<void> {
    const current = epoch();
    leadership = undefined;
    if (current === undefined) return;
    const record = await store.read();
    if (record?.holder !== identity) return;
    const empty = { holder: '', epoch: record.epoch, durationMs: 1_000, at: clock.now(), isAcquired: false };
    await store.put(record, claimedLease(lease, record, empty));
  }

  return {
    epoch,
    report: () => ({ holder, epoch: epoch(), problem }),
    async run(signal) {
      while (!signal.aborted) {
        await turn().catch(note);
        const pause = problem === undefined && epoch() !== undefined ? limits.renewMs : limits.pollMs;
        await clock.sleep(pause * (0.9 + 0.1 * random()), signal).catch(() => undefined);
      }
      await release().catch(note);
    },
  };
}

/** How to mend an election that failed with this status (undefined: without an answer). */
export function mendFor(status: number | undefined, namespace: string): string {
  if (status === 403)
    return `Allow get, create and update on leases.coordination.k8s.io in namespace ${namespace}; until then we only observe`;
  if (status === 404) return `Create namespace ${namespace}, or name another; until then we only observe`;
  return 'We only observe until the API server answers';
}
