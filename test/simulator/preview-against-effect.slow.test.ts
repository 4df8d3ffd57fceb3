import { beforeAll, describe, expect, it } from 'vitest';
import { understatements } from './previews/held.ts';
import { type Outcome, play } from './previews/play.ts';
import { drawShape, type Story, stories } from './previews/shape.ts';

/** So many states of each story are played in which its action proposes something: 240 in all, or as many as are asked for. */
const STATES = Number(process.env.KUBEMEND_PREVIEW_STATES ?? 30);

/** Stories whose acts take ready pods from service, and those that end a pod by eviction. */
const takers = new Set<Story>(['sick pods', 'all hang', 'bad release', 'out of memory', 'too many']);
const evictions = new Set<Story>(['sick pods', 'stuck in order', 'lost node']);

/** Plays states of a story until enough of them had a proposal. */
async function outcomesOf(story: Story): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let seed = 1; outcomes.length < STATES; seed += 1) {
    if (seed > 20 * STATES) throw new Error(`of ${seed} states of '${story}' only ${outcomes.length} had a proposal: draw others`);
    const outcome = await play(drawShape(seed, story));
    if (outcome) outcomes.push(outcome);
  }
  return outcomes;
}

/** The states in which a preview promised too little, each with all that it takes to play it again. */
function broken(outcomes: readonly Outcome[]): string[] {
  return outcomes.flatMap((outcome) => {
    const why = understatements(outcome);
    return why.length === 0 ? [] : [`${why.join('; ')}: ${outcome.summary}, ${JSON.stringify(outcome.shape)}`];
  });
}

const withEffect = (outcomes: readonly Outcome[], effect: Partial<Outcome['effect']>): Outcome[] =>
  outcomes.map((outcome) => ({ ...outcome, effect: { ...outcome.effect, ...effect } }));

describe.each(stories)('a preview where the story is: %s', (story) => {
  let outcomes: readonly Outcome[] = [];
  beforeAll(async () => {
    outcomes = await outcomesOf(story);
  }, 600_000);

  it('promises no less harm than then happens', () => {
    expect(broken(outcomes)).toEqual([]);
  });
  it('is not so timid that it promises harm that hardly ever happens', () => {
    const said = outcomes.reduce((sum, { effect, answer }) => sum + (answer.is === 'done' ? (effect.readyPodsTaken ?? 0) : 0), 0);
    const done = outcomes.reduce((sum, { taken }) => sum + taken, 0);
    expect(said).toBeLessThanOrEqual(2 * done + 5);
  });
  if (takers.has(story))
    it('would be found out if it always said that nothing is taken, or nobody touched', () => {
      expect(broken(withEffect(outcomes, { readyPodsTaken: 0 }))).not.toEqual([]);
      expect(broken(withEffect(outcomes, { affectedPods: [], notes: [] }))).not.toEqual([]);
    });
  if (evictions.has(story))
    it('would be found out if its dry run knew no disruption budget', () => {
      expect(broken(outcomes.map((outcome) => ({ ...outcome, dryRun: { is: 'done' } })))).not.toEqual([]);
    });
});
