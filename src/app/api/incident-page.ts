import { setImmediate as nextTurn } from 'node:timers/promises';
import { CoreError } from '../../core/errors.ts';
import { type Incident, isEnded, type Phase } from '../../core/model/incident.ts';
import type { Store } from '../../core/ports.ts';
import { type Authority, placesOf } from './authority.ts';

/** So many incidents are read from the store at once, and so many at most for one page. */
const BATCH = 50;
const MAX_READ = 1_000;

/** Which incidents are wanted. `before` is what the last page named as `next`. */
export interface IncidentFilter {
  readonly phase?: Phase | undefined;
  readonly open?: boolean | undefined;
  readonly namespace?: string | undefined;
  readonly before?: string | undefined;
  readonly limit: number;
}

/** Newest first. `next` is there while there may be more, even on a page that is short or empty. */
export interface IncidentPage {
  readonly incidents: readonly Incident[];
  readonly next?: string;
}

type Reader = { readonly store: Pick<Store, 'incident' | 'incidents'>; readonly authority: Authority };

/** One page of the incidents that the caller may see. Throws `not-found` for a `before` that no page has named. */
export async function incidentPage(filter: IncidentFilter, { store, authority }: Reader): Promise<IncidentPage> {
  const incidents: Incident[] = [];
  let last = filter.before === undefined ? undefined : await named(filter.before, store);
  for (let read = 0; read < MAX_READ; read += BATCH) {
    const batch = await batchOf(filter, last?.id, store);
    await nextTurn(); // others are served between two batches
    for (const incident of batch) {
      last = incident;
      if (isWanted(incident, filter) && (await authority.has('viewer', placesOf(incident)))) incidents.push(incident);
      if (incidents.length === filter.limit) return { incidents, next: mark(last) };
    }
    if (batch.length < BATCH) return { incidents };
  }
  return { incidents, ...(last && { next: mark(last) }) };
}

/** A page may end at an incident that the caller may not see, so an id alone would tell whether it is there. */
function mark({ openedAt, id }: Incident): string {
  return `${openedAt}-${id}`;
}

async function named(before: string, store: Reader['store']): Promise<Incident> {
  const incident = await store.incident(before.slice(before.indexOf('-') + 1));
  if (incident && mark(incident) === before) return incident;
  throw new CoreError('not-found', `no page of incidents ended at ${before}: begin again without it`);
}

/** Open ones are few and come whole; the others are read batch by batch. */
async function batchOf({ open }: IncidentFilter, before: string | undefined, store: Reader['store']): Promise<readonly Incident[]> {
  if (!open) return store.incidents({ since: 0, limit: BATCH, ...(before !== undefined && { before }) });
  const all = await store.incidents({ open: true });
  const from = before === undefined ? 0 : all.findIndex(({ id }) => id === before) + 1;
  return all.slice(from, from + BATCH);
}

function isWanted(incident: Incident, { phase, open, namespace }: IncidentFilter): boolean {
  if (phase !== undefined && incident.phase !== phase) return false;
  if (open !== undefined && isEnded(incident) === open) return false;
  return namespace === undefined || placesOf(incident).includes(namespace);
}
