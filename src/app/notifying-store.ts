import type { AuditEntry } from '../core/model/audit.ts';
import type { Incident } from '../core/model/incident.ts';
import type { Clock, Logger, Notifier, Store } from '../core/ports.ts';

/** What people want to hear about; the rest stands in the audit chain. */
const NEWS: ReadonlySet<AuditEntry['what']> = new Set([
  'opened',
  'diagnosed',
  'asked',
  'denied',
  'acted',
  'superseded',
  'verified',
  'undo',
  'ended',
]);
/** Waits between the tries of one notification. */
const RETRY_MS = [1_000, 5_000, 30_000, 120_000] as const;

/** The store, telling the notifiers about every change of an incident once it is durable. A notifier that fails is tried again until `signal` is aborted, then logged; it never holds up the loop. */
export function notifyingStore(
  store: Store,
  notifiers: readonly Notifier[],
  { clock, log, signal }: { readonly clock: Clock; readonly log: Logger; readonly signal?: AbortSignal },
): Store {
  async function tell(notifier: Notifier, incident: Incident, entry: AuditEntry): Promise<void> {
    for (const waitMs of [0, ...RETRY_MS]) {
      if (!(await isTimeFor(waitMs))) break;
      try {
        return await notifier.notify(incident, entry);
      } catch (error) {
        log.warn('notification failed', { notifier: notifier.name, incident: incident.id, what: entry.what, error: String(error) });
      }
    }
    log.error('notification given up', { notifier: notifier.name, incident: incident.id, what: entry.what });
  }
  /** False when kubemend stops before the time has come. */
  async function isTimeFor(waitMs: number): Promise<boolean> {
    if (waitMs === 0) return true;
    try {
      await clock.sleep(waitMs, signal);
      return true;
    } catch (error) {
      if (signal?.aborted) return false;
      throw error;
    }
  }
  return {
    ...store,
    async commit(change) {
      const stored = await store.commit(change);
      if (stored)
        for (const entry of change.audit.filter(({ what }) => NEWS.has(what)))
          for (const notifier of notifiers) void tell(notifier, stored, entry);
      return stored;
    },
  };
}
