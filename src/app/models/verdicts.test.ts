import { describe, expect, it } from 'vitest';
import { createRandom } from '../../simulator/random.ts';
import { anomaliesIn } from './anomalies.ts';
import { anomalyScores, scoreUnits } from './anomaly-scores.ts';
import { errorTailFrom, tailProbability } from './error-tail.ts';
import { coverageOf, intervalRuleFrom } from './interval-rule.ts';
import { judgeRobustly, robustDefaults } from './robust-judge.ts';
import { peaksAbove } from './score-runs.ts';
import { skillOf } from './skill.ts';

const random = createRandom(5);
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

describe('skill', () => {
  const stretches = (model: number, spread: number) =>
    Array.from({ length: 30 }, () => ({ model: model + spread * random(), 'last value': 1, 'smoothed level': 0.9 }));

  it('is there when the model surely beats every baseline', () => {
    const skill = skillOf(stretches(0.7, 0.1), 30, createRandom(1));
    expect(skill).toMatchObject({
      use: true,
      verdict: expect.stringMatching(/^skill: its error is 0\.8\d\d of that of the smoothed level/),
    });
  });

  it('is not there when one baseline may be as good', () => {
    const skill = skillOf(stretches(0.7, 0.4), 30, createRandom(1));
    expect(skill).toMatchObject({ use: false, verdict: expect.stringMatching(/^no skill: it does not surely beat the smoothed level;/) });
  });

  it('is not claimed from a few stretches', () => {
    expect(skillOf(stretches(0.1, 0).slice(0, 7), 7, createRandom(1))).toMatchObject({
      use: false,
      verdict: expect.stringMatching(/only 7/),
    });
  });

  it('is not there when nothing ever moves', () => {
    const flat = Array.from({ length: 20 }, () => ({ model: 0.1, 'last value': 0 }));
    expect(skillOf(flat, 20, createRandom(1))).toMatchObject({ use: false, baselines: { 'last value': { ratio: null } } });
  });
});

describe('the tail of errors', () => {
  const apart = (scores: Float64Array) => ({ scores, rows: Int32Array.from(scores.keys(), (n) => n * 2) });
  const scores = Float64Array.from({ length: 20_000 }, () => -Math.log(1 - random()));

  it('gives a threshold that healthy scores pass as often as was asked for', () => {
    const { threshold } = errorTailFrom(apart(scores), { perDay: 1_440, falseAlarmsPerDay: 1.44 });
    expect(threshold).toBeGreaterThan(-Math.log(0.001) - 0.5);
    expect(threshold).toBeLessThan(-Math.log(0.001) + 0.5);
  });

  it('goes on beyond what was seen', () => {
    const tail = errorTailFrom(apart(scores), { perDay: 1_440, falseAlarmsPerDay: 0.001 });
    expect(tail.threshold).toBeGreaterThan(Math.max(...scores));
    expect(tailProbability(tail, tail.threshold)).toBeLessThan(2e-6);
    expect(tailProbability(tail, 0.5)).toBe(1);
    expect(Math.log10(tailProbability(tail, -Math.log(1e-3)))).toBeCloseTo(-3, 0);
  });

  it('holds its budget on unseen rows where errors are far from exponential', () => {
    const heavy = () => Float64Array.from({ length: 100_000 }, () => (1 - random()) ** -0.4);
    const budget = { perDay: 1_000, falseAlarmsPerDay: 0.1 };
    const unseen = Array.from({ length: 40 }, () => {
      const { threshold } = errorTailFrom(apart(heavy().slice(0, 20_000)), budget);
      return heavy().filter((score) => score > threshold).length / 100;
    });
    expect(unseen.reduce((sum, one) => sum + one, 0) / unseen.length).toBeLessThan(0.12);
  });

  it('counts a row of odd rows as one alarm', () => {
    const bursts = Float64Array.from({ length: 10_000 }, (_, n) => (n % 1_000 < 5 ? 50 + n / 1_000 : random()));
    const joined = { scores: bursts, rows: Int32Array.from(bursts.keys()) };
    const { threshold } = errorTailFrom(joined, { perDay: 1_000, falseAlarmsPerDay: 0.5 });
    expect(peaksAbove(joined, threshold)).toHaveLength(5);
    expect(errorTailFrom(apart(bursts), { perDay: 1_000, falseAlarmsPerDay: 0.5 }).threshold).toBeGreaterThan(threshold);
  });
});

