import type { Node } from '../../../../core/model/objects.ts';
import { addressesOf } from './addresses.ts';
import { fieldsAt, flagAt, listAt, textAt } from './fields.ts';
import { conditionsOf, metaOf, type ProjectionContext } from './metadata.ts';
import { cpuAndMemoryOf } from './quantity.ts';

/** A raw Node as the small model holds it. */
export function projectNode(raw: unknown, context: ProjectionContext): Node {
  const meta = metaOf(raw, context);
  return {
    kind: 'Node',
    meta,
    conditions: conditionsOf(raw),
    isUnschedulable: flagAt(raw, 'spec', 'unschedulable'),
    isControlPlane: 'node-role.kubernetes.io/control-plane' in meta.labels || 'node-role.kubernetes.io/master' in meta.labels,
    taints: listAt(raw, 'spec', 'taints').map((taint) => ({
      key: textAt(taint, 'key') ?? '',
      value: textAt(taint, 'value'),
      effect: textAt(taint, 'effect') ?? '',
    })),
    zone: textAt(meta.labels, 'topology.kubernetes.io/zone'),
    allocatable: cpuAndMemoryOf(fieldsAt(raw, 'status', 'allocatable')),
    addresses: addressesOf(listAt(raw, 'status', 'addresses').filter((one) => textAt(one, 'type')?.endsWith('IP'))),
  };
}
