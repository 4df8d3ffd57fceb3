import type { Diagnoser } from '../core/plugins.ts';
import { nodeJustChanged } from './causes/recent-node.ts';
import { rolloutJustBefore } from './causes/recent-rollout.ts';
import { answersOf, hypothesisOf, type Rule } from './clues/rule.ts';

/** Every rule that looks for what changed before. */
export const changeRules: readonly Rule[] = [rolloutJustBefore, nodeJustChanged];

/** Names causes from what changed shortly before the first finding: a rollout that went through, a node. Its confidence is measured, too. */
export const recentChange: Diagnoser = {
  name: 'recent-change',
  diagnose: async (incident, facts) => (await answersOf(changeRules, incident, facts)).map(hypothesisOf),
};
