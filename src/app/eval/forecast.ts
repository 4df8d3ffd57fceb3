import { CoreError } from '../../core/errors.ts';
import { forecastDefaults } from '../../learning/forecast/forecast-defaults.ts';
import { learnedWays } from '../../learning/forecast/learned-ways.ts';
import { saturationRule } from '../../learning/forecast/saturation-rule.ts';
import { type ModelChallenger, openModelChallenger } from '../models/model-challenger.ts';
import { baselineConstants } from './forecast/baseline-ways.ts';
import { forecastFigures, type OURS_ONLY, simplestOf } from './forecast/forecast-figures.ts';
import { plantedClimbs } from './forecast/planted-climbs.ts';
import { saturationRows } from './forecast/saturation-row.ts';
import { type SeriesSet, seriesSets } from './forecast/series-sets.ts';
import { forecastTask, OURS, type Walk, walkSet } from './forecast/walk-set.ts';
import { summaryOf } from './summary.ts';
import type { EvaluationInput, EvaluationTask, Findings } from './task.ts';

/** How well the next five values of many series are forecast from the last twenty, with intervals, beside simple ways and boosted trees. */
export const forecast: EvaluationTask = {
  name: 'forecast',
  takesModel: true,
  about: 'forecasts of series, 20 steps to 5: error over that of the last value, coverage and width of 80 % intervals',
  async evaluate(input) {
    const challenger = input.model === undefined ? undefined : await openChallenger(input.model);
    try {
      return await evaluated(input, challenger);
    } finally {
      await challenger?.close();
    }
  },
};

/** A figure of a model that broke on the way would be one of the others alone. */
function openChallenger(dir: string): Promise<ModelChallenger> {
  const onFailure = (why: string) => {
    throw new CoreError('model-refused', `the model in ${dir} broke: ${why}; train it anew, or leave out --model`);
  };
  return openModelChallenger(dir, { windowSteps: forecastTask.windowSteps, horizon: forecastTask.horizon, onFailure });
}

async function evaluated(input: EvaluationInput, challenger: ModelChallenger | undefined): Promise<Findings> {
  const { newRandom, cpuMs } = input;
  const sets = seriesSets(input.dataDir);
  const whole: SeriesSet[] = [];
  const walks: { readonly name: string; readonly walk: Walk }[] = [];
  const caveats: string[] = [];
  for (const [n, read] of sets.entries()) {
    const set = limited(read(), input.limit);
    whole.push(set);
    input.onProgress({ name: set.name, number: n + 1, of: sets.length });
    walks.push({ name: set.name, walk: await walkSet(set, { newRandom, cpuMs, ...(challenger && { challenger }) }) });
    if (set.caveat) caveats.push(`${set.name}: ${set.caveat}`);
  }
  return { ...findingsOf(walks, caveats, input), parts: saturationRows(whole, input.newRandom) };
}

/** The first series of each block. */
function limited(set: SeriesSet, limit: number | undefined): SeriesSet {
  if (limit === undefined) return set;
  const blocks = set.blocks.map((block) => ({
    ...block,
    names: block.names.slice(0, limit),
    values: block.values.subarray(0, limit * block.steps),
  }));
  return { ...set, blocks };
}

function findingsOf(
  walks: readonly { readonly name: string; readonly walk: Walk }[],
  caveats: readonly string[],
  { newRandom }: EvaluationInput,
): Findings {
  const tallies = walks.flatMap(({ walk }) => walk.tallies);
  const names = Object.keys(tallies[0]?.sums.errors ?? {}).filter((name) => name !== OURS);
  const pace = paceOf(walks.map(({ walk }) => walk));
  const simplest = simplestOf(tallies, names);
  const ours = summaryOf(tallies, (sample) => ({ ...forecastFigures(OURS, sample, simplest), ...pace }), newRandom());
  const [low = Number.NaN, high = Number.NaN] = ours.interval95.overSimple ?? [];
  return {
    configuration: {
      ...forecastTask,
      kubemend: { ...forecastDefaults, learned: learnedWays },
      baselines: baselineConstants,
      saturation: { ...saturationRule, planted: plantedClimbs },
    },
    cases: walks.map(({ name, walk }) => ({
      name,
      metrics: { ...forecastFigures(OURS, walk.tallies, simplestOf(walk.tallies, names)), ...paceOf([walk]) },
      baselines: Object.fromEntries(names.map((method) => [method, forecastFigures(method, walk.tallies)])),
    })),
    ...ours,
    baselines: Object.fromEntries(
      names.map((method) => [method, summaryOf(tallies, (sample) => forecastFigures(method, sample), newRandom())]),
    ),
    verdict: high < 1 ? 'skill' : 'no skill',
    evidence: [
      ...caveats,
      ...walks.flatMap(({ name, walk }) => shareOf(name, walk)),
      `error over that of the best simple way (${simplest}): 95 % interval ${low.toFixed(3)} to ${high.toFixed(3)}; skill is below 1`,
    ],
  };
}

function shareOf(name: string, { challengerShare }: Walk): readonly string[] {
  return Number.isNaN(challengerShare) ? [] : [`${name}: the model has ${(100 * challengerShare).toFixed(1)} % of the say`];
}

function paceOf(walks: readonly Walk[]): Readonly<Record<(typeof OURS_ONLY)[number], number>> {
  const cpuMs = walks.reduce((sum, walk) => sum + walk.cpuMs, 0);
  const learningMs = walks.reduce((sum, walk) => sum + walk.learningMs, 0);
  const windows = walks.reduce((sum, walk) => sum + walk.windows, 0);
  return { windowsPerSecond: Math.round((windows / (cpuMs - learningMs)) * 1000), learningSeconds: learningMs / 1000 };
}
