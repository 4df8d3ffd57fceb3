import { halfOf } from './anomaly/half-of.ts';
import { summaryOf } from './summary.ts';
import { staticWithin } from './symptoms/baselines.ts';
import { symptomData } from './symptoms/layouts/index.ts';
import { type Row, rows } from './symptoms/rows.ts';
import { said } from './symptoms/said.ts';
import type { Scene } from './symptoms/scene.ts';
import { falseAlarmsOf, figuresOf, findsOf, type Tally, tallyOf } from './symptoms/tally.ts';
import type { EvaluationInput, EvaluationTask, Findings, Summary } from './task.ts';

/** What all methods came to on one scene. */
interface Case {
  readonly scene: Scene;
  readonly ours: Tally;
  readonly theirs: Readonly<Record<string, Tally>>;
}

/** How well each detector of symptoms finds the faults that it claims, how soon, and how often it is wrong on healthy stretches. */
export const symptoms: EvaluationTask = {
  name: 'symptoms',
  about: 'detectors of symptoms on metrics with labelled faults: recall, delay or lead, false alarms per series and day',
  async evaluate(input) {
    const { layout, scenes } = symptomData(input.dataDir, input.limit, input.newRandom());
    const asked = rows.filter(({ detector }) => scenes.some((scene) => scene.detector === detector.name));
    const cases = asked.flatMap((row) => casesOf(row, scenes, input));
    return findingsOf(layout, asked, cases, input);
  },
};

function casesOf({ detector, baselines }: Row, all: readonly Scene[], { onProgress }: EvaluationInput): readonly Case[] {
  const scenes = all.filter((scene) => scene.detector === detector.name);
  const ours = scenes.map((scene, n) => {
    onProgress({ name: `${detector.name} ${scene.name}`, number: n + 1, of: scenes.length });
    return tallyOf(said(detector, scene), scene);
  });
  const sum = (figure: 'falseAlarms' | 'days') => ours.reduce((total, one) => total + one[figure], 0);
  const fitted = staticWithin(sum('falseAlarms') / sum('days'), scenes);
  return scenes.flatMap((scene, n) => {
    const [own, fit] = [ours[n], fitted[n]];
    if (!own || !fit) return [];
    const rules = Object.entries(baselines).map(([name, method]) => [name, tallyOf(method(scene), scene)] as const);
    return [{ scene, ours: own, theirs: Object.fromEntries([...rules, ['static-quantile', fit]]) }];
  });
}

function findingsOf(layout: string, asked: readonly Row[], cases: readonly Case[], { newRandom }: EvaluationInput): Findings {
  const summary = (sample: readonly Case[], pick: (one: Case) => Tally | undefined) =>
    togetherOf(asked.flatMap(({ detector: { name } }) => summariesOf(name, talliesOf(sample, name, pick), newRandom)));
  const methods = [...new Set(cases.flatMap(({ theirs }) => Object.keys(theirs)))];
  const halves = Object.entries(Object.groupBy(cases, ({ scene }) => `${halfOf(scene.name)} half`));
  return {
    configuration: { layout, ...Object.fromEntries(asked.map(({ detector, configuration }) => [detector.name, configuration])) },
    cases: cases.map(({ scene, ours, theirs }) => ({
      name: `${scene.detector} ${scene.name}`,
      metrics: figuresOf(scene.detector, [ours]),
      baselines: Object.fromEntries(Object.entries(theirs).map(([name, tally]) => [name, figuresOf(scene.detector, [tally])])),
    })),
    ...summary(cases, ({ ours }) => ours),
    baselines: Object.fromEntries(methods.map((name) => [name, summary(cases, ({ theirs }) => theirs[name])])),
    parts: Object.fromEntries(halves.map(([half, sample = []]) => [half, summary(sample, ({ ours }) => ours)])),
  };
}

function talliesOf(sample: readonly Case[], detector: string, pick: (one: Case) => Tally | undefined): readonly Tally[] {
  return sample.flatMap((one) => (one.scene.detector === detector ? (pick(one) ?? []) : []));
}

/** Finds over the scenes with faults and false alarms over all: each is drawn anew by itself, so that no draw is without a fault. */
function summariesOf(detector: string, tallies: readonly Tally[], newRandom: () => () => number): readonly Summary[] {
  const sick = tallies.filter(({ faults }) => faults > 0);
  const watched = tallies.filter(({ days }) => days > 0);
  return [
    ...(sick.length > 0 ? [summaryOf(sick, (drawn) => findsOf(detector, drawn), newRandom())] : []),
    ...(watched.length > 0 ? [summaryOf(watched, (drawn) => falseAlarmsOf(detector, drawn), newRandom())] : []),
  ];
}

function togetherOf(summaries: readonly Summary[]): Summary {
  return {
    metrics: Object.assign({}, ...summaries.map(({ metrics }) => metrics)),
    interval95: Object.assign({}, ...summaries.map(({ interval95 }) => interval95)),
  };
}
