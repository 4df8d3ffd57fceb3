/** How quickly each level follows its series: the weight of the newest value (simple exponential smoothing). */
export const levelWeights = [0.3, 0.1, 0.03] as const;
/** So many changes count alike in the typical change; older ones fade. */
const MEMORY = 2_000;
/** How many of the last instants keep what the series did together. */
export const TOGETHER = 5;

/**
 * What is remembered of many series of one metric, in columns: the last values in a ring, and running figures, O(1) per value. Arrays are
 * replaced when it grows, so they are read through this object each time.
 */
export interface SeriesColumns {
  readonly keep: number;
  slots: number;
  /** Steps so far; the newest values stand at `(instants - 1) % keep` of each ring. */
  instants: number;
  /** By slot and place in the ring; NaN is missing. */
  ring: Float64Array;
  /** By slot: how many values in a row are there, up to `keep`. */
  run: Int32Array;
  /** By slot: values ever; steps since the value last changed. */
  age: Float64Array;
  still: Float64Array;
  /** By slot: the mean size of a change from one value to the next, and how many it is of. */
  change: Float64Array;
  changes: Float64Array;
  low: Float64Array;
  high: Float64Array;
  /** By slot and weight of `levelWeights`. */
  levels: Float64Array;
  /** Newest first: the mean change of all series in units of their typical one, and the share that moved more than that. */
  readonly drift: Float64Array;
  readonly moved: Float64Array;
}

/** Columns without a slot, with rings of so many values. */
export function openColumns(keep: number): SeriesColumns {
  const none = () => new Float64Array(0);
  return {
    keep,
    slots: 0,
    instants: 0,
    ring: none(),
    run: new Int32Array(0),
    age: none(),
    still: none(),
    change: none(),
    changes: none(),
    low: none(),
    high: none(),
    levels: none(),
    drift: new Float64Array(TOGETHER),
    moved: new Float64Array(TOGETHER),
  };
}

/** Makes room for so many slots in all; the new ones are empty. */
export function growColumns(columns: SeriesColumns, slots: number): void {
  const from = columns.slots;
  if (slots <= from) return;
  const wider = (old: Float64Array, per = 1) => {
    const grown = new Float64Array(slots * per);
    grown.set(old);
    return grown;
  };
  const run = new Int32Array(slots);
  run.set(columns.run);
  Object.assign(columns, {
    slots,
    run,
    ring: wider(columns.ring, columns.keep),
    age: wider(columns.age),
    still: wider(columns.still),
    change: wider(columns.change),
    changes: wider(columns.changes),
    low: wider(columns.low),
    high: wider(columns.high),
    levels: wider(columns.levels, levelWeights.length),
  });
  for (let slot = from; slot < slots; slot++) forgetSlot(columns, slot);
}

/** Empties a slot, for another series. */
export function forgetSlot(columns: SeriesColumns, slot: number): void {
  columns.ring.fill(Number.NaN, slot * columns.keep, (slot + 1) * columns.keep);
  for (const column of [columns.run, columns.age, columns.still, columns.change, columns.changes]) column[slot] = 0;
  columns.low[slot] = Number.POSITIVE_INFINITY;
  columns.high[slot] = Number.NEGATIVE_INFINITY;
}

/** Takes the next value of every slot. */
export function pushValues(columns: SeriesColumns, values: Float64Array): void {
  const place = columns.instants % columns.keep;
  const before = (place + columns.keep - 1) % columns.keep;
  const together = { sum: 0, moved: 0, count: 0 };
  for (let slot = 0; slot < columns.slots; slot++) {
    const value = values[slot] ?? Number.NaN;
    const previous = columns.ring[slot * columns.keep + before] ?? Number.NaN;
    columns.ring[slot * columns.keep + place] = value;
    if (Number.isFinite(value)) pushValue(columns, { slot, value, previous }, together);
    else columns.run[slot] = 0;
  }
  columns.instants++;
  columns.drift.copyWithin(1, 0);
  columns.moved.copyWithin(1, 0);
  columns.drift[0] = together.count ? together.sum / together.count : 0;
  columns.moved[0] = together.count ? together.moved / together.count : 0;
}

/** No series may pull the common drift further than so many of its typical changes. */
const FURTHEST = 5;

function pushValue(
  columns: SeriesColumns,
  { slot, value, previous }: { slot: number; value: number; previous: number },
  together: { sum: number; moved: number; count: number },
): void {
  const isFirst = columns.age[slot] === 0;
  levelWeights.forEach((weight, n) => {
    const at = slot * levelWeights.length + n;
    const level = columns.levels[at] ?? value;
    columns.levels[at] = isFirst ? value : level + weight * (value - level);
  });
  columns.age[slot] = (columns.age[slot] ?? 0) + 1;
  columns.run[slot] = Math.min(columns.keep, (columns.run[slot] ?? 0) + 1);
  columns.low[slot] = Math.min(columns.low[slot] ?? value, value);
  columns.high[slot] = Math.max(columns.high[slot] ?? value, value);
  columns.still[slot] = value === previous ? (columns.still[slot] ?? 0) + 1 : 0;
  if (Number.isNaN(previous)) return;
  const typical = columns.change[slot] ?? 0;
  if (typical > 0) {
    const steps = (value - previous) / typical;
    together.sum += Math.max(-FURTHEST, Math.min(FURTHEST, steps));
    together.moved += Math.abs(steps) > 1 ? 1 : 0;
    together.count++;
  }
  const count = Math.min(MEMORY, (columns.changes[slot] ?? 0) + 1);
  columns.changes[slot] = count;
  columns.change[slot] = typical + (Math.abs(value - previous) - typical) / count;
}

/** The value of a slot so many steps ago; NaN when it is missing or no longer kept. */
export function valueAgo({ ring, keep, instants }: SeriesColumns, slot: number, steps: number): number {
  if (steps >= keep || steps >= instants) return Number.NaN;
  return ring[slot * keep + ((instants - 1 - steps) % keep)] ?? Number.NaN;
}

/** Copies the last values of a slot, oldest first, as many as fit. */
export function copyWindow(columns: SeriesColumns, slot: number, into: Float64Array): void {
  const { ring, keep, instants } = columns;
  const base = slot * keep;
  let place = (instants + keep * 2 - into.length) % keep;
  for (let n = 0; n < into.length; n++) {
    into[n] = ring[base + place] ?? Number.NaN;
    if (++place === keep) place = 0;
  }
}
