import { z } from 'zod';
import type { Plan } from '../core/model/plan.ts';
import { isSameResource, resourceName } from '../core/model/resource.ts';
import { defineGuard, type GuardFacts, type Objection } from '../core/plugins.ts';
import { PROTECT_LABEL } from './grounds/labels.ts';
import { blindness, deny, unknown } from './grounds/objections.ts';
import { marked, type Reach, reachOf } from './grounds/reach.ts';
import { systemPartOf } from './grounds/system-workloads.ts';
import { webhooksServedBy } from './grounds/webhook-service.ts';

const SYSTEM_NAMESPACES = ['kube-system', 'kube-public', 'kube-node-lease'];
const SYSTEM_PRIORITIES = ['system-cluster-critical', 'system-node-critical'];

const options = z.strictObject({
  /** Further namespaces that are never touched. */
  namespaces: z.array(z.string()).readonly().default([]),
  /** Whether a pod with an emptyDir or hostPath volume may be evicted, which loses what is in it. */
  allowLocalStorage: z.boolean().default(false),
});

/** What kubemend keeps its hands off whatever the configuration says: the cluster's own machinery, itself, and all that is protected. */
export const neverTouch = defineGuard({
  name: 'never-touch',
  options,
  object(plan, facts, chosen) {
    const reach = reachOf(plan, facts.view);
    return [
      ...byReference(plan, facts, chosen.namespaces),
      ...bySystemPart(reach),
      ...byNature(plan, reach, chosen.allowLocalStorage),
      ...webhooksServedBy(reach, facts.view).map((why) => deny(why)),
      ...marked(reach, PROTECT_LABEL).map((ref) => deny(`${resourceName(ref)} is labelled ${PROTECT_LABEL}`)),
      ...reach.missing.map((name) => unknown(`${name} is not in view, and what is not known is not touched`, facts)),
      ...blindness([...reach.kinds, 'Service', 'ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'], facts),
    ];
  },
});

function byReference({ target, owner, write }: Plan, { ownNamespace }: GuardFacts, further: readonly string[]): Objection[] {
  const forbidden = [ownNamespace, ...SYSTEM_NAMESPACES, ...further];
  const inside = [...new Set([target, owner, write.target].flatMap(({ namespace }) => namespace ?? []))].filter((name) =>
    forbidden.includes(name),
  );
  const isOther = !isSameResource(target, write.target) || target.uid === undefined || write.target.uid !== target.uid;
  return [
    ...(isOther
      ? [
          deny(
            `the write is not pinned to the plan's target: it is for ${resourceName(write.target)} (uid ${write.target.uid ?? 'unknown'})`,
          ),
        ]
      : []),
    ...inside.map((name) =>
      deny(name === ownNamespace ? `kubemend itself runs in the namespace ${name}` : `the namespace ${name} is never touched`),
    ),
  ];
}

function bySystemPart(reach: Reach): Objection[] {
  return [reach.target, reach.owner, ...reach.pods]
    .flatMap((part) => {
      const system = part && systemPartOf(part);
      return system ? [deny(`${resourceName(part.meta.ref)} is ${system} by its name or labels`)] : [];
    })
    .slice(0, 1);
}

function byNature({ write }: Plan, reach: Reach, allowLocalStorage: boolean): Objection[] {
  const controlPlane = reach.target?.kind === 'Node' && reach.target.isControlPlane;
  const fixed = reach.pods.filter(({ isStatic }) => isStatic);
  const critical = reach.pods.filter(({ priorityClass }) => SYSTEM_PRIORITIES.includes(priorityClass ?? ''));
  const local = write.verb === 'evict' && !allowLocalStorage ? reach.pods.filter(({ hasLocalStorage }) => hasLocalStorage) : [];
  return [
    ...(controlPlane ? [deny('it is a node of the control plane')] : []),
    ...fixed.map(({ meta }) => deny(`${resourceName(meta.ref)} is static: its kubelet owns it`)),
    ...critical.map(({ meta, priorityClass }) => deny(`${resourceName(meta.ref)} has the priority class ${priorityClass}`)),
    ...local.map(({ meta }) =>
      deny(`${resourceName(meta.ref)} has local storage, which an eviction loses; the option allowLocalStorage permits it`),
    ),
  ];
}
