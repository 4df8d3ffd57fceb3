import { describe, expect, it } from 'vitest';
import { createRandom } from '../../simulator/random.ts';
import { createDistinctCount } from './distinct-count.ts';
import { flowClassifierDefaults, trainFlowClassifier } from './flow-classifier.ts';
import { excess, learn, newUsualLevel, usualFigure } from './usual-level.ts';

describe('a count of different things', () => {
  it.each([0, 1, 64])('is exact for %i, however often each is seen', (different) => {
    const count = createDistinctCount();
    for (let n = 0; n < 3 * different; n++) count.add(`10.0.0.${n % different}`);
    expect(count.count()).toBe(different);
  });

  it.each([65, 300, 1_000, 10_000, 200_000])('is off by at most three standard errors for %i', (different) => {
    const count = createDistinctCount();
    for (let n = 0; n < different; n++) count.add(`10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`);
    expect(Math.abs(count.count() / different - 1)).toBeLessThan(0.2);
  });
});

describe('what is usual', () => {
  it('is the middle of what was seen, and one burst does not move it far', () => {
    const level = newUsualLevel();
    for (let n = 0; n < 50; n++) learn(level, 90 + (n % 5) * 5);
    expect(usualFigure(level)).toBeGreaterThan(90);
    expect(usualFigure(level)).toBeLessThan(110);
    learn(level, 1e9);
    expect(usualFigure(level)).toBeLessThan(110);
    expect(excess(level, 100)).toBeLessThan(1);
    expect(excess(level, 1_000)).toBeGreaterThan(4);
  });

  it('follows what changes for good', () => {
    const level = newUsualLevel();
    for (let n = 0; n < 50; n++) learn(level, 100);
    for (let n = 0; n < 200; n++) learn(level, 1_000);
    expect(usualFigure(level)).toBeGreaterThan(800);
  });
});

describe('a classifier of flows', () => {
  const random = createRandom(3);
  const points = Array.from({ length: 600 }, (_, n) => {
    const label = n % 20 === 0 ? 2 : n % 2;
    return { label, figures: [label === 1 ? random() : 1 + random(), label === 2 ? 5 + random() : random()] };
  });
  const rows = { count: points.length, width: 2, values: Float32Array.from(points.flatMap(({ figures }) => figures)) };
  const train = (labels: readonly number[]) =>
    trainFlowClassifier({ ...rows, labels, classes: 4 }, { ...flowClassifierDefaults, minRows: 5, random: createRandom(1) });

  it('tells classes by their figures, rare ones too, and none that it never saw', () => {
    const told = train(points.map(({ label }) => label)).tell(rows);
    expect(told.filter((one, n) => one === points[n]?.label).length / told.length).toBeGreaterThan(0.98);
    expect(told).not.toContain(3);
  });

  it('tells nothing but chance of labels that are chance', () => {
    const coin = createRandom(9);
    const labels = points.map(() => (coin() < 0.5 ? 0 : 1));
    const half = { count: 300, width: 2, values: rows.values.subarray(0, 600) };
    const model = trainFlowClassifier(
      { ...half, labels: labels.slice(0, 300), classes: 2 },
      { ...flowClassifierDefaults, random: createRandom(1) },
    );
    const told = model.tell({ count: 300, width: 2, values: rows.values.subarray(600) });
    expect(Math.abs(told.filter((one, n) => one === labels[300 + n]).length / 300 - 0.5)).toBeLessThan(0.1);
  });
});
