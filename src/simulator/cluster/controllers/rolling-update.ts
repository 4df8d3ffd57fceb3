import { numberAt } from '../../json.ts';
import type { ApiObject } from '../../world.ts';
import { type Rollout, scaleSet, setsOf, surgeOf, unavailableOf } from './deployment-sets.ts';

/** One step of a rolling update: grows the new ReplicaSet within maxSurge, or shrinks the old ones within maxUnavailable. */
export function rollOut(rollout: Rollout): void {
  const { newest, old } = setsOf(rollout, { create: true });
  if (!newest) return;
  if (growNewest(rollout, newest, old)) return;
  const room = roomBelow(rollout, newest, old);
  if (room <= 0) return;
  const cleaned = dropUnhealthy(rollout, old, room);
  shrinkOld(rollout, cleaned === 0 ? old : setsOf(rollout).old, newest);
}

function sizeOf(set: ApiObject): number {
  return numberAt(set.spec, 'replicas') ?? 0;
}

function availableIn(set: ApiObject): number {
  return numberAt(set.status, 'availableReplicas') ?? 0;
}

function total(sets: readonly ApiObject[], count: (set: ApiObject) => number): number {
  return sets.reduce((sum, set) => sum + count(set), 0);
}

function wantedOf({ deployment }: Rollout): number {
  return numberAt(deployment.spec, 'replicas') ?? 1;
}

function growNewest(rollout: Rollout, newest: ApiObject, old: readonly ApiObject[]): boolean {
  const wanted = wantedOf(rollout);
  const size = sizeOf(newest);
  if (size > wanted) {
    scaleSet(rollout, newest, wanted);
    return true;
  }
  const room = wanted + surgeOf(rollout.deployment) - total([newest, ...old], sizeOf);
  const more = Math.min(room, wanted - size);
  if (more <= 0) return false;
  scaleSet(rollout, newest, size + more);
  return true;
}

function roomBelow(rollout: Rollout, newest: ApiObject, old: readonly ApiObject[]): number {
  if (total(old, sizeOf) === 0) return 0;
  const minimum = wantedOf(rollout) - unavailableOf(rollout.deployment);
  return total([newest, ...old], sizeOf) - minimum - (sizeOf(newest) - availableIn(newest));
}

/** Old pods that serve nobody go first. */
function dropUnhealthy(rollout: Rollout, old: readonly ApiObject[], room: number): number {
  let dropped = 0;
  for (const set of old) {
    const sick = Math.min(sizeOf(set) - availableIn(set), room - dropped);
    if (sizeOf(set) === 0 || sick <= 0) continue;
    scaleSet(rollout, set, sizeOf(set) - sick);
    dropped += sick;
  }
  return dropped;
}

function shrinkOld(rollout: Rollout, old: readonly ApiObject[], newest: ApiObject): void {
  const minimum = wantedOf(rollout) - unavailableOf(rollout.deployment);
  let room = total([newest, ...old], availableIn) - minimum;
  for (const set of old) {
    const less = Math.min(sizeOf(set), room);
    if (less <= 0) continue;
    scaleSet(rollout, set, sizeOf(set) - less);
    room -= less;
  }
}
