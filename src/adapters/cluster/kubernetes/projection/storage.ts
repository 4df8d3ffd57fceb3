import type { ObjectOf, PersistentVolumeClaim } from '../../../../core/model/objects.ts';
import { textAt } from './fields.ts';
import { conditionsOf, metaOf, type ProjectionContext } from './metadata.ts';

/** A raw PersistentVolumeClaim as the small model holds it. */
export function projectClaim(raw: unknown, context: ProjectionContext): PersistentVolumeClaim {
  return {
    kind: 'PersistentVolumeClaim',
    meta: metaOf(raw, context),
    phase: textAt(raw, 'status', 'phase') ?? 'Unknown',
    storageClass: textAt(raw, 'spec', 'storageClassName'),
    volumeName: textAt(raw, 'spec', 'volumeName'),
    conditions: conditionsOf(raw),
  };
}

/** A raw StorageClass as the small model holds it. */
export function projectStorageClass(raw: unknown, context: ProjectionContext): ObjectOf<'StorageClass'> {
  return {
    kind: 'StorageClass',
    meta: metaOf(raw, context),
    bindingMode: textAt(raw, 'volumeBindingMode') ?? 'Immediate',
    provisioner: textAt(raw, 'provisioner') ?? '',
  };
}
