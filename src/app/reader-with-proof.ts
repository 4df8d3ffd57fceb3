import type { ClusterReader, Store } from '../core/ports.ts';

/** The same view of the cluster; its revisions say when they were seen to stand fully available, as the store remembers it. */
export function readerWithProof(reader: ClusterReader, store: Pick<Store, 'healthyRevisions'>): ClusterReader {
  return {
    objects: () => reader.objects(),
    events: () => reader.events(),
    ageMs: (watched) => reader.ageMs(watched),
    live: (ref) => reader.live(ref),
    ...(reader.alerts && { alerts: () => reader.alerts?.() ?? [] }),
    async revisions(workload) {
      const revisions = await reader.revisions(workload);
      const healthy = await store.healthyRevisions(workload.uid ?? '');
      return revisions.map((revision) => {
        const stood = healthy.find(({ podHash }) => podHash === revision.podHash);
        return stood ? { ...revision, stoodHealthy: { since: stood.since, until: stood.until } } : revision;
      });
    },
  };
}
