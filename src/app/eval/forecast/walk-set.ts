import type { Challenger } from '../../../learning/forecast/forecast-round.ts';
import { type Forecaster, openForecaster } from '../../../learning/forecast/forecaster.ts';
import type { Forecasts } from '../../../learning/forecast/forecasts.ts';
import { learnModels } from '../../../learning/forecast/learned-ways.ts';
import { type Baseline, openBaselines } from './baseline-ways.ts';
import type { SeriesBlock, SeriesSet } from './series-sets.ts';
import { addWindow, type SeriesTally, tallyOf } from './series-tally.ts';

/** What is forecast from how much. */
export const forecastTask = { windowSteps: 20, horizon: 5, everySteps: 5 } as const;
const { windowSteps, horizon, everySteps } = forecastTask;

/** What our forecasts are called among the methods. */
export const OURS = 'kubemend';
/** What those of a forecaster are called that has no challenger while ours has one. */
export const UNCHALLENGED = 'without the model';

/** What a walk found: a tally for each series that has a window and is not constant, and what it cost. */
export interface Walk {
  readonly tallies: readonly SeriesTally[];
  /** Processor time of our forecaster, learning included. */
  readonly cpuMs: number;
  readonly learningMs: number;
  readonly windows: number;
  /** The mean share of the challenger in our forecasts; NaN without one. */
  readonly challengerShare: number;
}

/** What a walk works with. */
export interface WalkTools {
  readonly newRandom: () => () => number;
  readonly cpuMs: () => number;
  /** Takes part in our forecasts; those without it are then one of the baselines. */
  readonly challenger?: Challenger;
}

interface Walking {
  readonly forecaster: Forecaster;
  /** The same without the challenger, where there is one. */
  readonly unchallenged: Forecaster | undefined;
  readonly baselines: Readonly<Record<string, Baseline>>;
  readonly tools: WalkTools;
  readonly spent: { all: number; learning: number; windows: number };
  /** How much the challenger was listened to, summed over windows. */
  readonly heard: { shares: number; windows: number };
}

/**
 * Goes through a set step by step, as it would come live: a forecast has seen nothing that is later than its window, and neither has any
 * model. A new block begins with empty windows and with what was learned in the blocks before.
 */
export async function walkSet(set: SeriesSet, tools: WalkTools): Promise<Walk> {
  const spent = { all: 0, learning: 0, windows: 0 };
  const { newRandom, challenger } = tools;
  const forecaster = openForecaster({ windowSteps, horizon, random: newRandom(), challengers: challenger ? [challenger] : [] });
  const unchallenged = challenger && openForecaster({ windowSteps, horizon, random: newRandom() });
  const heard = { shares: 0, windows: 0 };
  const walking: Walking = { forecaster, unchallenged, baselines: openBaselines(), tools, spent, heard };
  const steps = set.blocks.reduce((sum, block) => sum + block.steps, 0);
  const tallies: SeriesTally[] = [];
  let [before, slots] = [0, 0];
  for (const block of set.blocks) {
    for (const one of [forecaster, unchallenged]) {
      for (let slot = 0; slot < slots; slot++) one?.forget(slot);
      one?.grow(Math.max(slots, block.names.length));
    }
    slots = Math.max(slots, block.names.length);
    const own = block.names.map((name, slot) =>
      tallyOf(set.name, name, block.values.subarray(slot * block.steps, (slot + 1) * block.steps)),
    );
    await walkBlock(walking, block, { own, laterFrom: steps / 2 - before });
    tallies.push(...own.flatMap((tally) => (tally && tally.sums.windows > 0 ? [tally] : [])));
    before += block.steps;
  }
  return {
    ...{ tallies, cpuMs: spent.all, learningMs: spent.learning, windows: spent.windows },
    challengerShare: heard.shares / heard.windows,
  };
}

interface Scoring {
  readonly own: readonly (SeriesTally | undefined)[];
  /** The step from which on a window counts as later. */
  readonly laterFrom: number;
}

