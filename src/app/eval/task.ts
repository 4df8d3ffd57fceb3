import type { Figures, Intervals } from '../../learning/bootstrap.ts';

/** What a task gets to work with. */
export interface EvaluationInput {
  /** The folder of the data set; it exists. */
  readonly dataDir: string;
  /** The folder of a model that takes part, for tasks that know what to do with one. */
  readonly model?: string;
  /** At most so many cases, the first by name; all when missing. */
  readonly limit: number | undefined;
  /** Begins a row of numbers in [0, 1), the same at each call, so that ours and the baselines are drawn alike. */
  readonly newRandom: () => () => number;
  /** Milliseconds of processor time that this process has used; for figures of speed. */
  readonly cpuMs: () => number;
  /** Told before each case. */
  readonly onProgress: (progress: EvaluationProgress) => void;
}

/** Which case is looked at. */
export interface EvaluationProgress {
  readonly name: string;
  /** From 1. */
  readonly number: number;
  readonly of: number;
}

/** The figures of one case: ours, and those of the baselines by their name. */
export interface EvaluatedCase {
  readonly name: string;
  readonly metrics: Figures;
  readonly baselines: Readonly<Record<string, Figures>>;
}

/** Figures over all cases, with a 95 % bootstrap interval over the cases for each. */
export interface Summary {
  readonly metrics: Figures;
  readonly interval95: Intervals;
}

/** What a task found. */
export interface Findings extends Summary {
  /** All constants that the figures depend on. */
  readonly configuration: Readonly<Record<string, unknown>>;
  readonly cases: readonly EvaluatedCase[];
  readonly baselines: Readonly<Record<string, Summary>>;
  /** Our figures over some of the cases, by what these have in common: those that constants were chosen on, and the others. */
  readonly parts?: Readonly<Record<string, Summary>>;
  /** What the figures come to, where a task says so; noise and leaks end in `no skill`. */
  readonly verdict?: 'skill' | 'no skill';
  /** What the verdict rests on, and other things to know of the data, in words and figures. */
  readonly evidence?: readonly string[];
}

/** The answer of `kubemend eval`. */
export interface Evaluation extends Findings {
  readonly task: string;
  readonly seconds: number;
}

/** One kind of skill that is measured on a labelled data set, by the same code that `run` uses. */
export interface EvaluationTask {
  readonly name: string;
  /** What is measured on which kind of data, for `--help`. */
  readonly about: string;
  /** Whether a model may take part. */
  readonly takesModel?: true;
  /** Throws `bad-usage` when the folder does not hold such data. */
  evaluate(input: EvaluationInput): Promise<Findings>;
}
