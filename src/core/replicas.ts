/** What a replica is planned to use of what it can, so that there is room for what no forecast knows. */
export const PLANNED_SHARE = 0.7;

/** How many replicas a workload may have, and how much of what one can do is planned with. */
export interface ReplicaRule {
  readonly fewest: number;
  readonly most: number;
  /** What one replica can do, in the unit of the use. Above 0. */
  readonly perReplica: number;
  /** The share of that which is planned with, for instance 0.7. */
  readonly target: number;
}

/** What the whole workload will need at its peak: at least, most likely and at most. */
export interface Demand {
  readonly lower: number;
  readonly point: number;
  readonly upper: number;
}

/**
 * How many replicas the peak asks for. More only when the lower end of the demand does not fit into the current ones, and then for the
 * likely demand; fewer only when its upper end would fit into fewer. Between the two, and without a forecast, the number stays.
 */
export function replicasFor(current: number, { lower, point, upper }: Demand, { fewest, most, perReplica, target }: ReplicaRule): number {
  const needed = (use: number) => Math.ceil(use / (perReplica * target));
  const within = (count: number) => Math.max(fewest, Math.min(most, count));
  if (needed(lower) > current) return within(Math.max(current, needed(point)));
  if (needed(upper) < current) return within(needed(upper));
  return within(current);
}
