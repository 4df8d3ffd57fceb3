import type { Outlook } from '../model/reading.ts';
import type { SeriesDetector, SeriesMonitor } from '../plugins.ts';

/** One detector on one metric: its monitor, and when it last had something to say about each slot. */
export interface Follower {
  readonly detector: SeriesDetector;
  readonly monitor: SeriesMonitor;
  /** Why its monitor is fed no more: it threw. Then it has nothing to say, and what it is asked about is unknown. */
  readonly broken: string | undefined;
  /** Feeds one step of all slots; `at` is the instant of the step's samples. */
  step(at: number, row: Float64Array): void;
  /** When the monitor last gave a score for the slot; NaN when it never did. */
  saidAt(slot: number): number;
  /** By slot, the score that was given then. */
  saidScore(slot: number): number;
  /** In words, why a slot fires. */
  describe(slot: number): string;
  /** Where a slot is going, if the monitor says. */
  outlook(slot: number): Outlook | undefined;
  forget(slot: number): void;
  grow(slots: number): void;
}

/** Opens a detector's monitor and follows what it says. */
export function followerOf(
  detector: SeriesDetector,
  shape: { readonly slots: number; readonly stepMs: number; readonly dims: number },
): Follower {
  const monitor = detector.open(shape);
  let said = new Float64Array(shape.slots).fill(Number.NaN);
  let scores = new Float64Array(shape.slots).fill(Number.NaN);
  let broken: string | undefined;

  /** One detector that throws must not stop the others, nor the loop. */
  function safely(work: () => void): void {
    if (broken !== undefined) return;
    try {
      work();
    } catch (error) {
      broken = String(error);
      said.fill(Number.NaN);
    }
  }
  return {
    detector,
    monitor,
    get broken() {
      return broken;
    },
    step(at, row) {
      safely(() => monitor.step(at, row));
      if (broken !== undefined) return;
      const now = monitor.scores;
      for (let slot = 0; slot < said.length; slot += 1) {
        const score = now[slot] ?? Number.NaN;
        if (Number.isNaN(score)) continue;
        said[slot] = at;
        scores[slot] = score;
      }
    },
    saidAt: (slot) => said[slot] ?? Number.NaN,
    saidScore: (slot) => scores[slot] ?? Number.NaN,
    describe(slot) {
      let words = 'fires';
      safely(() => {
        words = monitor.describe(slot);
      });
      return words;
    },
    outlook(slot) {
      let outlook: Outlook | undefined;
      safely(() => {
        outlook = monitor.outlook?.(slot);
      });
      return outlook;
    },
    forget(slot) {
      safely(() => monitor.forget(slot));
      said[slot] = Number.NaN;
      scores[slot] = Number.NaN;
    },
    grow(slots) {
      safely(() => monitor.grow(slots));
      said = longer(said, slots);
      scores = longer(scores, slots);
    },
  };
}

function longer(old: Float64Array, length: number): Float64Array<ArrayBuffer> {
  const grown = new Float64Array(length).fill(Number.NaN);
  grown.set(old);
  return grown;
}
