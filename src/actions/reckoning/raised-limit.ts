import { MEBIBYTE } from '../../core/model/quantity.ts';

/** An OOM hides the true need, so the step is large (Vertical Pod Autoscaler: the larger of 1.2 times and 100 MiB more). */
const FACTOR = 1.2;
const STEP_BYTES = 100 * MEBIBYTE;
/** No further than the second wall lets a resize go. */
const MOST = 2;
/** Less than this is not worth an act. */
const LEAST = 1.1;

/** What a new limit must keep to, in bytes. */
export interface LimitBounds {
  /** The limit as it stands in what is written. */
  readonly limit: number;
  /** The limit that has proved to be too low; not below `limit`. */
  readonly tooLow: number;
  /** The most that node and quotas can hold. */
  readonly room: number;
}

/**
 * The memory limit in bytes that answers an OOM kill, in whole MiB: the larger of 1.2 times and 100 MiB more than what was too low, at
 * most twice today's limit and what there is room for. Undefined when that is less than 1.1 times what was too low.
 */
export function raisedLimit({ limit, tooLow, room }: LimitBounds): number | undefined {
  const wanted = Math.ceil(Math.max(FACTOR * tooLow, tooLow + STEP_BYTES) / MEBIBYTE);
  const most = Math.floor(Math.min(MOST * limit, room) / MEBIBYTE);
  const raised = Math.min(wanted, most) * MEBIBYTE;
  return limit > 0 && raised >= LEAST * tooLow ? raised : undefined;
}
