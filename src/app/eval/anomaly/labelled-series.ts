/** A series, or several metrics of one subject, with what people said was wrong with it. */
export interface LabelledSeries {
  readonly name: string;
  readonly stepMs: number;
  /** The instant of each sample, epoch milliseconds. */
  readonly at: Float64Array;
  /** How many metrics a sample has; sample i, metric d is `values[i * dims + d]`. */
  readonly dims: number;
  readonly values: Float64Array;
  /** By sample, 1 where something was wrong. */
  readonly labels: Uint8Array;
  /** The samples before this one warm the detectors up, and are not scored. */
  readonly scoredFrom: number;
}

/** When an alarm counts as the find of an event, and what a false one costs. All in samples. */
export interface EventRules {
  /** An alarm up to so long after the start of an event finds it, as long as the event lasts. */
  readonly within: number;
  /** An alarm up to so long after the end of an event is not false. */
  readonly after: number;
  /** False alarms that are no farther apart are one run. */
  readonly gap: number;
  /** A run of false alarms costs one for each so long a piece. */
  readonly piece: number;
}

/** What a folder holds. */
export interface AnomalyData {
  /** The layout by which it was recognised. */
  readonly layout: string;
  readonly series: readonly LabelledSeries[];
  readonly rules: (stepMs: number) => EventRules;
  /** All series are parts of one system: an alarm of any of them finds an event of any. */
  readonly isOneSystem?: true;
  /** What comes before the scored part is known to be healthy. */
  readonly isWarmUpHealthy?: true;
}

/** Knows one way to lay out labelled series in a folder, by what lies in it. */
export interface Layout {
  readonly name: string;
  /** What such a folder holds, for the refusal of one that nobody knows. */
  readonly about: string;
  recognises(dataDir: string): boolean;
  /** The first `limit` series by name. Throws `bad-usage` when a file cannot be read. */
  read(dataDir: string, limit: number | undefined): Omit<AnomalyData, 'layout'>;
}

const MINUTE_MS = 60_000;

/** A minute's series must be found within seven samples, one of five minutes within two, an hourly one while the event lasts. */
export function rulesByStep(stepMs: number): EventRules {
  if (stepMs >= 60 * MINUTE_MS) return { within: Number.POSITIVE_INFINITY, after: 3, gap: 3, piece: 10 };
  return { within: stepMs >= 5 * MINUTE_MS ? 2 : 7, after: 10, gap: 5, piece: 10 };
}

/** NAB's rule for data without a part to learn from: the first 15 % of the samples, at most 750. */
export function probation(samples: number): number {
  return Math.floor(Math.min(0.15 * samples, 750));
}
