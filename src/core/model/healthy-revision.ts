import { z } from 'zod';
import { conditionOf, isReady, type Pod } from './objects.ts';

/** One revision of a workload (by the workload's uid and the hash on its pods) that stood fully available, from when until when at least. */
export const HealthyRevision = z
  .strictObject({ workload: z.string().min(1), podHash: z.string().min(1), since: z.number(), until: z.number() })
  .readonly();
export type HealthyRevision = z.infer<typeof HealthyRevision>;

/** The hash by which a pod is labelled with the revision that it was made from; undefined for a pod of no workload. */
export function revisionHashOf({ meta }: Pod): string | undefined {
  return meta.labels['pod-template-hash'] ?? meta.labels['controller-revision-hash'];
}

/** Since when a pod has been Ready with every container running, in epoch milliseconds; undefined when it is not so, or the kubelet does not say. */
export function servesSince(pod: Pod): number | undefined {
  if (!isReady(pod)) return undefined;
  const lasting = pod.containers.filter(({ role }) => role !== 'init');
  const instants = [
    conditionOf(pod, 'Ready')?.changedAt,
    ...lasting.map(({ state }) => (state.is === 'running' ? state.startedAt : undefined)),
  ];
  const known = instants.filter((at) => at !== undefined);
  return known.length === instants.length ? Math.max(pod.meta.createdAt, ...known) : undefined;
}

/** A revision counts as healthy until a change when it was seen so within this time before it; it is written down every five minutes. */
const PROOF_MAX_AGE_MS = 15 * 60_000;

/**
 * In words, that a revision stood fully available until a change at `changedAt`; undefined when that is not proved. A change that is said
 * to be older than the proof put an old revision in force anew, and nobody knows when: then the proof says nothing about the time before.
 */
export function proofUntil(stood: Pick<HealthyRevision, 'since' | 'until'> | undefined, changedAt: number): string | undefined {
  if (!stood || stood.since >= changedAt || stood.until < changedAt - PROOF_MAX_AGE_MS) return undefined;
  return `it stood fully available for ${Math.floor((stood.until - stood.since) / 60_000)} min, until the change`;
}
