import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../simulator/random.ts';
import { autocorrelation, bufferFor, vusPr } from './vus-pr.ts';

const LENGTH = 4_000;
const labels = Uint8Array.from({ length: LENGTH }, (_, i) => (i % 400 >= 200 && i % 400 < 220 ? 1 : 0));
const share = 20 / 400;
const random = createRandom(7);

describe('VUS-PR', () => {
  it('is near 1 for perfect scores, and 1 without buffers', () => {
    const scores = Float64Array.from(labels);
    expect(vusPr(scores, labels, 0)).toBe(1);
    expect(vusPr(scores, labels, 20)).toBeGreaterThan(0.85);
  });

  it.each([
    ['inverted scores', Float64Array.from(labels, (label) => 1 - label)],
    ['random scores', Float64Array.from(labels, () => random())],
    ['a constant score', new Float64Array(LENGTH).fill(1)],
    ['no score at all', new Float64Array(LENGTH).fill(Number.NaN)],
  ])('is about the share of anomalies for %s', (_name, scores) => {
    expect(vusPr(scores, labels, 0)).toBeLessThan(2 * share);
    expect(vusPr(scores, labels, 20)).toBeLessThan(4 * share);
  });

  it('forgives scores that are some samples late, and more so with longer buffers', () => {
    const late = Float64Array.from(labels, (_, i) => labels[i - 10] ?? 0);
    const areas = [0, 20, 60].map((longest) => vusPr(late, labels, longest));
    expect(areas.toSorted((one, other) => one - other)).toEqual(areas);
    expect(areas[2]).toBeGreaterThan((areas[0] ?? 0) + 0.1);
  });

  it('does not change when all scores are scaled or squared', () => {
    const scores = Float64Array.from(labels, (label) => random() + label * 0.5);
    expect(
      vusPr(
        scores.map((score) => 100 * score * score),
        labels,
        20,
      ),
    ).toBeCloseTo(vusPr(scores, labels, 20), 12);
  });

  it('can be reckoned by hand', () => {
    // Ten samples, two true; the best scores are a true one, a false one, then the other true one.
    const scores = Float64Array.of(0.1, 0.2, 0.9, 0.3, 0.8, 0.4, 0.7, 0.05, 0.06, 0.07);
    const truth = Uint8Array.of(0, 0, 1, 0, 0, 0, 1, 0, 0, 0);
    // Recall is damped by the share of events that were hit: 1/2 of 1/2 after the first, all after the third.
    expect(vusPr(scores, truth, 0)).toBeCloseTo(0.25 * 1 + 0.75 * (2 / 3), 12);
  });

  it('cannot be said without an event', () => {
    expect(vusPr(new Float64Array(10), new Uint8Array(10), 3)).toBeNaN();
  });
});

describe('the buffer of a series', () => {
  it('is its period', () => {
    expect(bufferFor(Float64Array.from({ length: LENGTH }, (_, i) => Math.sin((2 * Math.PI * i) / 50)))).toBe(50);
  });

  it.each([
    ['never changes', new Float64Array(LENGTH)],
    ['only rises', Float64Array.from({ length: LENGTH }, (_, i) => i)],
  ])('is 125 for one that %s', (_name, values) => {
    expect(bufferFor(values)).toBe(125);
  });

  it('rests on an autocorrelation that is 1 at lag 0 and near 0 for noise', () => {
    const [zero, one] = autocorrelation(
      Float64Array.from({ length: LENGTH }, () => random()),
      1,
    );
    expect(zero).toBeCloseTo(1, 12);
    expect(Math.abs(one ?? 1)).toBeLessThan(0.05);
  });
});
