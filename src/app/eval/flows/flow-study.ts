import type { Figures } from '../../../learning/bootstrap.ts';
import { flowClassifierDefaults, type LabelledRows, trainFlowClassifier } from '../../../learning/flows/flow-classifier.ts';
import type { Rows } from '../../../learning/gbdt/gbdt-model.ts';
import { gbdtDefaults } from '../../../learning/gbdt/train-gbdt.ts';
import { summaryOf } from '../summary.ts';
import type { EvaluatedCase, EvaluationInput, Findings, Summary } from '../task.ts';
import type { FlowClasses } from './flow-classes.ts';
import { type Confusion, confusionOf, flowFigures, presentIn, sumOfConfusions } from './flow-scores.ts';
import { logisticBaseline } from './logistic-baseline.ts';

/** Flows to learn from and flows to tell, with their classes. */
export interface FlowStudy {
  readonly classes: FlowClasses;
  readonly training: LabelledRows;
  readonly test: Rows;
  /** By row of the test: the label as the data set has it, and the number of its class. */
  readonly labels: readonly string[];
  readonly truth: readonly number[];
  /** What was learnt from and what was told, and whatever else the figures depend on. */
  readonly split: Readonly<Record<string, unknown>>;
  /** Where the windows are sure (undefined: they say nothing), by row of the test; missing where records have no addresses. */
  readonly windows?: readonly (number | undefined)[];
}

type Told = Readonly<Record<string, readonly number[]>>;

/** Flows that follow each other are alike, so they are drawn in runs. */
const RUN = 50;
/** As LightGBM has them: trees that do not know of classes that are rare. */
const PLAIN = { ...flowClassifierDefaults, ...gbdtDefaults, balance: 0 };
/** One tree: its leaves are the classes' shares. */
const TREE = { ...PLAIN, trees: 1, learningRate: 1, depth: 8 };

/** Learns, tells, and scores, with the baselines. */
export function findingsOf(study: FlowStudy, input: EvaluationInput): Findings {
  const startedAt = input.cpuMs();
  const own = trainFlowClassifier(study.training, { ...flowClassifierDefaults, random: input.newRandom() });
  const trainedAt = input.cpuMs();
  const alone = own.tell(study.test);
  const toldAt = input.cpuMs();
  const speed = {
    trainingCpuMs: Math.round(trainedAt - startedAt),
    flowsPerSecond: Math.round((1000 * study.test.count) / Math.max(1, toldAt - trainedAt)),
  };
  const told = {
    kubemend: joined(alone, study.windows),
    ...(study.windows && { 'classifier-alone': alone }),
    ...baselinesOf(study, input),
  };
  const summaries = summariesOf(study, told, input);
  const { kubemend: ours, ...baselines } = summaries;
  if (ours === undefined) throw new RangeError('nothing was told');
  return {
    configuration: { classifier: flowClassifierDefaults, split: study.split, speed },
    cases: casesOf(study, told),
    ...ours,
    baselines,
  };
}

function joined(alone: readonly number[], windows: FlowStudy['windows']): readonly number[] {
  return alone.map((one, n) => windows?.[n] ?? one);
}

function baselinesOf({ training, test }: FlowStudy, { newRandom }: EvaluationInput): Told {
  const counts = Array.from({ length: training.classes }, (_, one) => training.labels.filter((label) => label === one).length);
  return {
    majority: Array.from({ length: test.count }, () => counts.indexOf(Math.max(...counts))),
    logistic: logisticBaseline(training, test, newRandom()),
    tree: trainFlowClassifier(training, { ...TREE, random: newRandom() }).tell(test),
    gbdt: trainFlowClassifier(training, { ...PLAIN, random: newRandom() }).tell(test),
  };
}

function summariesOf({ classes, truth }: FlowStudy, told: Told, { newRandom }: EvaluationInput): Readonly<Record<string, Summary>> {
  const present = presentIn(truth);
  const figures = (parts: readonly Confusion[]): Figures => flowFigures(sumOfConfusions(parts), classes.names, present);
  return Object.fromEntries(
    Object.entries(told).map(([method, answers]) => {
      const runs = Array.from({ length: Math.ceil(truth.length / RUN) }, (_, n) => {
        const [from, to] = [n * RUN, (n + 1) * RUN];
        return confusionOf(truth.slice(from, to), answers.slice(from, to), classes.names.length);
      });
      return [method, summaryOf(runs, figures, newRandom())];
    }),
  );
}

/** By label, how many flows there were and which share of them got their class. */
function casesOf({ labels, truth }: FlowStudy, told: Told): readonly EvaluatedCase[] {
  const rows = Map.groupBy(labels.keys(), (row) => labels[row] ?? '');
  return [...rows]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, own]) => {
      const figures = (answers: readonly number[] = []) => ({
        flows: own.length,
        right: own.filter((row) => answers[row] === truth[row]).length / own.length,
      });
      const { kubemend, ...others } = told;
      return {
        name,
        metrics: figures(kubemend),
        baselines: Object.fromEntries(Object.entries(others).map(([method, answers]) => [method, figures(answers)])),
      };
    });
}
