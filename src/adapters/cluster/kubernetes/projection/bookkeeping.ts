import type { ObjectOf } from '../../../../core/model/objects.ts';
import { addressesOf } from './addresses.ts';
import { listAt, numberAt, textAt, textsAt } from './fields.ts';
import { conditionsOf, metaOf, type ProjectionContext } from './metadata.ts';

/** A raw Service: which pods it sends to, and where it is called. */
export function projectService(raw: unknown, context: ProjectionContext): ObjectOf<'Service'> {
  return {
    kind: 'Service',
    meta: metaOf(raw, context),
    selector: textsAt(raw, 'spec', 'selector'),
    addresses: addressesOf([...listAt(raw, 'spec', 'clusterIPs'), ...listAt(raw, 'status', 'loadBalancer', 'ingress')]),
  };
}

/** A raw Namespace as the small model holds it. */
export function projectNamespace(raw: unknown, context: ProjectionContext): ObjectOf<'Namespace'> {
  return {
    kind: 'Namespace',
    meta: metaOf(raw, context),
    phase: textAt(raw, 'status', 'phase') ?? 'Active',
    conditions: conditionsOf(raw),
  };
}

/** The metadata of a ConfigMap; its data is never asked for. */
export function projectConfigMap(raw: unknown, context: ProjectionContext): ObjectOf<'ConfigMap'> {
  return { kind: 'ConfigMap', meta: metaOf(raw, context) };
}

/** A raw ControllerRevision: its number; its data is read live when it is needed. */
export function projectControllerRevision(raw: unknown, context: ProjectionContext): ObjectOf<'ControllerRevision'> {
  const revision = numberAt(raw, 'revision');
  if (revision === undefined) throw new Error('revision is missing');
  return { kind: 'ControllerRevision', meta: metaOf(raw, context), revision };
}
