import { beforeAll, describe, expect, it } from 'vitest';
import { Measured, type Rule } from '../../src/diagnosers/clues/rule.ts';
import measured from '../../src/diagnosers/rules.measured.json' with { type: 'json' };
import { allRules } from './all-rules.ts';
import { cases } from './cases/index.ts';
import { type Result, runCase, scoresOf } from './measure.ts';

describe('the measured precision of the rules', () => {
  const results: Result[] = [];
  beforeAll(async () => {
    for (const labelled of cases) results.push(await runCase(labelled, allRules));
  }, 60_000);

  it('is what the labelled cases give now; if not, look at the difference and run `npm run measure`', () => {
    expect(Measured.parse(measured)).toEqual(scoresOf(allRules, results));
  });

  it('can come out below 1: some stories are known to be told wrongly', () => {
    const scores = Object.values(scoresOf(allRules, results));
    expect(scores.some(({ right, n }) => right < n)).toBe(true);
  });

  it('is no figure over copies: every story has its own name', () => {
    const names = cases.map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it.each(['rollout-did-not-complete', 'rollout-without-proof'])('lets %s be acted on: at least 0.7 over at least 10 stories', (rule) => {
    const { right = 0, n = 0 } = Measured.parse(measured)[rule] ?? {};
    expect(n).toBeGreaterThanOrEqual(10);
    expect(right / n).toBeGreaterThanOrEqual(0.7);
  });

  it('tells a naive rule from a good one: blaming every stuck rollout with a revision before it is not enough', async () => {
    const naive: Rule = {
      id: 'naive',
      cause: 'bad-rollout',
      because: ({ incident, rollout }) =>
        rollout && incident.findings.some(({ detector }) => detector === 'stuck-rollout') ? ['it is stuck'] : undefined,
    };
    const answers: Result[] = [];
    for (const labelled of cases) answers.push(await runCase(labelled, [naive]));
    const { right = 0, n = 0 } = scoresOf([naive], answers).naive ?? {};
    expect(right / n).toBeLessThan(0.7);
  });

  it('counts a rule that answers wrongly as wrong', () => {
    const [rule] = allRules;
    const [labelled] = cases;
    if (!rule || !labelled) throw new Error('no rules or no cases');
    const other = { ...labelled, expected: 'nothing' as const };
    const said = new Map([[rule.id, rule.cause]]);
    const scores = scoresOf([rule], [{ labelled: other, said, missed: [], unopened: [] }]);
    expect(scores[rule.id]).toEqual({ right: 0, n: 1 });
  });

  it('rests on detection: each story with a cause opens an incident about its subject in every scene', () => {
    const silent = results.filter(({ labelled, unopened }) => labelled.expected !== 'nothing' && unopened.length > 0);
    expect(silent.map(({ labelled, unopened }) => `${labelled.name}: scenes ${unopened.join(', ')}`)).toEqual([]);
  });

  it('tells the same in every dress: where the cause is named in one scene of a story, it is named in all', () => {
    const torn = results.filter(({ labelled, missed }) => missed.length > 0 && missed.length < labelled.scenes.length);
    expect(torn.map(({ labelled, missed }) => `${labelled.name}: not in scenes ${missed.join(', ')}`)).toEqual([]);
  });
});
