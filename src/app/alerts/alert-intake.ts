import type { AlertMapping } from '../../adapters/sources/alertmanager/alert-mapping.ts';
import { Notification, type RawAlert } from '../../adapters/sources/alertmanager/notification.ts';
import { type Lookup, type Reading, readAlert } from '../../adapters/sources/alertmanager/read-alert.ts';
import { kinds } from '../../core/model/objects.ts';
import { type ResourceRef, resourceName } from '../../core/model/resource.ts';
import { type Alert, alertId } from '../../core/model/signal.ts';
import type { Clock, ClusterReader, Logger, Store } from '../../core/ports.ts';
import { type ClusterView, viewOf } from '../../core/view.ts';
import type { AlertBook } from './alert-book.ts';

/** So many alerts may wait for the store at once; whoever brings more is asked to come back. */
const MAX_WAITING = 10_000;
/** The view that alerts are looked up in is made anew after so long. */
const VIEW_MS = 1_000;
/** So many reasons are logged per notification. */
const MAX_TOLD = 5;

/** What became of a notification. `taken` is said only when everything in it is durable; after `busy` nothing of it was kept. */
export type Receipt =
  | {
      readonly is: 'taken';
      readonly accepted: number;
      readonly repeated: number;
      readonly ignored: readonly { readonly alert: string; readonly why: string }[];
      readonly truncated: number;
    }
  | { readonly is: 'busy'; readonly why: string }
  | { readonly is: 'malformed'; readonly faults: readonly string[] };

/** Takes alerts in. */
export interface AlertIntake {
  /** Parses, ties to objects and stores what an Alertmanager posted. Throws `store-failed`. */
  take(payload: unknown): Promise<Receipt>;
}

/** What the intake works with. `isForbidden` says whether a kind can never be seen for want of a permission. */
export interface IntakeParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly store: Store;
  readonly cluster: ClusterReader;
  readonly book: AlertBook;
  readonly mapping: AlertMapping;
  readonly clusterName: string;
  isForbidden(kind: string): boolean;
}

/** Makes the intake. All notifications that arrive in one turn share one commit of the store. */
export function alertIntake(parts: IntakeParts): AlertIntake {
  const { clock, log, store, book } = parts;
  const view = recentView(parts);
  let waiting = 0;

  async function keep(alerts: readonly Alert[]): Promise<void> {
    waiting += alerts.length;
    try {
      if (alerts.length > 0) await store.commit({ alerts, audit: [] });
      book.enter(alerts);
    } finally {
      waiting -= alerts.length;
    }
  }
  return {
    async take(payload) {
      const parsed = Notification.safeParse(payload);
      if (!parsed.success)
        return { is: 'malformed', faults: parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`) };
      const now = clock.now();
      const readings = parsed.data.alerts.map((raw) => ({ raw, reading: readingOf(raw, now, { ...parts, view }) }));
      const unseen = readings.find(({ reading }) => reading.is === 'unseen')?.reading;
      if (unseen?.is === 'unseen') return { is: 'busy', why: unseen.why };
      const alerts = readings.flatMap(({ reading }) => (reading.is === 'read' ? [reading.alert] : []));
      const fresh = alerts.filter(({ id }) => !book.known(id));
      if (waiting + alerts.length > MAX_WAITING) return { is: 'busy', why: `${waiting} alerts wait to be stored` };
      if (waiting + fresh.length > book.room(now)) return { is: 'busy', why: 'as many alerts are active as kubemend holds' };
      await keep(alerts);
      const ignored = readings.flatMap(({ raw, reading }) =>
        reading.is === 'ignored' ? [{ alert: raw.labels.alertname ?? raw.fingerprint, why: reading.why }] : [],
      );
      if (ignored.length > 0) log.info('alerts ignored', { count: ignored.length, reasons: ignored.slice(0, MAX_TOLD) });
      const { truncatedAlerts: truncated } = parsed.data;
      if (truncated > 0)
        log.warn('Alertmanager left alerts out of a notification', { truncated, mend: 'raise max_alerts of this receiver' });
      return { is: 'taken', accepted: fresh.length, repeated: alerts.length - fresh.length, ignored, truncated };
    },
  };
}

type Lookups = IntakeParts & { readonly view: () => ClusterView };

/** A known alert keeps the object that it was tied to at first: its name may belong to a successor by now. */
function readingOf(raw: RawAlert, now: number, parts: Lookups): Reading {
  const known = parts.book.known(alertId(raw));
  if (known) {
    const { endsAt, ...rest } = known;
    const alert: Alert = { ...rest, at: now, status: raw.status, ...(raw.endsAt !== undefined && { endsAt: raw.endsAt }) };
    return { is: 'read', alert };
  }
  if (raw.status === 'resolved') return { is: 'ignored', why: 'it is over, and was never heard of while it fired' };
  return readAlert(raw, { mapping: parts.mapping, cluster: parts.clusterName, now, find: (ref) => lookUp(ref, parts) });
}

function lookUp(ref: ResourceRef, { view: current, isForbidden }: Lookups): Lookup {
  const view = current();
  const kind = kinds.find((known) => known === ref.kind);
  if (kind && view.ageMs(kind) === undefined && isForbidden(kind))
    return { is: 'absent', why: `kubemend may not read ${kind}s: see kubemend doctor` };
  if (!kind || view.isBlindFor(kind)) return { is: 'unseen', why: `${ref.kind}s are not in fresh view yet` };
  const object = view.get(ref);
  return object ? { is: 'found', object } : { is: 'absent', why: `${resourceName(ref)} is not in the cluster` };
}

function recentView({ cluster, clock }: IntakeParts): () => ClusterView {
  let view: ClusterView | undefined;
  return () => {
    const now = clock.now();
    if (!view || now - view.at > VIEW_MS || now < view.at) view = viewOf(cluster, now);
    return view;
  };
}
