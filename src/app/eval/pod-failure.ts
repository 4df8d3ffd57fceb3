import { bootstrapIntervals, type Figures } from '../../learning/bootstrap.ts';
import { predictGbdt } from '../../learning/gbdt/gbdt-model.ts';
import { trainGbdt } from '../../learning/gbdt/train-gbdt.ts';
import { predictLogistic, trainLogistic } from '../../learning/logistic/logistic.ts';
import { failureFeatures } from './pod-failure/failure-features.ts';
import { type FailureTable, failureTables } from './pod-failure/failure-tables.ts';
import { labelLeak } from './pod-failure/label-leaks.ts';
import { byScore, type Judged, rocArea } from './pod-failure/roc-area.ts';
import { meansOf } from './summary.ts';
import type { EvaluatedCase, EvaluationInput, EvaluationTask, Findings, Summary } from './task.ts';

const constants = {
  /** The share of the rows, earliest first, that is learned from. */
  learned: 0.7,
  logistic: { l2: 1 },
  trees: { trees: 100, depth: 4, learningRate: 0.05, bins: 64, minRows: 20, l2: 1, subsample: 0.7 },
  resamples: 500,
} as const;

const OURS = 'trees';
type Scores = Readonly<Record<string, ArrayLike<number>>>;

interface Judgement {
  readonly table: FailureTable;
  readonly lead: string;
  readonly leak: { readonly area: number; readonly columns: readonly string[] };
  readonly labels: Uint8Array;
  readonly scores: Scores;
  readonly seconds: number;
}

/** How well failures of pods are told in advance from tables, by trees and by logistic regression, beside two ways that learn nothing. */
export const podFailure: EvaluationTask = {
  name: 'pod-failure',
  about: 'failures of pods told in advance, on tables with a column of failures: area under the ROC curve; leaks are named and left out',
  async evaluate(input) {
    const tables = failureTables(input.dataDir).slice(0, input.limit);
    const judged = tables.map((table, n) => {
      input.onProgress({ name: table.name, number: n + 1, of: tables.length });
      return judge(table, input);
    });
    return findingsOf(judged, input);
  },
};

/** Learns from the earlier rows, and judges the later ones. */
function judge(table: FailureTable, { newRandom, cpuMs }: EvaluationInput): Judgement {
  const startedAt = cpuMs();
  const split = Math.floor(table.count * constants.learned);
  const leak = table.ended ? { area: Number.NaN, columns: [] } : labelLeak(table, split, newRandom());
  const features = failureFeatures(table);
  const width = features.names.length;
  const part = (from: number, to: number) => ({ count: to - from, width, values: features.values.slice(from * width, to * width) });
  const early = { ...part(0, split), targets: Float32Array.from(table.labels.subarray(0, split)), outputs: 1 };
  const late = part(split, table.count);
  const scores = {
    [OURS]: predictGbdt(trainGbdt(early, { ...constants.trees, loss: { kind: 'logistic' }, random: newRandom() }), late),
    logistic: predictLogistic(trainLogistic(early, constants.logistic), late),
    'request signature': features.signatureRate.subarray(split),
    persistence: features.persistence.subarray(split),
  };
  return { table, lead: features.lead, leak, labels: table.labels.subarray(split), scores, seconds: (cpuMs() - startedAt) / 1000 };
}

function findingsOf(judged: readonly Judgement[], input: EvaluationInput): Findings {
  const names = Object.keys(judged[0]?.scores ?? {}).filter((name) => name !== OURS);
  const of = judged.map((one) => ({ ...one, margin: marginOf(one, input.newRandom()) }));
  const cases = of.map(
    (one): EvaluatedCase => ({
      name: one.table.name,
      metrics: { AUC: areaOf(one, OURS), margin: one.margin.metrics.margin ?? Number.NaN, skill: Number(hasSkill(one)) },
      baselines: Object.fromEntries(names.map((name) => [name, { AUC: areaOf(one, name) }])),
    }),
  );
  return {
    configuration: constants,
    cases,
    ...overTables(of.map(({ margin }) => margin)),
    baselines: Object.fromEntries(
      names.map((name) => [name, overTables(judged.map((one) => summaryOfAreas(one, [name], input.newRandom())))]),
    ),
    verdict: of.every(hasSkill) ? 'skill' : 'no skill',
    evidence: of.flatMap(tellOf),
  };
}

