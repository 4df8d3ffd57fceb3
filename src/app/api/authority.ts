import { CoreError } from '../../core/errors.ts';
import type { Incident } from '../../core/model/incident.ts';
import type { Store } from '../../core/ports.ts';
import type { Identity, Role } from '../identity/identity.ts';

/** A namespace, or undefined for what belongs to no namespace and so to the whole cluster. */
export type Place = string | undefined;

/** What one caller may do, for the length of one request: every question is asked once. */
export interface Authority {
  /** As it stands in approvals and in the audit chain. */
  readonly name: string;
  /** Whether the caller has the role in every one of these places; never without a place. Throws `cluster-unreachable` when nobody can say. */
  has(role: Role, places: readonly Place[]): Promise<boolean>;
}

/** Asks for the whole cluster first: most callers have it or one namespace. */
export function authorityOf(identity: Identity): Authority {
  const asked = new Map<string, Promise<boolean>>();
  function may(role: Role, place: Place): Promise<boolean> {
    const key = `${role} ${place ?? ''}`;
    const known = asked.get(key) ?? identity.may(role, place);
    asked.set(key, known);
    return known;
  }
  return {
    name: identity.name,
    async has(role, places) {
      if (places.length === 0) return false;
      if (await may(role, undefined)) return true;
      for (const place of new Set(places)) if (place === undefined || !(await may(role, place))) return false;
      return true;
    },
  };
}

/** Every place that an incident speaks about: its subject, what was found, and what its plan would change. */
export function placesOf({ subject, findings, plan }: Incident): readonly Place[] {
  const refs = [subject, ...findings.map((finding) => finding.subject), ...(plan ? [plan.target, plan.owner] : [])];
  return [...new Set(refs.map((ref) => ref.namespace))];
}

/** Throws `forbidden` unless the caller has the role in all of these places. */
export async function demand(authority: Authority, role: Role, places: readonly Place[]): Promise<void> {
  if (await authority.has(role, places)) return;
  const missing = places.map((place) => (place === undefined ? 'the whole cluster' : `namespace ${place}`)).join(' and ');
  throw new CoreError('forbidden', `${authority.name} is not ${role} of ${missing}`);
}

/** The incident of exactly this id. Throws `not-found` also for one that the caller may not see, and `forbidden` without the role there. */
export async function incidentFor(
  id: string,
  { store, authority, role }: { readonly store: Pick<Store, 'incident'>; readonly authority: Authority; readonly role: Role },
): Promise<Incident> {
  const incident = await store.incident(id);
  if (!incident || !(await authority.has('viewer', placesOf(incident))))
    throw new CoreError('not-found', `there is no incident ${id} that ${authority.name} may see`);
  await demand(authority, role, placesOf(incident));
  return incident;
}
