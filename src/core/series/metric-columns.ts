import { type SlotTable, type SlotTableParts, slotTable } from './slot-table.ts';

/** How far apart the steps of a ring are and how many it holds. */
export interface RingShape {
  readonly stepMs: number;
  readonly steps: number;
  /** Eight bytes a value instead of four: for what grows without end, such as a counter or an instant. */
  readonly isDouble: boolean;
}

/**
 * The recent values of one metric, of all its series: a ring of rows, one row per step, one column per slot. A step is an instant
 * divided by `stepMs`, rounded down. NaN is missing. For the room of a series see `bytesPerSeries`.
 */
export interface MetricColumns {
  readonly metric: string;
  readonly shape: RingShape;
  readonly table: SlotTable;
  /** The newest step that anything was said about; undefined before the first. */
  readonly newest: number | undefined;
  /** Writes values of one instant; a value of the same step is replaced. False when the ring has gone past it. */
  put(at: number, slots: Int32Array, values: Float64Array): boolean;
  /** The values of a step by slot, as long as the table has room for; belongs to the columns and holds until the next call. */
  row(step: number): Float64Array;
  valueAt(step: number, slot: number): number;
  /** The instant of the newest sample in a step; NaN when nothing was said in it. */
  instantOf(step: number): number;
  /** Fills `into` with the values of a slot, oldest first, the last being of `step`. */
  window(slot: number, step: number, into: Float64Array): void;
  /** The newest step in which a slot was spoken of; -1 for none. */
  lastStepOf(slot: number): number;
  /** Takes back everything after `step`: our clock was ahead. */
  rewind(step: number): void;
  /** Gives the slot up, so that another series may have it. */
  free(slot: number): void;
  /** The room that all arrays take now. */
  bytes(): number;
}

/** Bytes that one series takes in the arrays of its metric: its ring and its last step. Its name and table entry cost about 300 more. */
export function bytesPerSeries({ steps, isDouble }: Pick<RingShape, 'steps' | 'isDouble'>): number {
  return steps * (isDouble ? 8 : 4) + 4;
}

type Ring = Float32Array | Float64Array;

/** Makes the empty columns of one metric. `mayAdd` is asked before a new series is taken in; `grown` is told of more room. */
export function metricColumns(metric: string, shape: RingShape, { mayAdd, grown }: SlotTableParts): MetricColumns {
  const { stepMs, steps, isDouble } = shape;
  const ringOf = (slots: number): Ring => (isDouble ? new Float64Array(steps * slots) : new Float32Array(steps * slots)).fill(Number.NaN);
  const table = slotTable({ mayAdd, grown: grow });
  const instants = new Float64Array(steps).fill(Number.NaN);
  let newest: number | undefined;
  let width = table.capacity;
  let ring = ringOf(width);
  let lastSteps = new Int32Array(width).fill(-1);
  let scratch = new Float64Array(width);

  function grow(capacity: number): void {
    ring = widened(ring, ringOf(capacity), { steps, from: width, to: capacity });
    const longer = new Int32Array(capacity).fill(-1);
    longer.set(lastSteps);
    lastSteps = longer;
    scratch = new Float64Array(capacity);
    width = capacity;
    grown(capacity);
  }
  const indexOf = (step: number) => ((step % steps) + steps) % steps;
  const isHeld = (step: number) => newest !== undefined && step <= newest && step > newest - steps;
  function clear(from: number, to: number): void {
    for (let step = Math.max(from, to - steps + 1); step <= to; step += 1) {
      instants[indexOf(step)] = Number.NaN;
      ring.fill(Number.NaN, indexOf(step) * width, (indexOf(step) + 1) * width);
    }
  }
  function reach(step: number): void {
    if (newest !== undefined && step <= newest) return;
    clear((newest ?? step - 1) + 1, step);
    newest = step;
  }
  function valueAt(step: number, slot: number): number {
    return isHeld(step) ? (ring[indexOf(step) * width + slot] ?? Number.NaN) : Number.NaN;
  }
  return {
    metric,
    shape,
    table,
    get newest() {
      return newest;
    },
    put(at, slots, values) {
      const step = Math.floor(at / stepMs);
      reach(step);
      if (!isHeld(step)) return false;
      const index = indexOf(step);
      instants[index] = Math.max(instants[index] || at, at);
      write({ ring, lastSteps }, { base: index * width, step, slots, values });
      return true;
    },
    row(step) {
      if (!isHeld(step)) return scratch.fill(Number.NaN);
      scratch.set(ring.subarray(indexOf(step) * width, (indexOf(step) + 1) * width));
      return scratch;
    },
    valueAt,
    instantOf: (step) => (isHeld(step) ? (instants[indexOf(step)] ?? Number.NaN) : Number.NaN),
    window(slot, step, into) {
      for (let index = 0; index < into.length; index += 1) into[index] = valueAt(step - into.length + 1 + index, slot);
    },
    lastStepOf: (slot) => lastSteps[slot] ?? -1,
    rewind(step) {
      if (newest === undefined || newest <= step) return;
      clear(step + 1, newest);
      newest = step;
      lastSteps = lastSteps.map((last) => Math.min(last, step));
    },
    free(slot) {
      table.free(slot);
      lastSteps[slot] = -1;
      for (let row = 0; row < steps; row += 1) ring[row * width + slot] = Number.NaN;
    },
    bytes: () => ring.byteLength + lastSteps.byteLength + scratch.byteLength,
  };
}

interface Row {
  readonly base: number;
  readonly step: number;
  readonly slots: Int32Array;
  readonly values: Float64Array;
}

/** The hottest loop: one pass over a block. */
function write({ ring, lastSteps }: { ring: Ring; lastSteps: Int32Array }, { base, step, slots, values }: Row): void {
  for (let index = 0; index < slots.length; index += 1) {
    const slot = slots[index] ?? -1;
    if (slot < 0) continue;
    const value = values[index] ?? Number.NaN;
    if (Number.isFinite(value)) ring[base + slot] = value;
    if ((lastSteps[slot] ?? -1) < step) lastSteps[slot] = step;
  }
}

function widened(old: Ring, wide: Ring, { steps, from, to }: { readonly steps: number; readonly from: number; readonly to: number }): Ring {
  for (let row = 0; row < steps; row += 1) wide.set(old.subarray(row * from, (row + 1) * from), row * to);
  return wide;
}
