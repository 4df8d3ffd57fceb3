import type { Pod } from '../../../../core/model/objects.ts';
import { addressesOf } from './addresses.ts';
import { containersOf } from './container.ts';
import { at, flagAt, instantAt, isFields, listAt, textAt } from './fields.ts';
import { conditionsOf, metaOf, type ProjectionContext } from './metadata.ts';

const phases = ['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'] as const;

/** A raw pod as the small model holds it. Throws when it lacks its metadata or a container's name. */
export function projectPod(raw: unknown, context: ProjectionContext): Pod {
  const meta = metaOf(raw, context);
  const phase = textAt(raw, 'status', 'phase');
  return {
    kind: 'Pod',
    meta,
    phase: phases.find((known) => known === phase) ?? 'Unknown',
    reason: textAt(raw, 'status', 'reason'),
    message: textAt(raw, 'status', 'message'),
    nodeName: textAt(raw, 'spec', 'nodeName'),
    restartPolicy: textAt(raw, 'spec', 'restartPolicy') ?? 'Always',
    conditions: conditionsOf(raw),
    containers: containersOf(raw),
    startedAt: instantAt(raw, 'status', 'startTime'),
    hasLocalStorage: listAt(raw, 'spec', 'volumes').some(isLocal),
    claims: listAt(raw, 'spec', 'volumes').flatMap((volume) => claimOf(volume, meta.ref.name)),
    isStatic: 'kubernetes.io/config.mirror' in meta.annotations || meta.owners.some((owner) => owner.kind === 'Node'),
    priorityClass: textAt(raw, 'spec', 'priorityClassName'),
    addresses: flagAt(raw, 'spec', 'hostNetwork') ? undefined : addressesOf(listAt(raw, 'status', 'podIPs')),
  };
}

function isLocal(volume: unknown): boolean {
  return isFields(at(volume, 'emptyDir')) || isFields(at(volume, 'hostPath'));
}

/** A generic ephemeral volume's claim is named after pod and volume. */
function claimOf(volume: unknown, pod: string): readonly string[] {
  const named = textAt(volume, 'persistentVolumeClaim', 'claimName');
  if (named !== undefined) return [named];
  return isFields(at(volume, 'ephemeral')) ? [`${pod}-${textAt(volume, 'name') ?? ''}`] : [];
}
