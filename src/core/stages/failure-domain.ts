import type { Finding } from '../model/finding.ts';
import { isReady, type Pod } from '../model/objects.ts';
import { type ResourceRef, resourceKey } from '../model/resource.ts';
import type { ClusterView } from '../view.ts';

/** So many owners must suffer on one node, and serve elsewhere, before it is held against a node that says nothing. */
const OWNERS = 3;

/** The names of the nodes that count as sick: those with findings of their own, and those on which the pods of several owners fail that serve elsewhere. */
export function sickNodesIn(findings: readonly Finding[], view: ClusterView): ReadonlySet<string> {
  const own = findings.flatMap(({ subject }) => (subject.kind === 'Node' ? [subject.name] : []));
  return new Set([...own, ...suspectsIn(findings, view)]);
}

/** The failure domain that a finding speaks about: the sick node of a pod, else its last known owner, else itself. */
export function domainOf({ subject }: Finding, view: ClusterView, sickNodes: ReadonlySet<string>): ResourceRef {
  const object = view.get(subject);
  if (object?.kind === 'Pod' && object.nodeName !== undefined && sickNodes.has(object.nodeName)) {
    const node = view.ofKind('Node').find(({ meta }) => meta.ref.name === object.nodeName);
    if (node) return node.meta.ref;
  }
  return ownerOf(subject, view);
}

/** An owner whose pods fail on one node alone, and serve on others, speaks against the node; one pod alone or one node in all says nothing. */
function suspectsIn(findings: readonly Finding[], view: ClusterView): string[] {
  const sick = findings.flatMap(({ subject }) => {
    const object = view.get(subject);
    return object?.kind === 'Pod' && object.nodeName !== undefined ? [object] : [];
  });
  const byOwner = Map.groupBy(sick, ({ meta }) => resourceKey(ownerOf(meta.ref, view)));
  const accused = [...byOwner.values()].flatMap((pods) => accusedBy(pods, view) ?? []);
  const votes = Map.groupBy(accused, (name) => name);
  return [...votes].flatMap(([name, all]) => (all.length >= OWNERS ? [name] : []));
}

/** The one node on which these pods of one owner fail, if other pods of it serve elsewhere. */
function accusedBy(sick: readonly Pod[], view: ClusterView): string | undefined {
  const [first] = sick;
  const name = first?.nodeName;
  if (!first || name === undefined || sick.some(({ nodeName }) => nodeName !== name)) return undefined;
  const family = view.ownedBy(ownerOf(first.meta.ref, view));
  return family.some((object) => object.kind === 'Pod' && isReady(object) && object.nodeName !== name) ? name : undefined;
}

function ownerOf(ref: ResourceRef, view: ClusterView): ResourceRef {
  const ownership = view.ownerOf(ref);
  return ownership.is === 'owner' ? ownership.owner.meta.ref : ref;
}
