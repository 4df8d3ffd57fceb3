import { bootstrapIntervals, type Figures } from '../../learning/bootstrap.ts';
import type { Summary } from './task.ts';

/** Figures over all cases with their 95 % intervals, by a bootstrap over the cases. */
export function summaryOf<Case>(cases: readonly Case[], figuresOf: (sample: readonly Case[]) => Figures, random: () => number): Summary {
  return { metrics: figuresOf(cases), interval95: bootstrapIntervals(cases, figuresOf, { random }) };
}

/** The mean of each figure over cases that all have the same ones: each case counts alike, however large it is. */
export function meansOf(cases: readonly Figures[]): Figures {
  const names = Object.keys(cases[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, cases.reduce((sum, one) => sum + (one[name] ?? Number.NaN), 0) / cases.length]));
}
