import type { Incident } from '../../src/core/model/incident.ts';
import { resourceKey } from '../../src/core/model/resource.ts';
import type { Change, Store } from '../../src/core/ports.ts';

/** The part of a store that correlation asks for, in memory; every other method says that it is not filled. */
export function incidentStore(): Store & { readonly all: () => readonly Incident[] } {
  const held = new Map<string, Incident>();
  const absent = async (): Promise<never> => {
    throw new Error('this store only keeps incidents');
  };
  return {
    all: () => [...held.values()],
    incident: async (id) => held.get(id),
    incidents: async () => [...held.values()].toReversed(),
    latestIncidentOf: async (subject) => [...held.values()].findLast((incident) => resourceKey(incident.subject) === resourceKey(subject)),
    async commit({ incident }: Change) {
      if (!incident) return undefined;
      const stored = { ...incident, version: incident.version + 1 };
      held.set(stored.id, stored);
      return stored;
    },
    intent: absent,
    ledger: absent,
    approval: absent,
    pauses: absent,
    alerts: absent,
    healthyRevisions: absent,
    audit: absent,
    verifyAudit: absent,
    prune: absent,
    backup: absent,
    close: async () => {},
  };
}
