import type { Rule } from '../../src/diagnosers/clues/rule.ts';
import { changeRules } from '../../src/diagnosers/recent-change.ts';
import { stateRules } from '../../src/diagnosers/rules.ts';

/** The rules of every diagnoser. */
export const allRules: readonly Rule[] = [...stateRules, ...changeRules];
