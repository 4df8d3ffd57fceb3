import type { ApiObject } from '../world.ts';

/** Whether both are states of one object, not of two with the same name. */
export function isObjectOf(one: ApiObject, other: ApiObject): boolean {
  return one.metadata.uid === other.metadata.uid;
}
