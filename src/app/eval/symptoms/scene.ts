/** A stretch in which something was wrong, from its first to its last instant, epoch milliseconds. */
export interface Fault {
  readonly from: number;
  readonly to: number;
}

/** The samples of one subject as one detector sees them, and the faults among them that it claims to find. */
export interface Scene {
  readonly name: string;
  /** The detector that is asked. */
  readonly detector: string;
  readonly stepMs: number;
  /** The instant of each sample, epoch milliseconds. */
  readonly at: Float64Array;
  /** Sample i, metric d is `values[i * dims + d]`, in the order of the detector's metrics. */
  readonly dims: number;
  readonly values: Float64Array;
  readonly faults: readonly Fault[];
  /** Faults of other subjects, whose effects here are neither found nor false. */
  readonly elsewhere?: readonly Fault[];
  /** Alarms before this sample are not counted: the same stretch is scored in another scene. */
  readonly scoredFrom: number;
  /** Where the lead counts and not the delay: a fault's end is the moment to be ahead of. */
  readonly isAhead?: true;
}

/** What a folder holds. */
export interface SymptomData {
  readonly layout: string;
  readonly scenes: readonly Scene[];
}

/** Knows one way to lay out labelled metrics in a folder, by what lies in it. */
export interface SymptomLayout {
  readonly name: string;
  /** What such a folder holds, for the refusal of one that nobody knows. */
  readonly about: string;
  recognises(dataDir: string): boolean;
  /** The scenes of the first `limit` subjects by name. Throws `bad-usage` when a file cannot be read. */
  read(dataDir: string, limit: number | undefined, random: () => number): readonly Scene[];
}
