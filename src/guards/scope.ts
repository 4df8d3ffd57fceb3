import { z } from 'zod';
import type { KubeObject } from '../core/model/objects.ts';
import type { Plan } from '../core/model/plan.ts';
import { resourceName } from '../core/model/resource.ts';
import { defineGuard, type GuardFacts, type Objection } from '../core/plugins.ts';
import { SCOPE_LABEL } from '../core/scope-label.ts';
import { blindness, deny } from './grounds/objections.ts';
import { namespaceOf } from './grounds/reach.ts';

const options = z.strictObject({
  /** Namespaces that are opted in by name. */
  namespaces: z.array(z.string()).readonly().default([]),
  /** Whether nodes are opted in. */
  nodes: z.boolean().default(false),
});

/** Nothing is touched that was not opted in: by a listed namespace, or by the label `kubemend.dev/scope=enabled`. */
export const scope = defineGuard({
  name: 'scope',
  options,
  object: (plan, facts, chosen) =>
    plan.target.namespace === undefined ? aboutNode(plan, facts, chosen) : aboutNamespaced(plan, facts, chosen),
});

function aboutNode({ target }: Plan, facts: GuardFacts, { nodes }: z.output<typeof options>): readonly Objection[] {
  if (target.kind !== 'Node') return [deny(`${resourceName(target)} belongs to the whole cluster; only nodes can be opted in`)];
  if (nodes) return [];
  const blind = blindness(['Node'], facts);
  if (blind.length > 0) return blind;
  return stanceOf(facts.view.get(target)) === 'in'
    ? []
    : [deny(`${resourceName(target)} is not opted in: set the option nodes, or label it ${SCOPE_LABEL}=enabled`)];
}

function aboutNamespaced({ target, owner }: Plan, facts: GuardFacts, { namespaces }: z.output<typeof options>): readonly Objection[] {
  const { view } = facts;
  const parts = [view.get(target), view.get(owner)].filter((part) => part !== undefined);
  const isTakenOut = parts.find((part) => stanceOf(part) === 'out');
  if (isTakenOut)
    return [deny(`${resourceName(isTakenOut.meta.ref)} is taken out by its label ${SCOPE_LABEL}=${isTakenOut.meta.labels[SCOPE_LABEL]}`)];
  const name = target.namespace ?? '';
  if (namespaces.includes(name)) return [];
  const labelled = view.isBlindFor('Namespace') ? undefined : namespaceOf(view, name);
  if ([labelled, ...parts].some((part) => stanceOf(part) === 'in')) return blindness([...parts.map((part) => part.kind)], facts);
  const blind = blindness(['Namespace', ...parts.map((part) => part.kind)], facts);
  return blind.length > 0
    ? blind
    : [deny(`namespace ${name} is not opted in: name it in the option namespaces, or label it ${SCOPE_LABEL}=enabled`)];
}

function stanceOf(object: KubeObject | undefined): 'in' | 'out' | 'silent' {
  const label = object?.meta.labels[SCOPE_LABEL];
  if (label === undefined || object?.kind === 'Namespace') return label === 'enabled' ? 'in' : 'silent';
  return label === 'enabled' ? 'in' : 'out';
}
