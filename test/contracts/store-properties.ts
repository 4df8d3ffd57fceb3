import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isEnded } from '../../src/core/model/incident.ts';
import type { Intent } from '../../src/core/model/intent.ts';
import type { Change } from '../../src/core/ports.ts';
import { deployment, entry, incident, intent } from './store-records.ts';
import type { StoreUnderTest } from './store-under-test.ts';

/** One step of a random history: an incident change with a guessed version, an intent change, or both. */
interface Step {
  readonly id: string;
  readonly about: string;
  readonly version: number;
  readonly over: boolean;
  readonly act: { readonly actionId: string; readonly state: Intent['state']; readonly sends: number } | undefined;
  readonly rows: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  id: fc.constantFrom('i1', 'i2', 'i3'),
  about: fc.constantFrom('cart', 'shop'),
  version: fc.integer({ min: 0, max: 4 }),
  over: fc.boolean(),
  act: fc.option(
    fc.record({
      actionId: fc.constantFrom('a1', 'a2', 'a3'),
      state: fc.constantFrom('open', 'applied', 'void', 'superseded'),
      sends: fc.integer({ min: 0, max: 2 }),
    }),
    { nil: undefined },
  ),
  rows: fc.integer({ min: 0, max: 3 }),
});

/** What the store should hold, said in the plainest way. */
interface Model {
  readonly incidents: Map<string, { version: number; about: string; over: boolean }>;
  readonly intents: Map<string, Intent>;
  rows: number;
}

/** Random histories, in turns of one to several commits, against the plainest model of the promises. */
export function propertyContract(create: () => Promise<StoreUnderTest>): void {
  it('accepts exactly what the promises allow, keeps versions and intents, and the chain intact', async () => {
    const history = fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(history, async (turns) => {
        const under = await create();
        try {
          await play(under, turns);
        } finally {
          await under.dispose();
        }
      }),
      { numRuns: 60 },
    );
  }, 60_000);
}

async function play({ store }: StoreUnderTest, turns: readonly (readonly Step[])[]): Promise<void> {
  const model: Model = { incidents: new Map(), intents: new Map(), rows: 0 };
  for (const turn of turns) {
    const expected = turn.map((each) => (accept(model, each) ? 'fulfilled' : 'conflict'));
    const results = await Promise.allSettled(turn.map((each) => store.commit(changeOf(each))));
    expect(results.map((result) => (result.status === 'fulfilled' ? 'fulfilled' : result.reason.code))).toEqual(expected);
  }
  for (const [id, { version, over }] of model.incidents) {
    const stored = await store.incident(id);
    expect(stored).toMatchObject({ version });
    expect(stored && isEnded(stored)).toBe(over);
  }
  for (const [actionId, wanted] of model.intents) expect(await store.intent(actionId)).toEqual(wanted);
  expect(await store.verifyAudit()).toMatchObject({ intact: true, rows: model.rows });
}

function changeOf({ id, about, version, over, act, rows }: Step): Change {
  const change = { incident: incident(id, { version, subject: deployment(about), phase: over ? 'escalated' : 'open' }) };
  const audit = Array.from({ length: rows }, () => entry({ incidentId: id }));
  return act ? { ...change, audit, intent: intentOf(id, act) } : { ...change, audit };
}

function intentOf(incidentId: string, { actionId, state, sends }: NonNullable<Step['act']>): Intent {
  return intent(actionId, incidentId, { state, sends });
}

/** Whether the model takes the step; if so, it is taken. */
function accept(model: Model, each: Step): boolean {
  const stored = model.incidents.get(each.id);
  const rival = [...model.incidents].some(([id, other]) => id !== each.id && other.about === each.about && !other.over);
  if (each.version !== (stored?.version ?? 0) || (rival && !each.over)) return false;
  const next = each.act && intentOf(each.id, each.act);
  if (next && !acceptsIntent(model, next)) return false;
  model.incidents.set(each.id, { version: each.version + 1, about: each.about, over: each.over });
  if (next) model.intents.set(next.actionId, next);
  model.rows += each.rows;
  return true;
}

function acceptsIntent(model: Model, next: Intent): boolean {
  const stored = model.intents.get(next.actionId);
  const others = [...model.intents.values()].filter(({ actionId }) => actionId !== next.actionId);
  const isRival = next.state === 'open' && others.some(({ state, owner }) => state === 'open' && owner.name === next.owner.name);
  if (!stored) return !isRival;
  const ends = stored.state === 'open' || stored.state === next.state;
  return !isRival && ends && stored.incidentId === next.incidentId && next.sends >= stored.sends;
}
