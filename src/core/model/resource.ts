import { z } from 'zod';

/** Points at one Kubernetes object; the subject of every finding, incident and plan. `apiGroup` is empty for the core group. */
export const ResourceRef = z
  .strictObject({
    cluster: z.string().default('default'),
    apiGroup: z.string(),
    kind: z.string().min(1),
    namespace: z.string().optional(),
    name: z.string().min(1),
    uid: z.string().optional(),
  })
  .readonly();
export type ResourceRef = z.infer<typeof ResourceRef>;

/** The one textual form of a reference, without its uid: bus key, store key and log field. A successor of the same name has the same key. */
export function resourceKey(ref: ResourceRef): string {
  return [ref.cluster, ref.apiGroup || 'core', ref.kind, ref.namespace ?? '', ref.name].join('/');
}

/** A reference as a person writes it: `Deployment shop/cart`. */
export function resourceName(ref: ResourceRef): string {
  return `${ref.kind} ${ref.namespace ? `${ref.namespace}/` : ''}${ref.name}`;
}

/** Whether both point at the same object: by uid where both know it, else by key. */
export function isSameResource(a: ResourceRef, b: ResourceRef): boolean {
  return a.uid !== undefined && b.uid !== undefined ? a.uid === b.uid : resourceKey(a) === resourceKey(b);
}
