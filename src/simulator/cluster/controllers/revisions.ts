import { isSame, type JsonObject, numberAt, objectAt, textsAt } from '../../json.ts';
import type { ApiObject, World } from '../../world.ts';
import { controlledBy, keyOf, ownedBy } from '../pods.ts';
import { templateHash } from '../template-hash.ts';

/** The label by which a revision carries its hash, as each kind of controller names it. */
const hashLabels: Readonly<Record<string, string>> = {
  StatefulSet: 'controller.kubernetes.io/hash',
  DaemonSet: 'controller-revision-hash',
};

/** The hash of a revision. */
export function hashOf(revision: ApiObject): string {
  const labels = revision.metadata.labels ?? {};
  return labels['controller.kubernetes.io/hash'] ?? labels['controller-revision-hash'] ?? '';
}

/** The ControllerRevision of a workload's present template: found (and then made the newest again) or made. */
export function presentRevision(world: World, workload: ApiObject): ApiObject {
  const all = ownedBy(world, 'controllerrevisions.apps', workload);
  const newest = Math.max(0, ...all.map(numberOf));
  const data = dataOf(workload);
  const same = all.find((one) => isSame(objectAt(one, 'data'), data));
  if (same) return numberOf(same) === newest ? same : renumbered(world, same, newest + 1);
  const hash = templateHash(data);
  const { name, namespace = 'default' } = workload.metadata;
  const label = hashLabels[workload.kind] ?? 'controller-revision-hash';
  const labels = { ...textsAt(workload.spec, 'template', 'metadata', 'labels'), [label]: hash };
  return world.objects.create('controllerrevisions.apps', {
    metadata: { name: `${name}-${hash}`, namespace, labels, ownerReferences: [controlledBy(workload)] },
    data,
    revision: newest + 1,
  });
}

function numberOf(revision: ApiObject): number {
  return numberAt(revision, 'revision') ?? 0;
}

function renumbered(world: World, revision: ApiObject, number: number): ApiObject {
  return world.objects.change(keyOf('controllerrevisions.apps', revision), (draft) => {
    draft.revision = number;
  });
}

function dataOf(workload: ApiObject): JsonObject {
  return { spec: { template: { $patch: 'replace', ...structuredClone(objectAt(workload.spec, 'template')) } } };
}

/** The workload with the template of one of its revisions. */
export function asOf(workload: ApiObject, revision: ApiObject | undefined): ApiObject {
  if (!revision) return workload;
  const { $patch: _, ...template } = objectAt(revision, 'data', 'spec', 'template');
  return { ...workload, spec: { ...workload.spec, template } };
}
