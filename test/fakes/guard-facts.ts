/** Plans and facts for guards: a healthy cluster in which pod `cart-6f-0` crashes and kubemend may act, unless told otherwise. */
import { canonicalJson } from '../../src/core/digest.ts';
import type { Hypothesis } from '../../src/core/model/diagnosis.ts';
import type { Finding } from '../../src/core/model/finding.ts';
import type { Incident } from '../../src/core/model/incident.ts';
import type { Intent } from '../../src/core/model/intent.ts';
import type { Kind, KubeObject } from '../../src/core/model/objects.ts';
import { type Plan, type Preview, planHash } from '../../src/core/model/plan.ts';
import type { ResourceRef } from '../../src/core/model/resource.ts';
import type { ClusterWrite } from '../../src/core/model/write.ts';
import type { GuardFacts, Impact } from '../../src/core/plugins.ts';
import { deployed } from './deployed.ts';
import { NOON, ref } from './object-meta.ts';
import { namespace, node } from './objects.ts';
import { fakeView } from './view.ts';

/** Namespace `shop`, three Ready nodes and the Deployment `cart` of three pods, the first of them unready. */
export const world: readonly KubeObject[] = [
  namespace('shop', { labels: { 'kubemend.dev/scope': 'enabled' } }),
  ...['node-1', 'node-2', 'node-3'].map((name) => node(name)),
  ...deployed('cart', { unready: 1 }),
];

/** The world with objects put in the place of those of the same kind and name, or added. */
export function worldWith(...changed: readonly KubeObject[]): KubeObject[] {
  const keyOf = ({ meta: { ref: of } }: KubeObject) => canonicalJson([of.kind, of.namespace, of.name]);
  const keys = new Set(changed.map(keyOf));
  return [...world.filter((object) => !keys.has(keyOf(object))), ...changed];
}

/** The world without the objects of these kinds. */
export function worldWithout(...kinds: readonly Kind[]): KubeObject[] {
  return world.filter(({ kind }) => !kinds.includes(kind));
}

function planOf(action: string, write: ClusterWrite, changes: Partial<Plan>): Plan {
  const bound = {
    action,
    input: {},
    target: write.target,
    specSeen: 'generation:1',
    treats: 'application-hang' as const,
    write,
    ...changes,
  };
  return { summary: `${action} ${write.target.name}`, owner: ref('Deployment', 'cart'), hash: planHash(bound), ...bound };
}

/** A plan to evict a pod of `cart`. */
export function evictPlan(target: ResourceRef = ref('Pod', 'cart-6f-0'), changes: Partial<Plan> = {}): Plan {
  return planOf('restart-pod', { verb: 'evict', target }, changes);
}

/** A plan to put the template of `cart` back, because of a bad rollout. */
export function rollbackPlan(target: ResourceRef = ref('Deployment', 'cart'), changes: Partial<Plan> = {}): Plan {
  return planOf(
    'rollback-rollout',
    { verb: 'replace-template', target, template: {} },
    { treats: 'bad-rollout', owner: target, ...changes },
  );
}

/** A plan to scale `cart` to this many replicas. */
export function scalePlan(replicas = 5, changes: Partial<Plan> = {}): Plan {
  const target = ref('Deployment', 'cart');
  return planOf('scale-workload', { verb: 'scale', target, replicas }, { treats: 'insufficient-capacity', ...changes });
}

/** A plan to resize the container `app` of a pod of `cart`. */
export function resizePlan(requests: Readonly<Record<string, string>>, changes: Partial<Plan> = {}): Plan {
  const target = ref('Pod', 'cart-6f-0');
  const containers = [{ name: 'app', requests, limits: {} }];
  return planOf('resize-pod', { verb: 'resize', target, containers }, { treats: 'memory-limit-too-low', ...changes });
}

/** A plan whose target is a node; no verb is for nodes yet, so the write only stands for one. */
export function nodePlan(name = 'node-1', changes: Partial<Plan> = {}): Plan {
  const target = ref('Node', name);
  return planOf('replace-node', { verb: 'scale', target, replicas: 0 }, { treats: 'node-failure', owner: target, ...changes });
}

/** What a detector holds against `cart-6f-0`: seen in the watch of pods, for two minutes until now. */
export function finding(changes: Partial<Finding> = {}): Finding {
  return {
    detector: 'crash-loop',
    subject: ref('Pod', 'cart-6f-0'),
    summary: 'it crashes',
    score: 1,
    evidence: [{ id: 'Pod:uid-pod-shop-cart-6f-0:1', source: 'watch:Pod', at: NOON - 120_000 }],
    since: NOON - 120_000,
    at: NOON,
    ...changes,
  };
}

/** A measured guess at a cause. */
export function hypothesis(changes: Partial<Hypothesis> = {}): Hypothesis {
  return { cause: 'application-hang', confidence: 0.9, n: 40, because: ['its probe fails'], by: 'hang-rule', ...changes };
}

/** The incident about `cart`, previewed. */
export function incident(changes: Partial<Incident> = {}): Incident {
  return {
    id: 'incident-now',
    version: 1,
    phase: 'previewed',
    subject: ref('Deployment', 'cart'),
    openedAt: NOON - 120_000,
    phaseAt: NOON,
    wakeAt: NOON,
    findings: [finding()],
    hypotheses: [hypothesis(), hypothesis({ cause: 'bad-rollout' })],
    attempts: [],
    redecisions: 0,
    ...changes,
  };
}

/** A preview that the API server accepted just now: one unready pod, so no Ready one is taken. */
export function preview(changes: Partial<Preview> = {}): Preview {
  return {
    dryRun: { answer: 'accepted' },
    readyPodsTaken: 0,
    readyPodsNow: 2,
    affectedPods: ['cart-6f-0'],
    notes: [],
    at: NOON,
    ...changes,
  };
}

/** An earlier act on `cart-6f-1`, applied, for another incident. */
export function intent(changes: Partial<Intent> = {}): Intent {
  const target = changes.target ?? ref('Pod', 'cart-6f-1');
  return {
    actionId: 'earlier',
    kind: 'act',
    incidentId: 'incident-before',
    action: 'restart-pod',
    planHash: 'hash',
    treats: 'application-hang',
    write: { verb: 'evict', target },
    target,
    owner: ref('Deployment', 'cart'),
    resourceVersion: '1',
    specSeen: 'generation:1',
    epoch: 1,
    evidence: [],
    at: NOON,
    deadline: NOON,
    sends: 1,
    unanswered: 0,
    state: 'applied',
    ...changes,
  };
}

/** What facts are made of: any part of them, and the objects in view with the ages of their kinds. */
export interface Situation extends Partial<Omit<GuardFacts, 'view' | 'action'>> {
  readonly objects?: readonly KubeObject[];
  readonly ages?: Readonly<Partial<Record<Kind, number | undefined>>>;
  readonly impact?: Partial<Impact>;
}

/** Facts in which nothing stands against an act. */
export function guardFacts({ objects = world, ages = {}, impact = {}, ...changes }: Situation = {}): GuardFacts {
  const now = changes.now ?? NOON;
  return {
    kind: 'act',
    ownNamespace: 'kubemend',
    incident: incident(),
    action: { name: 'restart-pod', impact: { scope: 'pod', tier: 'low', reversible: false, restorative: false, ...impact } },
    preview: preview(),
    now,
    mode: 'auto',
    view: fakeView(objects, { now, ages }),
    ledger: [],
    pauses: [],
    sick: { at: now, owners: [] },
    ...changes,
  };
}
