/** Causes that lie in how much is asked of a workload. */
import { isAutoscaled } from '../../core/autoscaled.ts';
import { conditionOf, isReady, isWorkload, type Pod, type Workload } from '../../core/model/objects.ts';
import { readingsAbout } from '../../core/model/timeline.ts';
import { spareReplicas } from '../../core/spare-replicas.ts';
import type { CaseFile } from '../clues/case-file.ts';
import type { Rule } from '../clues/rule.ts';
import { count, oneLine, span } from '../clues/words.ts';

/** What starts uses more for a while; so young it says nothing of the demand. */
const YOUNG_MS = 10 * 60_000;

/**
 * A workload that is whole, and has been for a while, uses nearly all the CPU that it may, or soon will. Its share of capacity counts no
 * pod for more than its own limit, so that no single one explains it. Under an autoscaler the answer is the autoscaler's.
 */
export const demandNearsCapacity: Rule = {
  id: 'demand-nears-capacity',
  cause: 'insufficient-capacity',
  because(file) {
    const { subject, view, pods, ailing } = file;
    if (!isWorkload(subject) || subject.kind === 'DaemonSet' || ailing.length > 0) return undefined;
    const said = readingsAbout(view.timelineOf(subject.meta.ref), subject.meta.ref).find(
      ({ metric, firing }) => firing && metric === 'cpuCapacityShare',
    );
    if (!said || !isSettled(subject, file) || view.isBlindFor('HorizontalPodAutoscaler') || isAutoscaled(subject, view)) return undefined;
    const oldest = Math.max(...pods.map((pod) => view.at - bornAt(pod)));
    return [
      `CPU: ${oneLine(said.summary)}`,
      `${count(pods.length, 'replica')}, all ready, the oldest for ${span(oldest)}; no pod is counted for more than its own capacity`,
    ];
  },
};

/** Whole, of one template, not being changed, and not all of it young: only replicas were added lately, if anything. */
function isSettled(workload: Workload, { pods, view }: CaseFile): boolean {
  const { meta, replicas, updatedReplicas, observedGeneration, isPaused } = workload;
  const isSeen = observedGeneration === undefined || meta.generation === undefined || observedGeneration >= meta.generation;
  return (
    [replicas > 0, !isPaused, isSeen, updatedReplicas === replicas, pods.length === replicas].every(Boolean) &&
    pods.every(isReady) &&
    pods.some((pod) => view.at - bornAt(pod) >= YOUNG_MS)
  );
}

/** When the pod last began to serve, which a restart of its process puts off. */
function bornAt(pod: Pod): number {
  return conditionOf(pod, 'Ready')?.changedAt ?? pod.meta.createdAt;
}

/** A workload still has replicas that kubemend added and that are needed no more. Under an autoscaler the answer is the autoscaler's. */
export const addedReplicasAreIdle: Rule = {
  id: 'added-replicas-are-idle',
  cause: 'excess-capacity',
  because({ subject, view, ailing }) {
    if (!isWorkload(subject) || ailing.length > 0 || view.isBlindFor('HorizontalPodAutoscaler') || isAutoscaled(subject, view))
      return undefined;
    const spare = spareReplicas(subject, view.timelineOf(subject.meta.ref));
    if (spare.is !== 'spare') return undefined;
    const { scaleUp, to } = spare;
    return [
      `kubemend scaled it up from ${scaleUp.from} to ${scaleUp.to} replicas ${span(view.at - scaleUp.at)} ago`,
      `${count(to, 'replica')} would do by the upper end of the forecast`,
    ];
  },
};
