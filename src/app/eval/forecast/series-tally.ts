/** What is added up over the windows of one series; errors are in mean changes of the whole series. */
export interface SeriesTally {
  readonly set: string;
  readonly name: string;
  /** The mean size of a change over the whole series, which only the score knows. */
  readonly change: number;
  /** In which of two halves the series falls, by a hash of its name. */
  readonly half: 0 | 1;
  readonly sums: TallySums;
}

/** Sums over windows; those of errors by method, the last ones over windows in the second half of the set's time. */
export interface TallySums {
  windows: number;
  readonly errors: Record<string, number>;
  readonly later: Record<string, number>;
  inside: number;
  width: number;
  /** The same over windows in which no value makes up a quarter: ties count as inside, however narrow the interval. */
  freeWindows: number;
  freeInside: number;
}

/** An empty tally; undefined for a series that never changes, on which nothing can be won or lost. */
export function tallyOf(set: string, name: string, values: Float64Array): SeriesTally | undefined {
  let [sum, count, previous] = [0, 0, Number.NaN];
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    if (!Number.isNaN(previous)) {
      sum += Math.abs(value - previous);
      count++;
    }
    previous = value;
  }
  if (!(sum > 0)) return undefined;
  const sums = { windows: 0, errors: {}, later: {}, inside: 0, width: 0, freeWindows: 0, freeInside: 0 };
  return { set, name, change: sum / count, half: halfOf(name), sums };
}

/** What came after a window, and what was said of it: by method the values, ours with its bounds. */
export interface EndedWindow {
  readonly window: Float64Array;
  readonly actual: Float64Array;
  readonly said: Readonly<Record<string, Float64Array>>;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly isLater: boolean;
}

/** Adds one window. */
export function addWindow({ sums, change }: SeriesTally, ended: EndedWindow): void {
  for (const [method, values] of Object.entries(ended.said)) {
    const error = meanOf(ended.actual, (value, step) => Math.abs((values[step] ?? Number.NaN) - value)) / change;
    sums.errors[method] = (sums.errors[method] ?? 0) + error;
    if (ended.isLater) sums.later[method] = (sums.later[method] ?? 0) + error;
  }
  const { lower, upper } = ended;
  const inside = meanOf(ended.actual, (value, step) =>
    Number(value >= (lower[step] ?? Number.NaN) && value <= (upper[step] ?? Number.NaN)),
  );
  sums.windows++;
  sums.inside += inside;
  sums.width += meanOf(upper, (high, step) => high - (lower[step] ?? Number.NaN)) / change;
  if (isTied(ended.window)) return;
  sums.freeWindows++;
  sums.freeInside += inside;
}

function meanOf(values: Float64Array, figureOf: (value: number, step: number) => number): number {
  return values.reduce((sum, value, step) => sum + figureOf(value, step), 0) / values.length;
}

function isTied(window: Float64Array): boolean {
  const sorted = window.toSorted();
  const quarter = Math.ceil(window.length / 4);
  for (let n = 0; n + quarter <= sorted.length; n++) if (sorted[n] === sorted[n + quarter - 1]) return true;
  return false;
}

/** FNV-1a with its bits mixed: half of all names, whatever they look like. */
function halfOf(name: string): 0 | 1 {
  let hash = 2_166_136_261;
  for (let n = 0; n < name.length; n++) hash = Math.imul(hash ^ name.charCodeAt(n), 16_777_619);
  hash = Math.imul(hash ^ (hash >>> 13), 0x5bd1_e995);
  return ((hash >>> 15) & 1) === 1 ? 1 : 0;
}
