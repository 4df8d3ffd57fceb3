import { CoreError } from '../../core/errors.ts';
import type { ChallengedSeries, Challenger } from '../../learning/forecast/forecast-round.ts';
import { anchorValue } from '../../learning/graphs/window-anchor.ts';
import type { Metadata } from './artefact.ts';
import { type OpenModel, openForecastModel } from './open-model.ts';
import { scaled } from './scaler.ts';

/** A model that may speak among the other ways to forecast; close it when done. */
export interface ModelChallenger extends Challenger {
  close(): Promise<void>;
}

/** What it must fit, and who is told, once, that it broke: from then on it may be silent. */
export interface ChallengerOptions {
  readonly windowSteps: number;
  readonly horizon: number;
  readonly onFailure: (why: string) => void;
}

/**
 * Opens a model that `train --task forecast` wrote as a challenger of the simple ways. Throws `model-refused` for one of another task, window
 * or horizon, of several features, or without skill, `package-missing` without onnxruntime-node.
 */
export async function openModelChallenger(dir: string, options: ChallengerOptions): Promise<ModelChallenger> {
  const open = await openForecastModel(dir);
  const lack = unfitness(open.metadata, options);
  if (lack === undefined) return { ...challengerOf(open, options), close: () => open.thread.close() };
  await open.thread.close();
  throw new CoreError('model-refused', `the model in ${dir} cannot challenge: ${lack}`);
}

/** A model of one feature as a challenger; whoever opened it closes it. */
export function challengerOf({ metadata, model }: OpenModel, options: ChallengerOptions): Challenger {
  let hasFailed = false;
  return {
    name: metadata.model,
    async forecast(windows, count, series) {
      try {
        const values = absolute(windows, series, metadata.window);
        return toldAs(metadata, { values, changes: await model.forecast(scaled(values, metadata.scaler), count), series });
      } catch (error) {
        if (!hasFailed) options.onFailure(error instanceof Error ? error.message : String(error));
        hasFailed = true;
        return new Float32Array(count * options.horizon).fill(Number.NaN);
      }
    },
  };
}

function unfitness({ window, horizon, features }: Metadata, { windowSteps, horizon: steps }: ChallengerOptions): string | undefined {
  if (features.length !== 1)
    return `it forecasts ${features.length} features together (${features.join(', ')}); train one with --features ONE`;
  if (window === windowSteps && horizon === steps) return undefined;
  const mend = `train one with --window ${windowSteps} --horizon ${steps}`;
  return `it makes ${horizon} steps from ${window}, and ${steps} from ${windowSteps} are asked; ${mend}`;
}

/** The windows in the unit of their series. */
function absolute(windows: Float32Array, { last, scale }: ChallengedSeries, window: number): Float64Array {
  return Float64Array.from(windows, (value, at) => {
    const row = Math.floor(at / window);
    return (last[row] ?? Number.NaN) + value * (scale[row] ?? Number.NaN);
  });
}

interface Answered {
  readonly values: Float64Array;
  readonly changes: Float32Array;
  readonly series: ChallengedSeries;
}

/** What the model said, counted as a challenger is to count: from the last value, in typical changes of the series. */
function toldAs({ window, horizon, scaler }: Metadata, { values, changes, series: { last, scale } }: Answered): Float32Array {
  const [unit, anchor] = [(scaler.spread[0] ?? 1) / (scaler.gains[0] ?? 1), scaler.anchors[0] ?? 'last'];
  return changes.map((change, at) => {
    const row = Math.floor(at / horizon);
    const from = anchorValue(values, { start: row * window, window, features: 1, feature: 0 }, anchor);
    return (from + change * unit - (last[row] ?? Number.NaN)) / (scale[row] ?? Number.NaN);
  });
}
