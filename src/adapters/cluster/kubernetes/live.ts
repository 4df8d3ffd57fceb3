import { digestOf } from '../../../core/digest.ts';
import { CoreError } from '../../../core/errors.ts';
import type { KubeObject } from '../../../core/model/objects.ts';
import { isWorkload } from '../../../core/model/objects.ts';
import type { ResourceRef } from '../../../core/model/resource.ts';
import { resourceName } from '../../../core/model/resource.ts';
import type { LiveObject } from '../../../core/ports.ts';
import { type Api, unreachable } from './api.ts';
import { ApiError } from './api-error.ts';
import { type KindSource, kindSourceOf, objectPath, projectionOf } from './kind-source.ts';
import { at, listAt, numberAt, textAt, textsAt } from './projection/fields.ts';
import { templateOf } from './template.ts';

/** Reads one raw object from the API server; undefined when it is gone or its name belongs to another uid. Throws a CoreError. */
export async function readLive(api: Api, ref: ResourceRef, cluster: string): Promise<unknown> {
  const source = sourceFor(ref, cluster);
  try {
    const raw = await api.read({ path: objectPath(source, ref) });
    return ref.uid !== undefined && textAt(raw, 'metadata', 'uid') !== ref.uid ? undefined : raw;
  } catch (error) {
    if (isGone(error, ref)) return undefined;
    throw unreachable(error);
  }
}

/** Where a reference is read. Throws `not-found` for another cluster and for kinds that kubemend does not read. */
export function sourceFor(ref: ResourceRef, cluster: string): KindSource {
  const source = kindSourceOf(ref);
  if (ref.cluster !== cluster)
    throw new CoreError('not-found', `${resourceName(ref)} is in cluster '${ref.cluster}', and this is '${cluster}'`);
  if (!source) throw new CoreError('not-found', `kubemend does not read objects of kind ${ref.kind} (group '${ref.apiGroup}')`);
  return source;
}

/** Only the API server's own word about this very name counts: a proxy's 404 says nothing. */
function isGone(error: unknown, ref: ResourceRef): boolean {
  return error instanceof ApiError && error.status === 404 && error.answer?.reason === 'NotFound' && error.answer.name === ref.name;
}

/** The live object as the core sees it. Throws `cluster-unreachable` when the answer cannot be read. */
export function liveObjectOf(raw: unknown, ref: ResourceRef): LiveObject {
  const source = sourceFor(ref, ref.cluster);
  const object = projected(raw, source, ref);
  return {
    object,
    specSeen: specSeenIn(raw),
    ...(isWorkload(object) && { template: templateOf(at(raw, 'spec', 'template')) }),
    ...(object.kind === 'Pod' && { resources: resourcesOf(raw) }),
  };
}

/** The spec as it stands: its generation, or a hash of it where the kind has none. */
export function specSeenIn(raw: unknown): string {
  const generation = numberAt(raw, 'metadata', 'generation') ?? 0;
  return generation > 0 ? `generation:${generation}` : `spec:${digestOf(at(raw, 'spec') ?? null)}`;
}

function projected(raw: unknown, source: KindSource, ref: ResourceRef): KubeObject {
  try {
    return projectionOf(source, ref.cluster)(raw);
  } catch (error) {
    throw new CoreError('cluster-unreachable', `the API server's answer about ${resourceName(ref)} cannot be read: ${String(error)}`, {
      cause: error,
    });
  }
}

function resourcesOf(raw: unknown): NonNullable<LiveObject['resources']> {
  const containers = [...listAt(raw, 'spec', 'initContainers'), ...listAt(raw, 'spec', 'containers')];
  return Object.fromEntries(
    containers.map((container) => [
      textAt(container, 'name') ?? '',
      { requests: textsAt(container, 'resources', 'requests'), limits: textsAt(container, 'resources', 'limits') },
    ]),
  );
}