describe('an interval', () => {
  it('holds as many values as it says on time that was not seen, also where series differ', () => {
    const errorsOf = (count: number) => {
      const restlessness = Float64Array.from({ length: count }, (_, n) => (n % 2 === 0 ? 0.2 : 5));
      return { outputs: 1, features: 1, restlessness, errors: restlessness.map((usual) => normal() * (usual + 0.25)) };
    };
    const rule = intervalRuleFrom(errorsOf(4_000));
    const coverage = coverageOf(rule, errorsOf(4_000)) ?? 0;
    expect(coverage).toBeGreaterThan(0.78);
    expect(coverage).toBeLessThan(0.82);
  });
});

describe('a row', () => {
  it('is odd by what its feature does once in a thousand rows, so that daily bursts of one do not hide the others', () => {
    const count = 4_000;
    const errors = Float64Array.from({ length: count * 2 }, (_, at) => (at % 2 === 1 && at % 600 === 1 ? 15 : 0.5));
    const told = { errors, restlessness: new Float64Array(count * 2).fill(0.75), outputs: 2, features: 2 };
    expect(scoreUnits(told)).toEqual([1, 15]);
    const scores = anomalyScores(
      { ...told, errors: Float64Array.of(0, 15, 6, 0), restlessness: told.restlessness.subarray(0, 4) },
      [1, 15],
    );
    expect(scores[1]).toBeGreaterThan(scores[0] ?? 0);
  });

  it('is as odd as its errors are over what is usual, all features together', () => {
    const errors = Float64Array.of(0.75, 0, 0, 1e9);
    expect([...anomalyScores({ errors, restlessness: Float64Array.of(0.5, 0.5, 0.5, 0.5), outputs: 2, features: 2 })]).toEqual([
      Math.sqrt(1 / 2),
      Math.sqrt(400 / 2),
    ]);
  });
});

describe('the robust detector', () => {
  const tableOf = (values: readonly number[]) => ({
    file: 'made',
    features: ['cpu'],
    stepMs: 60_000,
    dropped: {},
    series: [{ name: 'cart', at: Float64Array.from(values, (_, n) => n), values: Float64Array.from(values) }],
  });
  const found = (values: readonly number[]) =>
    judgeRobustly(tableOf(values), robustDefaults.threshold).flatMap((one) => anomaliesIn(one, robustDefaults.threshold));

  it.each([
    ['noise without any', Array.from({ length: 5_000 }, () => random())],
    ['a normal day', Array.from({ length: 5_000 }, () => normal())],
    ['a constant', new Array<number>(500).fill(3)],
    ['a constant 0', new Array<number>(500).fill(0)],
    ['nothing', []],
    ['too few rows to judge', [1, 2, 300]],
    ['gaps only', new Array<number>(100).fill(Number.NaN)],
  ])('finds nothing in %s', (_name, values) => {
    expect(found(values)).toEqual([]);
  });

  it('finds a spike, once, with what was usual', () => {
    const values = Array.from({ length: 300 }, () => 10 + normal());
    values.splice(200, 3, 60, 70, 60);
    const [one, ...more] = found(values);
    expect(more).toEqual([]);
    expect(one).toMatchObject({ series: 'cart', feature: 'cpu', from: 200, until: 202, rows: 3, worst: { at: 201, value: 70 } });
    expect(Math.abs((one?.worst.expected ?? 0) - 10)).toBeLessThan(1);
  });

  it('judges no missing value, and goes on after it', () => {
    const values = Array.from({ length: 300 }, (_, n) => (n % 7 === 0 ? Number.NaN : 10 + normal()));
    values[250] = 90;
    expect(found(values)).toHaveLength(1);
  });
});
