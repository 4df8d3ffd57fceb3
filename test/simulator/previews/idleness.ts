import type { ResourceRef } from '../../../src/core/model/resource.ts';
import type { ClusterReader } from '../../../src/core/ports.ts';
import type { Shape } from './shape.ts';

const MINUTE = 60_000;

/** What is said of a workload that kubemend gave more replicas half an hour ago, and that has not needed them for ten minutes. */
export function idlenessOf(
  { replicas, before, share }: Shape,
  subject: ResourceRef,
  now: number,
): Pick<ClusterReader, 'readings' | 'scaleUps'> {
  const outlook = {
    ...{ current: share / 2, lower: share / 2, point: share / 2, upper: share, aheadMs: 0 },
    ...{ heldUpper: share, heldMs: 10 * MINUTE },
  };
  const told = { detector: 'saturation-ahead', metric: 'cpuCapacityShare', firing: false, score: share, summary: 'idle' };
  return {
    readings: () => [{ signal: 'reading', id: 'reading:cpu', subject, at: now, ...told, outlook }],
    scaleUps: () => [{ signal: 'scale-up', id: 'scale-up:act', subject, at: now - 30 * MINUTE, from: before, to: replicas }],
  };
}
