import { isReady, isWorkload, type Pod } from '../../core/model/objects.ts';
import { ailingBy, type CaseFile } from './case-file.ts';
import { type FallenNeighbour, fallenNeighbours } from './neighbours.ts';

const revisionLabels = ['pod-template-hash', 'controller-revision-hash'] as const;
/** A dependency is noticed at once or within a few probes; who fell later than this after the first unready pod is a victim too. */
const NOTICED_MS = 2 * 60_000;
/** A neighbour that has been down for longer is hardly what fails now. */
const HISTORY_MS = 60 * 60_000;

/**
 * A wholly fallen neighbour that the subject's pods seem to need: all that ails them are crashes, hangs and unreadiness, and it fell
 * first, within the last hour. A pod of the same revision that serves shows that it is not needed. The first crash of a pod is recorded
 * nowhere, so for crashes only the hour counts.
 */
export function neededNeighbour(file: CaseFile): FallenNeighbour | undefined {
  const { subject, ailing, view } = file;
  if (!isWorkload(subject) || ailing.length === 0 || ailingBy(file, 'crash', 'hang', 'unready').length < ailing.length) return undefined;
  if (
    file.pods.some(
      (pod) =>
        isReady(pod) &&
        ailing.every((sick) => sick.pod !== pod) &&
        isOfOneOf(
          pod,
          ailing.map((sick) => sick.pod),
        ),
    )
  )
    return undefined;
  const began = Math.min(view.at, ...ailingBy(file, 'unready').map(({ ailment }) => ailment.since));
  return fallenNeighbours(subject, view).find(({ since }) => since > view.at - HISTORY_MS && since <= began + NOTICED_MS);
}

function isOfOneOf(pod: Pod, others: readonly Pod[]): boolean {
  return others.some((other) => revisionLabels.every((label) => pod.meta.labels[label] === other.meta.labels[label]));
}
