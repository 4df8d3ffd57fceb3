import type { Kind, KubeObject, Node, ObjectOf, Pod } from '../../core/model/objects.ts';
import { kinds } from '../../core/model/objects.ts';
import type { Plan } from '../../core/model/plan.ts';
import { type ResourceRef, resourceName } from '../../core/model/resource.ts';
import type { ClusterView } from '../../core/view.ts';

/** Everything that a plan touches, as far as it is in view; `missing` names what should be there and is not. */
export interface Reach {
  readonly target: KubeObject | undefined;
  readonly owner: KubeObject | undefined;
  readonly namespace: KubeObject | undefined;
  /** The target itself, or the pods that it owns, or those that run on it. */
  readonly pods: readonly Pod[];
  /** Where these pods run, or the target itself. */
  readonly nodes: readonly Node[];
  readonly missing: readonly string[];
  /** The kinds that must be in fresh view for this to be complete. */
  readonly kinds: readonly Kind[];
}

/** Looks up what a plan touches. */
export function reachOf({ target: ref, owner: ownerRef }: Pick<Plan, 'target' | 'owner'>, view: ClusterView): Reach {
  const target = view.get(ref);
  const owner = view.get(ownerRef);
  const namespace = ref.namespace === undefined ? undefined : namespaceOf(view, ref.namespace);
  const pods = target ? podsOf(target, view) : [];
  const nodeNames = new Set(target?.kind === 'Node' ? [ref.name] : pods.flatMap((pod) => pod.nodeName ?? []));
  const nodes = view.ofKind('Node').filter((node) => nodeNames.has(node.meta.ref.name));
  return { target, owner, namespace, pods, nodes, missing: missing(), kinds: kindsNeeded() };

  function missing(): string[] {
    const unseenNodes = [...nodeNames].filter((name) => !nodes.some((node) => node.meta.ref.name === name));
    return [
      ...(target ? [] : [resourceName(ref)]),
      ...(owner ? [] : [resourceName(ownerRef)]),
      ...(ref.namespace !== undefined && !namespace ? [`Namespace ${ref.namespace}`] : []),
      ...unseenNodes.map((name) => `Node ${name}`),
    ];
  }
  function kindsNeeded(): Kind[] {
    const named = kinds.filter((kind) => kind === ref.kind || kind === ownerRef.kind);
    return [
      ...new Set<Kind>([
        ...named,
        'Pod',
        ...(ref.namespace === undefined ? [] : ['Namespace' as const]),
        ...(nodeNames.size > 0 ? ['Node' as const] : []),
      ]),
    ];
  }
}

/** The namespace object of this name. */
export function namespaceOf(view: ClusterView, name: string): ObjectOf<'Namespace'> | undefined {
  return view.ofKind('Namespace').find((candidate) => candidate.meta.ref.name === name);
}

/** The pods that an object is, owns or carries. */
export function podsOf(object: KubeObject, view: ClusterView): readonly Pod[] {
  if (object.kind === 'Pod') return [object];
  if (object.kind === 'Node') return view.ofKind('Pod').filter((pod) => pod.nodeName === object.meta.ref.name);
  return view.ownedBy(object.meta.ref).filter((owned): owned is Pod => owned.kind === 'Pod');
}

/** The node that a plan is about: its target, or where its target pod runs. */
export function nodeOf({ target: ref }: Pick<Plan, 'target'>, view: ClusterView): Node | undefined {
  const target = view.get(ref);
  if (target?.kind === 'Node') return target;
  return target?.kind === 'Pod' ? view.ofKind('Node').find(({ meta }) => meta.ref.name === target.nodeName) : undefined;
}

/** The objects on which a label can stand that speaks about the plan. */
function labelledParts(reach: Reach): readonly KubeObject[] {
  const parts = [reach.target, reach.owner, reach.namespace, ...reach.pods, ...reach.nodes];
  return [...new Set(parts)].filter((part) => part !== undefined);
}

/** Those parts that carry this label with any value but `false`. */
export function marked(reach: Reach, label: string): ResourceRef[] {
  return labelledParts(reach)
    .filter(({ meta }) => meta.labels[label] !== undefined && meta.labels[label] !== 'false')
    .map(({ meta }) => meta.ref);
}
