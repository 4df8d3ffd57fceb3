import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AuditRow } from '../../core/model/audit.ts';
import type { Store } from '../../core/ports.ts';
import { type Authority, type Place, placesOf } from './authority.ts';

/** So many rows are read from the store at once, and so many at most for one page. */
const BATCH = 200;
const MAX_READ = 2_000;

/** Which rows are wanted: those after `after`, of one incident or of all. */
export interface AuditFilter {
  readonly after: number;
  readonly incident?: string | undefined;
  readonly limit: number;
}

/** Oldest first. `readTo` is where to go on; `isEnd` says that nothing was stored after it yet. */
export interface AuditPage {
  readonly rows: readonly AuditRow[];
  readonly readTo: number;
  readonly isEnd: boolean;
}

type Reader = { readonly store: Pick<Store, 'incident' | 'audit'>; readonly authority: Authority };

/** One page of the audit rows that the caller may see. */
export async function auditPage({ after, incident, limit }: AuditFilter, { store, authority }: Reader): Promise<AuditPage> {
  const places = placesReader(store);
  const rows: AuditRow[] = [];
  let readTo = after;
  for (let read = 0; read < MAX_READ; read += BATCH) {
    const batch = await store.audit({ after: readTo, limit: BATCH, ...(incident !== undefined && { incidentId: incident }) });
    await nextTurn(); // others are served between two batches
    for (const row of batch) {
      readTo = row.seq;
      if (await authority.has('viewer', await places(row))) rows.push(row);
      if (rows.length === limit) return { rows, readTo, isEnd: false };
    }
    if (batch.length < BATCH) return { rows, readTo, isEnd: true };
  }
  return { rows, readTo, isEnd: false };
}

/** A row belongs where its incident does, the pause of a namespace to that namespace, and all else to the whole cluster. */
function placesReader(store: Pick<Store, 'incident'>): (row: AuditRow) => Promise<readonly Place[]> {
  const known = new Map<string, Promise<readonly Place[]>>();
  async function ofIncident(id: string): Promise<readonly Place[]> {
    const incident = await store.incident(id);
    return incident ? placesOf(incident) : [undefined];
  }
  return async ({ entry }) => {
    if (entry.incidentId === undefined) return [placeOfScope(String(entry.detail.scope ?? ''))];
    const places = known.get(entry.incidentId) ?? ofIncident(entry.incidentId);
    known.set(entry.incidentId, places);
    return places;
  };
}

/** The namespace that a pause is for; undefined when it reaches further. */
export function placeOfScope(scope: string): Place {
  return /^namespace:(.+)$/.exec(scope)?.[1];
}

/** The sequence of the newest row, 0 when there is none. Found by bisection: the store hands rows out oldest first. */
export async function newestAuditSeq(store: Pick<Store, 'audit'>): Promise<number> {
  const isPast = async (seq: number) => (await store.audit({ after: seq, limit: 1 })).length === 0;
  if (await isPast(0)) return 0;
  let [below, above] = [0, 1];
  while (!(await isPast(above))) [below, above] = [above, above * 2];
  while (above - below > 1) {
    const middle = Math.floor((below + above) / 2);
    if (await isPast(middle)) above = middle;
    else below = middle;
  }
  return above;
}
