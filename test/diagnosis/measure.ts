import type { Rule } from '../../src/diagnosers/clues/rule.ts';
import { answersTo } from './answer-of.ts';
import type { LabelledCase } from './labelled-case.ts';

/** Right answers and cases of a rule. */
export interface Score {
  readonly right: number;
  readonly n: number;
}

/** What came of one labelled case: the rules that answered, whether rightly, and whether anything unexpected happened. */
export interface Result {
  readonly labelled: LabelledCase;
  /** Rule id to cause, of every rule that answered in at least one scene. */
  readonly said: ReadonlyMap<string, string>;
  /** Scenes in which no rule named the expected cause. */
  readonly missed: readonly number[];
  /** Scenes in which detection opened no incident about the subject. */
  readonly unopened: readonly number[];
}

/** Runs one labelled case, scene by scene. */
export async function runCase(labelled: LabelledCase, rules: readonly Rule[]): Promise<Result> {
  const said = new Map<string, string>();
  const missed: number[] = [];
  const unopened: number[] = [];
  for (const [index, scene] of labelled.scenes.entries()) {
    const answers = await answersTo(scene, rules);
    if (!answers) unopened.push(index);
    for (const { rule } of answers ?? []) said.set(rule.id, rule.cause);
    const isNamed = (answers ?? []).some(({ rule }) => rule.cause === labelled.expected);
    if (labelled.expected !== 'nothing' && !isNamed) missed.push(index);
  }
  return { labelled, said, missed, unopened };
}

/** The precision of every rule over the results: of the cases in which it answered, those whose true cause is its own. */
export function scoresOf(rules: readonly Rule[], results: readonly Result[]): Record<string, Score> {
  const sorted = rules.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return Object.fromEntries(
    sorted.map(({ id, cause }) => {
      const answered = results.filter(({ said }) => said.has(id));
      return [id, { right: answered.filter(({ labelled }) => labelled.expected === cause).length, n: answered.length }];
    }),
  );
}
