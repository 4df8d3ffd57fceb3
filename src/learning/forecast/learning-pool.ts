import { type SeriesColumns, valueAgo } from './series-columns.ts';

/** Windows whose end is known: an even sample of all that were ever offered. */
export interface LearningPool {
  readonly count: number;
  /** Takes windows of this instant, to be joined by what comes after them. */
  offer(windows: PendingWindows): void;
  /** Joins what was offered `horizon` steps ago with what came; a window after which something is missing is left out. */
  settle(columns: SeriesColumns): void;
  /** A copy of what there is. */
  rows(): { readonly count: number; readonly features: Float32Array; readonly targets: Float32Array };
  /** Leaves out what a slot was waiting for. */
  forget(slot: number): void;
}

/** Windows of one instant, row by row. */
export interface PendingWindows {
  readonly instant: number;
  readonly slots: Int32Array;
  readonly last: Float64Array;
  readonly scale: Float64Array;
  readonly features: Float32Array;
}

/** No target is further away than so many typical changes, lest one jump of a still series fill a leaf. */
const FURTHEST = 1_000;

/** A pool of at most `most` windows. */
export function openLearningPool({
  width,
  horizon,
  most,
  random,
}: {
  width: number;
  horizon: number;
  most: number;
  random: () => number;
}): LearningPool {
  const features = new Float32Array(most * width);
  const targets = new Float32Array(most * horizon);
  const waiting: PendingWindows[] = [];
  let offered = 0;
  const place = () => {
    const at = offered++ < most ? offered - 1 : Math.floor(random() * offered);
    return at < most ? at : undefined;
  };
  const join = (columns: SeriesColumns, windows: PendingWindows, row: number) => {
    const slot = windows.slots[row] ?? -1;
    const target = slot < 0 ? undefined : targetOf(columns, windows, { row, slot, horizon });
    const at = target && place();
    if (target === undefined || at === undefined) return;
    features.set(windows.features.subarray(row * width, (row + 1) * width), at * width);
    targets.set(target, at * horizon);
  };
  return {
    get count() {
      return Math.min(offered, most);
    },
    offer: (windows) => void waiting.push(windows),
    settle(columns) {
      while (waiting[0] && columns.instants - waiting[0].instant >= horizon) {
        const windows = waiting.shift();
        if (windows && columns.instants - windows.instant === horizon)
          for (let row = 0; row < windows.slots.length; row++) join(columns, windows, row);
      }
    },
    rows() {
      const count = Math.min(offered, most);
      return { count, features: features.slice(0, count * width), targets: targets.slice(0, count * horizon) };
    },
    forget(slot) {
      for (const { slots } of waiting) for (let row = 0; row < slots.length; row++) if (slots[row] === slot) slots[row] = -1;
    },
  };
}

function targetOf(
  columns: SeriesColumns,
  { last, scale }: PendingWindows,
  { row, slot, horizon }: { row: number; slot: number; horizon: number },
): Float32Array | undefined {
  const target = new Float32Array(horizon);
  for (let step = 0; step < horizon; step++) {
    const value = valueAgo(columns, slot, horizon - 1 - step);
    if (!Number.isFinite(value)) return undefined;
    target[step] = Math.max(-FURTHEST, Math.min(FURTHEST, (value - (last[row] ?? 0)) / (scale[row] ?? 1)));
  }
  return target;
}

/** About so many of them, drawn evenly. */
export function drawn(slots: Int32Array, { most, random }: { most: number; random: () => number }): Int32Array {
  return slots.length <= most ? slots : slots.filter(() => random() * slots.length < most);
}
