import { soonBlame } from '../clues/blame.ts';
import type { Rule } from '../clues/rule.ts';
import { rolloutReasons } from './rollout.ts';

/** A rollout went through, and soon after most of its pods began to fail for a reason that lies in the revision. */
export const rolloutJustBefore: Rule = {
  id: 'rollout-just-before',
  cause: 'bad-rollout',
  because(file) {
    const failing = soonBlame(file);
    return file.rollout && failing && rolloutReasons(file.rollout, failing, file.view.at);
  },
};
