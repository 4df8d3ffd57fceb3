import type { Alert } from '../core/model/signal.ts';
import type { ClusterReader, Revision, Store } from '../core/ports.ts';

/** What is known besides the cluster itself. */
export interface Beside {
  readonly store: Pick<Store, 'healthyRevisions'>;
  alerts(): Iterable<Alert>;
  /** Missing where no series are watched. */
  readonly readings?: ClusterReader['readings'];
  readonly scaleUps?: ClusterReader['scaleUps'];
}

/**
 * The same view of the cluster, with what others say about its objects: the alerts, the readings of series, our own scale-ups, and when a
 * revision was seen to stand fully available, as the store remembers it.
 */
export function watchedReader(reader: ClusterReader, { store, alerts, readings, scaleUps }: Beside): ClusterReader {
  return {
    objects: () => reader.objects(),
    events: () => reader.events(),
    ageMs: (watched) => reader.ageMs(watched),
    live: (ref) => reader.live(ref),
    alerts,
    ...(readings && { readings }),
    ...(scaleUps && { scaleUps }),
    async revisions(workload) {
      const revisions = await reader.revisions(workload);
      const healthy = await store.healthyRevisions(workload.uid ?? '');
      return revisions.map((revision) => withProof(revision, healthy));
    },
  };
}

function withProof(revision: Revision, healthy: Awaited<ReturnType<Store['healthyRevisions']>>): Revision {
  const stood = healthy.find(({ podHash }) => podHash === revision.podHash);
  return stood ? { ...revision, stoodHealthy: { since: stood.since, until: stood.until } } : revision;
}
