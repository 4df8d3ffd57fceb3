import type { ResourceName } from '../../resources.ts';
import type { ApiObject, NewObject, ObjectKey } from '../../world.ts';
import type { Cluster } from '../cluster.ts';

/** Chance, as the seeded world gives it: the next number in [0, 1). */
export type Random = () => number;

/** A fault, or a healthy thing that looks like one, drawn in one of its variants. */
export interface DrawnFault {
  /** The object that it is about. */
  readonly subject: ObjectKey;
  /** What must be in the cluster, and healthy, before it. */
  readonly setting: readonly { readonly resource: ResourceName; readonly object: NewObject }[];
  /** What this variant is, for people. */
  readonly variant: string;
  /** Says how its images behave; to be called before the setting is placed. */
  prepare(cluster: Cluster): void;
  /** Lets it happen now. */
  inject(cluster: Cluster): void;
}

/** A kind of fault. What is to be expected of it stands in the tests and not here. */
export interface FaultScript {
  readonly name: string;
  /** Draws names, containers and times; `namespace` must be there. */
  draw(random: Random, namespace: string): DrawnFault;
}

/** Places what the fault needs, as somebody with kubectl does. */
export function placeSetting(cluster: Cluster, { setting, prepare }: DrawnFault): void {
  prepare(cluster);
  for (const { resource, object } of setting) {
    cluster.world.objects.create(resource, object, { fieldManager: 'kubectl-client-side-apply' });
  }
}

/** Changes an object as a person with kubectl does: the generation rises and the field manager is noted. */
export function editAsPerson(cluster: Cluster, key: ObjectKey, edit: (draft: ApiObject) => void): void {
  cluster.world.objects.change(key, edit, { subresource: '', fieldManager: 'kubectl-edit' });
}

/** One of several, each as likely. Throws when there is none. */
export function pick<T>(random: Random, choices: readonly [T, ...T[]]): T {
  return choices[Math.floor(random() * choices.length)] ?? choices[0];
}

/** A whole number from `least` to `most`. */
export function between(random: Random, least: number, most: number): number {
  return least + Math.floor(random() * (most - least + 1));
}
