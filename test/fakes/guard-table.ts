/** The one way to test a guard: a table of situations, run on the guard and on broken variants of it that the table must catch. */
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/core/model/plan.ts';
import type { Guard, GuardFacts, Objection } from '../../src/core/plugins.ts';
import { evictPlan, guardFacts, type Situation } from './guard-facts.ts';

/** Decision, what the reason must say, and when to look again (absent: the guard must name no time). */
export type Expected = readonly ['deny' | 'ask', string | RegExp, number?];

/** One row: the plan, the options and the situation, and every objection that is expected, in order. */
export interface GuardCase extends Situation {
  readonly plan?: Plan;
  readonly options?: unknown;
  readonly expect: readonly Expected[];
}

/** Tests the guard by its table, and the table by variants of the guard that it must tell from the right one. */
export function guardTable(guard: Guard, cases: Readonly<Record<string, GuardCase>>, broken: Readonly<Record<string, Guard>> = {}): void {
  describe(guard.name, () => {
    for (const [sentence, row] of Object.entries(cases)) it(sentence, () => expect(faultsOf(guard, row)).toEqual([]));
    it('has defaults for all options and refuses unknown ones', () => {
      expect(guard.options.safeParse({}).success).toBe(true);
      expect(guard.options.safeParse({ nonsense: 1 }).success).toBe(false);
    });
    for (const [flaw, variant] of Object.entries({
      'that never objects': silent(guard),
      'that always objects': contrary(guard),
      ...broken,
    }))
      it(`catches a variant ${flaw}`, () => {
        const caughtBy = Object.entries(cases).filter(([, row]) => faultsOf(variant, row).length > 0);
        expect(caughtBy.map(([sentence]) => sentence)).not.toEqual([]);
      });
  });
}

/** What the guard says otherwise than the row expects; a guard that throws is at fault too. */
function faultsOf(guard: Guard, row: GuardCase): string[] {
  const { plan = evictPlan(), options = {}, expect: wanted, ...situation } = row;
  let said: readonly Objection[];
  try {
    said = guard.bind(options).object(plan, guardFacts(situation));
  } catch (error) {
    return [`threw ${String(error)}`];
  }
  const faults = said.length === wanted.length ? [] : [`${wanted.length} objections expected, got ${said.length}: ${JSON.stringify(said)}`];
  return [...faults, ...wanted.flatMap((one, index) => difference(one, said[index]))];
}

function difference([decision, reason, retryAt]: Expected, said: Objection | undefined): string[] {
  if (!said) return [`${decision} ${String(reason)} is missing`];
  const isSaid = typeof reason === 'string' ? said.reason.includes(reason) : reason.test(said.reason);
  const isRight = said.decision === decision && isSaid && said.retryAt === retryAt;
  return isRight ? [] : [`expected ${decision} ${String(reason)} until ${retryAt}, got ${JSON.stringify(said)}`];
}

type Judgement = (plan: Plan, facts: GuardFacts, options: unknown) => readonly Objection[];

function variant(guard: Guard, object: Judgement): Guard {
  return { ...guard, bind: (options) => ({ name: guard.name, object: (plan, facts) => object(plan, facts, options) }) };
}

function silent(guard: Guard): Guard {
  return variant(guard, () => []);
}

function contrary(guard: Guard): Guard {
  return variant(guard, () => [{ decision: 'deny', reason: 'no' }]);
}

/** A variant that is told other facts than the true ones. */
export function misled(guard: Guard, change: (facts: GuardFacts) => GuardFacts): Guard {
  return variant(guard, (plan, facts, options) => guard.bind(options).object(plan, change(facts)));
}

/** A variant that forgets its options: every limit stands at its default. */
export function deafToOptions(guard: Guard): Guard {
  return variant(guard, (plan, facts) => guard.bind({}).object(plan, facts));
}

/** A variant that is off by this many milliseconds: the table must hold the exact boundary. */
export function offBy(guard: Guard, ms: number): Guard {
  return misled(guard, (facts) => ({ ...facts, now: facts.now + ms }));
}

/** A variant that takes an undo for an act. */
export function blindToUndo(guard: Guard): Guard {
  return misled(guard, (facts) => ({ ...facts, kind: 'act' }));
}

/** A variant that takes what it cannot see for fresh: `?? 0` on ages. */
export function trustful(guard: Guard): Guard {
  return misled(guard, (facts) => ({ ...facts, view: { ...facts.view, isBlindFor: () => false, ageMs: () => 0 } }));
}

/** A variant that takes a number that nobody could count for nought: `?? 0` on the preview. */
export function countingNought(guard: Guard): Guard {
  return misled(guard, (facts) => {
    const { readyPodsTaken = 0, readyPodsNow = 0 } = facts.preview;
    return { ...facts, preview: { ...facts.preview, readyPodsTaken, readyPodsNow } };
  });
}
