import { expect, it } from 'vitest';
import { meansOf, summaryOf } from './summary.ts';

it('the mean of figures counts each case alike', () => {
  expect(
    meansOf([
      { F1: 1, PA: 0 },
      { F1: 0.5, PA: 1 },
    ]),
  ).toEqual({ F1: 0.75, PA: 0.5 });
});

it('a summary has the figures of all cases, and an interval over draws of them', () => {
  const alwaysTheFirst = () => 0;
  expect(summaryOf([{ F1: 1 }, { F1: 0 }], meansOf, alwaysTheFirst)).toEqual({ metrics: { F1: 0.5 }, interval95: { F1: [1, 1] } });
});
