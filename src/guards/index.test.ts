import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import {
  evictPlan,
  finding,
  guardFacts,
  incident,
  preview,
  rollbackPlan,
  type Situation,
  worldWith,
} from '../../test/fakes/guard-facts.ts';
import { manager, NOON, ref } from '../../test/fakes/object-meta.ts';
import { deployment, pod } from '../../test/fakes/objects.ts';
import { aWorld } from '../../test/fakes/world.ts';
import { type Kind, kinds } from '../core/model/objects.ts';
import type { Plan } from '../core/model/plan.ts';
import type { BoundGuard, GuardFacts, Objection } from '../core/plugins.ts';
import { judge } from '../core/stages/guard.ts';
import { guards } from './index.ts';

const bound = guards.map((guard) => guard.bind({}));
const objectionsTo = (plan: Plan, facts: GuardFacts) =>
  bound.flatMap((guard) => guard.object(plan, facts).map(({ reason }) => `${guard.name}: ${reason}`));

/** A bad rollout by kubectl three minutes ago, whose one new pod crashes. */
const badRollout: Situation = {
  impact: { scope: 'workload', tier: 'medium', reversible: true, restorative: true },
  incident: incident({ findings: [finding({ detector: 'stuck-rollout', subject: ref('Deployment', 'cart') }), finding()] }),
  objects: worldWith(
    deployment('cart', {
      generation: 2,
      updatedReplicas: 1,
      managers: [manager('kubectl-set', { at: NOON - 180_000 }), manager('kube-controller-manager', { at: NOON, touches: ['other'] })],
    }),
  ),
};

describe('all guards together', () => {
  it('have different names', () => {
    expect(new Set(guards.map(({ name }) => name)).size).toBe(guards.length);
  });

  it('let a crashing pod of a healthy Deployment be evicted', () => {
    expect(objectionsTo(evictPlan(), guardFacts())).toEqual([]);
  });

  it('let a bad rollout be rolled back', () => {
    expect(objectionsTo(rollbackPlan(), guardFacts(badRollout))).toEqual([]);
  });

  it('let that rollback be undone, brakes or not', () => {
    const storm = {
      ...badRollout,
      kind: 'undo' as const,
      sick: undefined,
      preview: preview({ at: 0 }),
      incident: incident({ hypotheses: [] }),
    };
    expect(objectionsTo(rollbackPlan(), guardFacts(storm))).toEqual([]);
  });

  it('refuse everything in an empty view', () => {
    const ages = Object.fromEntries(kinds.map((kind) => [kind, undefined]));
    const who = new Set(objectionsTo(evictPlan(), guardFacts({ objects: [], ages })).map((reason) => reason.split(':', 1)[0]));
    for (const name of ['scope', 'pause', 'evidence-age', 'never-touch', 'owner-conflict', 'pdb-headroom', 'storm-brake'])
      expect(who).toContain(name);
  });

  it('never object less when less is in view', () => {
    const cases = [
      { plan: evictPlan(), given: {} },
      { plan: rollbackPlan(), given: badRollout },
      { plan: evictPlan(ref('Pod', 'cart-6f-1')), given: { preview: preview({ readyPodsTaken: 1, affectedPods: ['cart-6f-1'] }) } },
      { plan: evictPlan(), given: { objects: worldWith(pod('cart-6f-0', { labels: { 'kubemend.dev/protect': '' } })) } },
    ];
    fc.assert(
      fc.property(fc.constantFrom(...cases), fc.subarray([...kinds]), ({ plan, given }, blindFor: Kind[]) => {
        const ages = Object.fromEntries(blindFor.map((kind) => [kind, undefined]));
        const clear = objectionsTo(plan, guardFacts(given)).length;
        expect(objectionsTo(plan, guardFacts({ ...given, ages })).length).toBeGreaterThanOrEqual(clear);
      }),
    );
  });
});

describe('the verdict over guards', () => {
  const world = aWorld();
  afterAll(() => world.close());
  const planned = incident({ plan: rollbackPlan(world.cart, { action: 'fix' }) });
  const strictness = { allow: 0, ask: 1, deny: 2 };

  const objections: fc.Arbitrary<readonly Objection[]> = fc.array(
    fc.record({ decision: fc.constantFrom('deny' as const, 'ask' as const), reason: fc.string({ minLength: 1 }) }),
    { maxLength: 3 },
  );
  const someGuard: fc.Arbitrary<BoundGuard> = fc.oneof(
    objections.map((list) => ({ name: 'random', object: () => list })),
    fc.constant({
      name: 'broken',
      object: () => {
        throw new Error('broken');
      },
    }),
    fc.constantFrom(...bound),
  );
  const verdictOf = async (some: readonly BoundGuard[]) => (await judge(planned, 'act', { ...world.context, guards: some })).decision;

  it('never allows more with one guard more', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(someGuard, { maxLength: 5 }), someGuard, fc.nat({ max: 5 }), async (some, more, place) => {
        const before = strictness[await verdictOf(some)];
        expect(strictness[await verdictOf(some.toSpliced(place, 0, more))]).toBeGreaterThanOrEqual(before);
      }),
    );
  });

  it('would be caught if the last guard alone decided', async () => {
    const lastAlone = (some: readonly BoundGuard[]) => verdictOf(some.slice(-1));
    const denies: BoundGuard = { name: 'denies', object: () => [{ decision: 'deny', reason: 'no' }] };
    const silent: BoundGuard = { name: 'silent', object: () => [] };
    expect(strictness[await lastAlone([denies, silent])]).toBeLessThan(strictness[await lastAlone([denies])]);
  });
});
