import { conditionOf, isReady, type Node } from '../../core/model/objects.ts';
import type { CaseFile } from './case-file.ts';
import { span } from './words.ts';

/** What a node did longer ago than this is not what its pods suffer now. */
const SOON_MS = 15 * 60_000;
/** One sick pod says nothing about its node. */
const PODS = 2;
/** Conditions that the rules about pressure and readiness tell of. */
const known: readonly string[] = ['MemoryPressure', 'DiskPressure', 'PIDPressure'];

/** A node, ready now, and what changed about it. */
export interface SuspectNode {
  readonly node: Node;
  readonly changes: readonly string[];
}

/** The one node on which all that ails sits, if it just changed its state while pods of the same owner serve elsewhere. */
export function suspectNode(file: CaseFile): SuspectNode | undefined {
  const node = commonNode(file);
  if (!node || conditionOf(node, 'Ready')?.status !== 'True') return undefined;
  const changes = changesOf(node, file.view.at);
  return changes.length > 0 ? { node, changes } : undefined;
}

function commonNode({ subject, ailing, pods, view }: CaseFile): Node | undefined {
  const names = new Set(ailing.map(({ pod }) => pod.nodeName));
  const [name] = names;
  if (names.size !== 1 || name === undefined || ailing.length < PODS) return undefined;
  if (subject.kind !== 'Node' && !pods.some((pod) => isReady(pod) && pod.nodeName !== name)) return undefined;
  return view.ofKind('Node').find(({ meta }) => meta.ref.name === name);
}

/** Ready again since a moment ago, or a condition of a problem detector (ReadonlyFilesystem, KernelDeadlock …) that just came up. */
function changesOf(node: Node, now: number): readonly string[] {
  return node.conditions.flatMap(({ type, status, reason, changedAt }) => {
    const isOfInterest = type === 'Ready' || (status === 'True' && !known.includes(type));
    if (!isOfInterest || changedAt === undefined || now - changedAt > SOON_MS || changedAt <= node.meta.createdAt + SOON_MS) return [];
    const what = type === 'Ready' ? 'was not ready until' : `reports ${type}${reason ? ` (${reason})` : ''} since`;
    return [`it ${what} ${span(now - changedAt)} ago`];
  });
}
