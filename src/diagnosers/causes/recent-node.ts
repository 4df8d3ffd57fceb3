import type { Rule } from '../clues/rule.ts';
import { suspectNode } from '../clues/suspect-node.ts';
import { count } from '../clues/words.ts';

/** All that ails sits on one node which just changed its state, while pods of the same owner serve elsewhere. */
export const nodeJustChanged: Rule = {
  id: 'node-just-changed',
  cause: 'node-failure',
  because(file) {
    const suspect = suspectNode(file);
    return suspect && [`all ${count(file.ailing.length, 'ailing pod')} sit on node ${suspect.node.meta.ref.name}`, ...suspect.changes];
  },
};
