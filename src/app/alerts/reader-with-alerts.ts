import type { Clock, ClusterReader } from '../../core/ports.ts';
import type { AlertBook } from './alert-book.ts';

/** The same view of the cluster, with the alerts of the book beside it. */
export function readerWithAlerts(reader: ClusterReader, book: AlertBook, clock: Clock): ClusterReader {
  return {
    objects: () => reader.objects(),
    events: () => reader.events(),
    ageMs: (watched) => reader.ageMs(watched),
    live: (ref) => reader.live(ref),
    revisions: (workload) => reader.revisions(workload),
    alerts: () => book.current(clock.now()),
  };
}
