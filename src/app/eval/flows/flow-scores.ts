import type { Figures } from '../../../learning/bootstrap.ts';

/** Counts of true class by told class, both by their number: `counts[truth * classes + told]`. */
export interface Confusion {
  readonly classes: number;
  readonly counts: Float64Array;
}

/** Counts pairs of true and told classes. */
export function confusionOf(truth: readonly number[], told: readonly number[], classes: number): Confusion {
  const counts = new Float64Array(classes * classes);
  truth.forEach((one, n) => {
    const at = one * classes + (told[n] ?? 0);
    counts[at] = (counts[at] ?? 0) + 1;
  });
  return { classes, counts };
}

/** The classes that have a true case. */
export function presentIn(truth: readonly number[]): readonly number[] {
  return [...new Set(truth)].toSorted((a, b) => a - b);
}

/** Adds several. Throws a `RangeError` for none. */
export function sumOfConfusions(parts: readonly Confusion[]): Confusion {
  const [first] = parts;
  if (!first) throw new RangeError('there is no confusion to add');
  const counts = new Float64Array(first.counts.length);
  for (const part of parts) for (let at = 0; at < counts.length; at++) counts[at] = (counts[at] ?? 0) + (part.counts[at] ?? 0);
  return { classes: first.classes, counts };
}

/**
 * `macroF1` is the mean of F1 over `present`, the classes that have a true case anywhere (one that is told and never true costs the others), `accuracy` the share of right
 * answers, `falsePer10kBenign` how many of 10,000 of class 0 are told to be another, and `F1 NAME` that of one class.
 */
export function flowFigures({ classes, counts }: Confusion, names: readonly string[], present: readonly number[]): Figures {
  const cell = (truth: number, told: number) => counts[truth * classes + told] ?? 0;
  const all = Array.from({ length: classes }, (_, n) => n);
  const sum = (of: (n: number) => number) => all.reduce((total, n) => total + of(n), 0);
  const f1 = (n: number) => (2 * cell(n, n)) / Math.max(1, sum((told) => cell(n, told)) + sum((truth) => cell(truth, n)));
  const benign = sum((told) => cell(0, told));
  return {
    macroF1: present.reduce((total, n) => total + f1(n), 0) / Math.max(1, present.length),
    accuracy:
      sum((n) => cell(n, n)) /
      Math.max(
        1,
        sum((truth) => sum((told) => cell(truth, told))),
      ),
    ...(present.includes(0) && { falsePer10kBenign: (10_000 * (benign - cell(0, 0))) / Math.max(1, benign) }),
    ...Object.fromEntries(present.map((n) => [`F1 ${names[n]}`, f1(n)])),
  };
}
