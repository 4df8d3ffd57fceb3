import { isSame, type JsonObject, objectsAt } from '../json.ts';
import type { ApiObject } from '../world.ts';
import { instantText } from './instant.ts';

/** A status condition to be set; the rest (observedGeneration, lastProbeTime) stands in `more`. */
export interface NewCondition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason?: string;
  readonly message?: string;
  readonly more?: JsonObject;
}

/** The condition of a type as it stands. */
export function conditionOf(object: Pick<ApiObject, 'status'>, type: string): JsonObject | undefined {
  return objectsAt(object.status, 'conditions').find((condition) => condition.type === type);
}

/** The condition as it is to be written: its transition time moves only when the status changes. */
export function conditionAt(condition: NewCondition, before: JsonObject | undefined, now: number): JsonObject {
  const { type, status, reason, message, more } = condition;
  const hasTurned = before?.status !== status;
  const lastTransitionTime = hasTurned ? instantText(now) : before.lastTransitionTime;
  return { ...more, lastTransitionTime, ...(message !== undefined && { message }), ...(reason !== undefined && { reason }), status, type };
}

/** The conditions with this one set: in its old place, or as the last one. */
export function withCondition(conditions: readonly JsonObject[], condition: JsonObject): JsonObject[] {
  const isKnown = conditions.some((other) => other.type === condition.type);
  return isKnown ? conditions.map((other) => (other.type === condition.type ? condition : other)) : [...conditions, condition];
}

/** Whether a condition says another thing than before, its times left aside. */
export function saysOther(one: JsonObject | undefined, other: JsonObject): boolean {
  const fields = ['status', 'reason', 'message'];
  return fields.some((field) => !isSame(one?.[field], other[field]));
}
