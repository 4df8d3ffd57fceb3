import type { ResourceRef } from '../../../core/model/resource.ts';
import type { ClusterWrite, Json } from '../../../core/model/write.ts';
import type { Stamp } from '../../../core/ports.ts';
import { type KindSource, objectPath } from './kind-source.ts';
import type { ApiRequest } from './request.ts';

/** A write as it is pinned: nothing happens unless uid and resourceVersion still hold. */
export interface PinnedWrite {
  readonly write: ClusterWrite;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly stamp: Stamp;
  readonly isDryRun: boolean;
}

const ACTION_ID = 'kubemend.dev/action-id';
const EPOCH = 'kubemend.dev/epoch';

/** The one request that carries out a pinned write. `annotations` are those of the object now; only a template write sets its own beside them. */
export function requestOf(pinned: PinnedWrite, source: KindSource, annotations: Readonly<Record<string, string>>): ApiRequest {
  const path = objectPath(source, pinned.write.target);
  switch (pinned.write.verb) {
    case 'evict':
      return { method: 'POST', path: `${path}/eviction`, query: queryOf(pinned), body: evictionOf(pinned) };
    case 'replace-template':
      return {
        method: 'PATCH',
        path,
        query: { ...queryOf(pinned), fieldValidation: 'Strict' },
        contentType: 'application/json-patch+json',
        body: [
          ...pinsOf(pinned),
          { op: 'replace', path: '/spec/template', value: pinned.write.template },
          { op: 'add', path: '/metadata/annotations', value: { ...annotations, ...stampOf(pinned.stamp) } },
        ],
      };
    case 'scale':
      return {
        method: 'PATCH',
        path: `${path}/scale`,
        query: { ...queryOf(pinned), fieldValidation: 'Strict' },
        contentType: 'application/json-patch+json',
        body: [...pinsOf(pinned), { op: 'add', path: '/spec/replicas', value: pinned.write.replicas }],
      };
    case 'resize':
      return {
        method: 'PATCH',
        path: `${path}/resize`,
        query: { ...queryOf(pinned), fieldValidation: 'Strict' },
        contentType: 'application/strategic-merge-patch+json',
        body: {
          metadata: { uid: pinned.uid, resourceVersion: pinned.resourceVersion },
          spec: {
            containers: pinned.write.containers.map(({ name, requests, limits }) => ({
              name,
              resources: { requests: { ...requests }, limits: { ...limits } },
            })),
          },
        },
      };
  }
}

function queryOf({ isDryRun }: PinnedWrite): Readonly<Record<string, string | undefined>> {
  return { fieldManager: 'kubemend', dryRun: isDryRun ? 'All' : undefined };
}

function stampOf({ actionId, epoch }: Stamp): Record<string, string> {
  return { [ACTION_ID]: actionId, [EPOCH]: String(epoch) };
}

/** The API server compares what a patch says of uid and resourceVersion with the object, and answers 409. */
function pinsOf({ uid, resourceVersion }: PinnedWrite): Json[] {
  return [
    { op: 'replace', path: '/metadata/uid', value: uid },
    { op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion },
  ];
}

function evictionOf({ write, uid, resourceVersion, stamp }: PinnedWrite): Json {
  const { name, namespace }: ResourceRef = write.target;
  return {
    apiVersion: 'policy/v1',
    kind: 'Eviction',
    metadata: { name, ...(namespace !== undefined && { namespace }), annotations: stampOf(stamp) },
    deleteOptions: { preconditions: { uid, resourceVersion } },
  };
}