async function walkBlock(walking: Walking, block: SeriesBlock, scoring: Scoring): Promise<void> {
  const { forecaster, baselines, tools, spent } = walking;
  const count = block.names.length;
  const running = openRunning(count);
  for (let step = 0; step < block.steps; step++) {
    const now = Float64Array.from({ length: count }, (_, slot) => block.values[slot * block.steps + step] ?? Number.NaN);
    noteValues(block, step, running);
    const startedAt = tools.cpuMs();
    forecaster.step(now);
    const job = forecaster.learningJob();
    const learningAt = tools.cpuMs();
    if (job) forecaster.adopt(learnModels(job));
    spent.learning += tools.cpuMs() - learningAt;
    const isDue = step >= windowSteps - 1 && (step - windowSteps + 1) % everySteps === 0;
    const ours = isDue ? await forecaster.forecast() : undefined;
    spent.all += tools.cpuMs() - startedAt;
    if (job) for (const baseline of Object.values(baselines)) baseline.learn?.(job);
    const others = await unchallengedForecasts(walking, now, isDue);
    if (ours) scoreStep(walking, block, { ...scoring, step, running, ours, ...(others && { others }) });
  }
}

async function unchallengedForecasts({ unchallenged }: Walking, now: Float64Array, isDue: boolean): Promise<Forecasts | undefined> {
  if (!unchallenged) return undefined;
  unchallenged.step(now);
  const job = unchallenged.learningJob();
  if (job) unchallenged.adopt(learnModels(job));
  return isDue ? unchallenged.forecast() : undefined;
}

/** By series the running means of its values and of the sizes of its changes, for baselines that count in them. */
interface Running {
  readonly means: Float64Array;
  readonly values: Float64Array;
  readonly scales: Float64Array;
  readonly changes: Float64Array;
}

function openRunning(count: number): Running {
  const none = () => new Float64Array(count);
  return { means: none(), values: none(), scales: none(), changes: none() };
}

function noteValues({ names, steps, values }: SeriesBlock, step: number, running: Running): void {
  for (let slot = 0; slot < names.length; slot++) {
    const at = slot * steps + step;
    const value = values[at] ?? Number.NaN;
    note(running.means, running.values, { slot, value });
    if (step > 0) note(running.scales, running.changes, { slot, value: Math.abs(value - (values[at - 1] ?? Number.NaN)) });
  }
}

function note(means: Float64Array, counts: Float64Array, { slot, value }: { slot: number; value: number }): void {
  if (Number.isNaN(value)) return;
  const count = (counts[slot] ?? 0) + 1;
  counts[slot] = count;
  means[slot] = (means[slot] ?? 0) + (value - (means[slot] ?? 0)) / count;
}

interface ScoredStep extends Scoring {
  readonly step: number;
  readonly running: Running;
  readonly ours: Forecasts;
  readonly others?: Forecasts;
}

/** Scores all series whose last values and next ones are all there. */
function scoreStep(walking: Walking, block: SeriesBlock, { own, laterFrom, step, running, ours, others }: ScoredStep): void {
  const { baselines, spent } = walking;
  const spanOf = (slot: number) =>
    block.values.subarray(slot * block.steps + step + 1 - windowSteps, slot * block.steps + step + 1 + horizon);
  if (step + horizon >= block.steps) return;
  const slots = own.flatMap((tally, slot) => (tally && !spanOf(slot).some(Number.isNaN) ? [slot] : []));
  const at = (means: Float64Array) => Float64Array.from(slots, (slot) => means[slot] ?? 0);
  const values = new Float64Array(slots.length * windowSteps);
  slots.forEach((slot, row) => {
    values.set(spanOf(slot).subarray(0, windowSteps), row * windowSteps);
  });
  const windows = { windowSteps, horizon, count: slots.length, values, scales: at(running.scales), means: at(running.means) };
  const theirs = Object.entries(baselines).map(([name, baseline]) => [name, baseline.forecast(windows)] as const);
  spent.windows += slots.length;
  if (others) listen(walking, slots);
  slots.forEach((slot, row) => {
    const tally = own[slot];
    const part = (values: Float64Array, at: number) => values.subarray(at * horizon, (at + 1) * horizon);
    if (!tally) return;
    addWindow(tally, {
      window: spanOf(slot).subarray(0, windowSteps),
      actual: spanOf(slot).subarray(windowSteps),
      said: Object.fromEntries([
        [OURS, part(ours.point, slot)],
        ...(others ? [[UNCHALLENGED, part(others.point, slot)] as const] : []),
        ...theirs.map(([name, values]) => [name, part(values, row)] as const),
      ]),
      lower: part(ours.lower, slot),
      upper: part(ours.upper, slot),
      isLater: step >= laterFrom,
    });
  });
}

/** The challenger is the last of all ways. */
function listen({ forecaster, heard }: Walking, slots: readonly number[]): void {
  for (const slot of slots) heard.shares += forecaster.listenedTo(slot).at(-1)?.share ?? 0;
  heard.windows += slots.length;
}
