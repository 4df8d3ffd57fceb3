import { isReady, type Workload } from './model/objects.ts';
import type { Reading } from './model/reading.ts';
import type { ScaleUp } from './model/scale-up.ts';
import { ofKind, readingsAbout, scaleUpOf, type Timeline } from './model/timeline.ts';
import { PLANNED_SHARE, replicasFor } from './replicas.ts';

/** For so long the replicas must have been more than were needed, by samples and forecasts without a gap. */
const IDLE_MS = 10 * 60_000;
/** An older word on the use of CPU says nothing of now: missing samples are never taken for idleness. */
const FRESH_MS = 2 * 60_000;

/** Whether some of the replicas that kubemend added can go: down to `to`, never below what there were before. */
export type Spare =
  | { readonly is: 'spare'; readonly to: number; readonly scaleUp: ScaleUp; readonly reading: Reading }
  | { readonly is: 'none' }
  | { readonly is: 'unknown'; readonly why: string };

/** Looks for replicas that kubemend added to a workload and that are needed no more; none where somebody else has changed the number since. */
export function spareReplicas(workload: Workload, timeline: Timeline): Spare {
  const { meta, replicas } = workload;
  const scaleUp = scaleUpOf(timeline, meta.ref);
  if (!scaleUp || replicas !== scaleUp.to || meta.deletedAt !== undefined) return { is: 'none' };
  const said = readingsAbout(timeline, meta.ref).find(({ metric, outlook }) => metric === 'cpuCapacityShare' && outlook);
  if (!said?.outlook || timeline.now - said.at > FRESH_MS) return { is: 'unknown', why: 'no fresh word on what it uses of its CPU' };
  if (!isAtRest(workload, timeline)) return { is: 'unknown', why: 'it is being changed, or not all of its pods are ready' };
  const { heldMs, heldUpper, current } = said.outlook;
  const isLongEnough = heldMs >= IDLE_MS && said.at - scaleUp.at >= IDLE_MS;
  if (said.firing || !isLongEnough) return { is: 'none' };
  const demand = { lower: 0, point: current * replicas, upper: heldUpper * replicas };
  const to = replicasFor(replicas, demand, { fewest: scaleUp.from, most: replicas, perReplica: 1, target: PLANNED_SHARE });
  return to < replicas ? { is: 'spare', to, scaleUp, reading: said } : { is: 'none' };
}

function isAtRest({ meta, replicas, updatedReplicas, observedGeneration, isPaused }: Workload, timeline: Timeline): boolean {
  const pods = ofKind(timeline, 'Pod').filter((pod) => pod.meta.deletedAt === undefined);
  const isSeen = observedGeneration === undefined || meta.generation === undefined || observedGeneration >= meta.generation;
  return !isPaused && isSeen && updatedReplicas === replicas && pods.length === replicas && pods.every(isReady);
}
