import { z } from 'zod';
import type { Pause } from '../core/model/pause.ts';
import type { Plan } from '../core/model/plan.ts';
import { resourceKey, resourceName } from '../core/model/resource.ts';
import { defineGuard, type GuardFacts, type Objection } from '../core/plugins.ts';
import { PAUSE_CONFIG_MAP, PAUSE_LABEL } from './grounds/labels.ts';
import { blindness, deny, unknown } from './grounds/objections.ts';
import { marked, type Reach, reachOf } from './grounds/reach.ts';
import { spanAgo } from './grounds/span.ts';

/** The red button, by command, ConfigMap or label: nothing is touched that is paused, undo included. */
export const pause = defineGuard({
  name: 'pause',
  options: z.strictObject({}),
  object(plan, facts) {
    const reach = reachOf(plan, facts.view);
    return [...byCommand(plan, facts, reach), ...byConfigMap(facts), ...byLabel(facts, reach)];
  },
});

function byCommand(plan: Plan, { pauses, now }: GuardFacts, reach: Reach): Objection[] {
  return pauses
    .filter(({ scope }) => covers(scope, plan, reach))
    .map(({ scope, by, at, reason }: Pause) =>
      deny(
        `${scope} was paused by ${by} ${spanAgo(now - at)}${reason === '' ? '' : ` (${reason})`}${isKnown(scope) ? '' : '; this scope is of no known form and counts for the whole cluster'}`,
      ),
    );
}

function covers(scope: string, { target, owner }: Plan, { pods, nodes }: Reach): boolean {
  if (scope === 'cluster' || !isKnown(scope)) return true;
  if (scope.startsWith('namespace:')) return [target.namespace, owner.namespace].includes(scope.slice('namespace:'.length));
  if (scope.startsWith('node:'))
    return [...nodes.map(({ meta }) => meta.ref.name), ...pods.map(({ nodeName }) => nodeName)].includes(scope.slice('node:'.length));
  return [target, owner, ...pods.map(({ meta }) => meta.ref)].some((ref) => resourceKey(ref) === scope);
}

function isKnown(scope: string): boolean {
  return scope === 'cluster' || /^(namespace|node):[^/:]+$/.test(scope) || scope.split('/').length === 5;
}

function byConfigMap(facts: GuardFacts): Objection[] {
  const isThere = facts.view
    .ofKind('ConfigMap')
    .some(({ meta }) => meta.ref.name === PAUSE_CONFIG_MAP && meta.ref.namespace === facts.ownNamespace);
  if (isThere) return [deny(`the ConfigMap ${facts.ownNamespace}/${PAUSE_CONFIG_MAP} pauses the whole cluster; delete it to go on`)];
  return blindness(['ConfigMap'], facts);
}

function byLabel(facts: GuardFacts, reach: Reach): Objection[] {
  const paused = marked(reach, PAUSE_LABEL).map((ref) => deny(`${resourceName(ref)} is labelled ${PAUSE_LABEL}`));
  const unseen = reach.missing.map((name) =>
    unknown(`${name} is not in view, so nobody can tell whether it is labelled ${PAUSE_LABEL}`, facts),
  );
  return [...paused, ...unseen, ...blindness(reach.kinds, facts)];
}
