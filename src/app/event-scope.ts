import { z } from 'zod';
import type { ResourceRef } from '../core/model/resource.ts';
import { isSameResource } from '../core/model/resource.ts';
import type { ClusterReader, Election } from '../core/ports.ts';
import { SCOPE_LABEL } from '../core/scope-label.ts';

const ScopeOptions = z.looseObject({ namespaces: z.array(z.string()).default([]), nodes: z.boolean().default(false) }).prefault({});

/** What decides where events are written. */
export interface EventScopeParts {
  readonly cluster: Pick<ClusterReader, 'objects'>;
  readonly election: Election;
  /** The options of the guard `scope`. */
  readonly scope: unknown;
}

/**
 * Whether Kubernetes events about an object are ours to write: we lead (or every replica would tell the same), and the object, its
 * namespace or the nodes are opted in, as for an act.
 */
export function eventScope({ cluster, election, scope }: EventScopeParts): (subject: ResourceRef) => boolean {
  const { namespaces, nodes } = ScopeOptions.parse(scope);
  function labelsOf(subject: ResourceRef): { readonly own: string | undefined; readonly namespace: string | undefined } {
    let [own, namespace]: (string | undefined)[] = [];
    for (const { subject: ref, object } of cluster.objects()) {
      if (isSameResource(ref, subject)) own = object.meta.labels[SCOPE_LABEL];
      else if (ref.kind === 'Namespace' && ref.name === subject.namespace) namespace = object.meta.labels[SCOPE_LABEL];
    }
    return { own, namespace };
  }
  return (subject) => {
    if (election.epoch() === undefined) return false;
    const { own, namespace } = labelsOf(subject);
    if (own !== undefined) return own === 'enabled';
    if (subject.namespace === undefined) return nodes && subject.kind === 'Node';
    return namespaces.includes(subject.namespace) || namespace === 'enabled';
  };
}