interface Margin {
  readonly margin: Summary;
}

/** Ours must be better than the best of the ways that learn nothing, on nearly all draws of the rows. */
function hasSkill({ margin, leak }: Judgement & Margin): boolean {
  return leak.columns.length === 0 && (margin.interval95.margin?.[0] ?? 0) > 0;
}

function areaOf({ scores, labels }: Judgement, name: string): number {
  return rocArea(byScore(scores[name] ?? [], labels));
}

/** Our area, and by how much it is above the best baseline's (or above a coin's). */
function marginOf(one: Judgement, random: () => number): Summary {
  return summaryOfAreas(one, [OURS, 'request signature', 'persistence'], random, (areas) => {
    const [AUC = Number.NaN, ...others] = areas;
    return { AUC, margin: AUC - Math.max(0.5, ...others) };
  });
}

function summaryOfAreas(
  { scores, labels }: Judgement,
  names: readonly string[],
  random: () => number,
  figuresOf: (areas: readonly number[]) => Figures = ([AUC = Number.NaN]) => ({ AUC }),
): Summary {
  const order = names.map((name) => sortedRows(scores[name] ?? [], labels));
  const rows = Array.from(labels.keys());
  const figures = (sample: readonly number[]) => {
    const times = new Float64Array(labels.length);
    for (const row of sample) times[row] = (times[row] ?? 0) + 1;
    return figuresOf(
      order.map(({ judged, from }) =>
        rocArea(
          judged,
          Float64Array.from(from, (row) => times[row] ?? 0),
        ),
      ),
    );
  };
  return { metrics: figures(rows), interval95: bootstrapIntervals(rows, figures, { random, resamples: constants.resamples }) };
}

function sortedRows(scores: ArrayLike<number>, labels: Uint8Array): { readonly judged: readonly Judged[]; readonly from: Int32Array } {
  const from = Int32Array.from(labels.keys()).sort((one, other) => (scores[one] ?? 0) - (scores[other] ?? 0));
  return { from, judged: Array.from(from, (row) => ({ score: scores[row] ?? Number.NaN, label: labels[row] ?? 0 })) };
}

/** Means over tables, of the figures and of the ends of their intervals: tables are few, so the rows were drawn and not the tables. */
function overTables(summaries: readonly Summary[]): Summary {
  const [lows, highs] = [0, 1].map((end) =>
    meansOf(
      summaries.map(({ interval95 }) =>
        Object.fromEntries(Object.entries(interval95).map(([name, ends]) => [name, ends[end] ?? Number.NaN])),
      ),
    ),
  );
  const metrics = meansOf(summaries.map((one) => one.metrics));
  const interval95 = Object.fromEntries(
    Object.keys(metrics).map((name) => [name, [lows?.[name] ?? Number.NaN, highs?.[name] ?? Number.NaN] as const]),
  );
  return { metrics, interval95 };
}

function tellOf(one: Judgement & Margin): string[] {
  const { table, lead, leak, margin, seconds } = one;
  const [low = Number.NaN, high = Number.NaN] = margin.interval95.margin ?? [];
  const found = `AUC ${(margin.metrics.AUC ?? Number.NaN).toFixed(3)}, ${low.toFixed(3)} to ${high.toFixed(3)} above the best of signature, persistence and chance`;
  return [
    `${table.name}: ${hasSkill(one) ? 'skill' : 'no skill'}: ${found}; ${lead}; ${seconds.toFixed(1)} s`,
    ...table.dropped.map((reason) => `${table.name}: left out ${reason}`),
    ...(leak.columns.length > 0
      ? [
          `${table.name}: leak: the label can be read off its own row (AUC ${leak.area.toFixed(3)} from ${leak.columns.join(', ')}), so columns are used of earlier rows only`,
        ]
      : []),
  ];
}
