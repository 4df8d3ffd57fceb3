import type { AuditEntry } from '../../core/model/audit.ts';
import type { Incident } from '../../core/model/incident.ts';
import type { Store } from '../../core/ports.ts';

/** The store, telling every audited change of an incident once it is durable. */
export function tellingStore(store: Store, tell: (incident: Incident, entry: AuditEntry) => void): Store {
  return {
    ...store,
    async commit(change) {
      const stored = await store.commit(change);
      for (const entry of change.audit) {
        const incident = stored ?? (entry.incidentId === undefined ? undefined : await store.incident(entry.incidentId));
        if (incident) tell(incident, entry);
      }
      return stored;
    },
  };
}
