import { type GbdtModel, predictGbdt, type Rows } from '../gbdt/gbdt-model.ts';
import { trainGbdt } from '../gbdt/train-gbdt.ts';
import { featureWidth, medianColumn } from './window-features.ts';

/** A way to forecast that is learned from all series together: boosted trees on a window. */
interface LearnedWay {
  readonly name: string;
  /** What it sees: the last values alone, or all that is known. */
  readonly sees: 'lags' | 'all';
  /** What it corrects. */
  readonly from: 'last' | 'median';
  readonly trees: {
    readonly trees: number;
    readonly depth: number;
    readonly learningRate: number;
    readonly minRows: number;
    readonly subsample: number;
  };
}

const quick = { trees: 60, depth: 5, learningRate: 0.1, minRows: 50, subsample: 1 } as const;

/** Three that err differently: what they see, and what they correct, is not the same. */
export const learnedWays: readonly LearnedWay[] = [
  { name: 'trees', sees: 'all', from: 'last', trees: quick },
  { name: 'trees on lags', sees: 'lags', from: 'last', trees: quick },
  {
    name: 'trees from the median',
    sees: 'all',
    from: 'median',
    trees: { trees: 120, depth: 5, learningRate: 0.05, minRows: 100, subsample: 0.5 },
  },
];

/** Rows to learn from: features as `writeFeatures` has them, and the next values, counted from the last one in typical changes. */
export interface LearningJob {
  readonly windowSteps: number;
  readonly horizon: number;
  readonly count: number;
  readonly features: Float32Array;
  readonly targets: Float32Array;
  /** Decides which rows each tree sees. */
  readonly random: () => number;
}

/** What was learned: one model for each of `learnedWays`. */
export type LearnedModels = readonly GbdtModel[];

/** Learns all of `learnedWays`. Takes 0.3 to 3 s of one core for 30,000 rows; belongs into a worker where something waits. */
export function learnModels(job: LearningJob): LearnedModels {
  return learnedWays.map(({ sees, from, trees }) => {
    const rows = seenBy(job, sees);
    const targets = from === 'median' ? fromMedian(job) : job.targets;
    return trainGbdt(
      { ...rows, targets, outputs: job.horizon },
      { ...trees, loss: { kind: 'absolute' }, bins: 64, l2: 0, random: job.random },
    );
  });
}

/** What a learned way says of windows: by window and step, counted from the last value in typical changes. */
export function askLearned(
  way: number,
  model: GbdtModel,
  windows: Pick<LearningJob, 'windowSteps' | 'horizon' | 'count' | 'features'>,
): Float32Array {
  const { sees = 'all', from } = learnedWays[way] ?? {};
  const said = predictGbdt(model, seenBy(windows, sees));
  if (from !== 'median') return said;
  const width = featureWidth(windows.windowSteps);
  for (let at = 0; at < said.length; at++) said[at] = (said[at] ?? 0) + medianAt(windows, Math.floor(at / windows.horizon), width);
  return said;
}

function seenBy({ windowSteps, count, features }: Pick<LearningJob, 'windowSteps' | 'count' | 'features'>, sees: LearnedWay['sees']): Rows {
  const full = featureWidth(windowSteps);
  if (sees === 'all') return { count, width: full, values: features };
  const width = windowSteps - 1;
  const values = new Float32Array(count * width);
  for (let row = 0; row < count; row++) values.set(features.subarray(row * full, row * full + width), row * width);
  return { count, width, values };
}

function fromMedian(job: LearningJob): Float32Array {
  const width = featureWidth(job.windowSteps);
  return job.targets.map((target, at) => target - medianAt(job, Math.floor(at / job.horizon), width));
}

function medianAt({ windowSteps, features }: Pick<LearningJob, 'windowSteps' | 'features'>, row: number, width: number): number {
  return features[row * width + medianColumn(windowSteps)] ?? 0;
}
