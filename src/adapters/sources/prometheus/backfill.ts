import type { SampleBlock } from '../../../core/model/samples.ts';

/** Bounds the memory of one stretch: so many values of one metric at once. */
const VALUES_AT_ONCE = 400_000;
const FIRST_STEPS = 20;
const MOST_STEPS = 1_000;

/** One metric's answer for a stretch of time. */
export interface Stretch {
  readonly series: number;
  readonly blocks: readonly SampleBlock[];
}

/** What the past is read with; `last` is the newest instant wanted, asked again after each stretch, for time goes on meanwhile. */
export interface BackfillParts {
  readonly from: number;
  readonly stepMs: number;
  last(): number;
  /** All metrics from one instant to another, both included. */
  read(from: number, to: number): Promise<readonly Stretch[]>;
}

/** Blocks of past instants, oldest first, stretch by stretch; the more series, the shorter a stretch. */
export async function* backfillBlocks({ from, stepMs, last, read }: BackfillParts): AsyncGenerator<SampleBlock> {
  let at = Math.ceil(from / stepMs) * stepMs;
  let steps = FIRST_STEPS;
  while (at <= last()) {
    const end = Math.min(last(), at + (steps - 1) * stepMs);
    const stretches = await read(at, end);
    yield* stretches.flatMap(({ blocks }) => blocks).toSorted((a, b) => a.at - b.at);
    const most = Math.max(1, ...stretches.map(({ series }) => series));
    steps = Math.max(FIRST_STEPS, Math.min(MOST_STEPS, Math.floor(VALUES_AT_ONCE / most)));
    at = end + stepMs;
  }
}
