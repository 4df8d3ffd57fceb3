import type { ResourceRef } from '../../../core/model/resource.ts';
import type { Revision } from '../../../core/ports.ts';
import { type Api, unreachable } from './api.ts';
import { collectionPath, type KindSource, kindSourceOf } from './kind-source.ts';
import { readLive } from './live.ts';
import { at, flagAt, instantAt, isFields, listAt, numberAt, textAt, textsAt } from './projection/fields.ts';
import { selectorOf } from './projection/metadata.ts';
import { deploymentRevisionOf } from './projection/workload.ts';
import { selectorText } from './selector-text.ts';
import { controllerRevisionHash, podTemplateHash, templateOf } from './template.ts';

/** The recorded revisions of a workload, live, oldest first; none when it is gone. Throws `cluster-unreachable` or `cluster-refused`. */
export async function readRevisions(api: Api, workload: ResourceRef, cluster: string): Promise<readonly Revision[]> {
  const raw = await readLive(api, workload, cluster);
  if (raw === undefined) return [];
  const isDeployment = workload.kind === 'Deployment';
  const source = kindSourceOf({ apiGroup: 'apps', kind: isDeployment ? 'ReplicaSet' : 'ControllerRevision' });
  const owned = await listOwned(api, raw, source);
  const revisions = owned.flatMap((child) => (isDeployment ? revisionOfReplicaSet(child) : revisionOfData(child, workload.kind)));
  return revisions.sort((a, b) => a.number - b.number);
}

async function listOwned(api: Api, workload: unknown, source: KindSource | undefined): Promise<readonly unknown[]> {
  const labelSelector = selectorText(selectorOf(workload));
  if (!source || labelSelector === undefined) return [];
  try {
    const path = collectionPath(source, textAt(workload, 'metadata', 'namespace'));
    const list = await api.read({ path, query: { labelSelector } });
    return listAt(list, 'items').filter((child) => isControlledBy(child, textAt(workload, 'metadata', 'uid')));
  } catch (error) {
    throw unreachable(error);
  }
}

function isControlledBy(child: unknown, uid: string | undefined): boolean {
  return listAt(child, 'metadata', 'ownerReferences').some((owner) => flagAt(owner, 'controller') && textAt(owner, 'uid') === uid);
}

/** A ReplicaSet without a number is not recorded yet. */
function revisionOfReplicaSet(raw: unknown): readonly Revision[] {
  const number = deploymentRevisionOf(textsAt(raw, 'metadata', 'annotations'));
  return revision(raw, number, at(raw, 'spec', 'template'), textAt(raw, 'metadata', 'labels', podTemplateHash));
}

/** A StatefulSet's pods carry the revision's name, a DaemonSet's the revision's hash. */
function revisionOfData(raw: unknown, kind: string): readonly Revision[] {
  const podHash = kind === 'StatefulSet' ? textAt(raw, 'metadata', 'name') : textAt(raw, 'metadata', 'labels', controllerRevisionHash);
  return revision(raw, numberAt(raw, 'revision'), at(raw, 'data', 'spec', 'template'), podHash);
}

function revision(raw: unknown, number: number | undefined, template: unknown, podHash: string | undefined): readonly Revision[] {
  const name = textAt(raw, 'metadata', 'name');
  const uid = textAt(raw, 'metadata', 'uid');
  const createdAt = instantAt(raw, 'metadata', 'creationTimestamp');
  if (name === undefined || uid === undefined || createdAt === undefined) return [];
  if (number === undefined || podHash === undefined || !isFields(template)) return [];
  return [{ name, uid, number, createdAt, podHash, template: templateOf(template) }];
}
