import { writeFileSync } from 'node:fs';
import { forecastDefaults } from '../../learning/forecast/forecast-defaults.ts';
import { anchorValue } from '../../learning/graphs/window-anchor.ts';
import type { Metadata } from './artefact.ts';
import { forecastByWays } from './forecast-by-ways.ts';
import type { ForecastPoint } from './forecast-point.ts';
import { changesFrom, restlessnessOf } from './forecaster.ts';
import { challengerOf } from './model-challenger.ts';
import { fittingTable, type OpenModel, openForecastModel } from './open-model.ts';
import { readSeries } from './read-series.ts';
import { scaled } from './scaler.ts';
import type { SeriesTable } from './series-table.ts';
import { newestWindows, type Windows } from './windows.ts';

/** The forecast of all series of a file. */
export interface FileForecast {
  readonly file: string;
  /** The kind of the model; `ways` when only the ways that need none were asked. */
  readonly model: Metadata['model'] | 'ways';
  readonly verdict: string;
  /** The chance with which an interval holds the value, and the share that it held when that was measured. */
  readonly level: number;
  readonly coverage: number | null;
  readonly points: readonly ForecastPoint[];
  /** Series without a whole window at their end. */
  readonly leftOut: readonly string[];
}

/** What to forecast with which model. */
export interface ForecastRequest {
  /** A model of one feature has a say where it beats the simple ways; one of several features speaks alone. */
  readonly modelDir?: string;
  readonly input: string;
  /** A CSV of the points is written here. */
  readonly output?: string;
}

/** Forecasts what comes after the newest row of each series. Throws `model-refused` for a model that does not fit the file, or has no skill. */
export async function forecastFile({ modelDir, input, output }: ForecastRequest): Promise<FileForecast> {
  const told = modelDir === undefined ? await byWays(readSeries(input)) : await byModel(modelDir, input);
  if (output !== undefined) writeFileSync(output, csvOf(told.points));
  return { file: input, ...told };
}

type Told = Omit<FileForecast, 'file'>;

async function byModel(modelDir: string, input: string): Promise<Told> {
  const open = await openForecastModel(modelDir);
  try {
    const table = fittingTable(open.metadata, readSeries(input));
    return open.metadata.features.length === 1 ? await byWays(table, open) : await byModelAlone(open, table);
  } finally {
    await open.thread.close();
  }
}

async function byWays(table: SeriesTable, open?: OpenModel): Promise<Told> {
  const { window: windowSteps, horizon } = open?.metadata ?? usual;
  const broken: string[] = [];
  const challenger = open && challengerOf(open, { windowSteps, horizon, onFailure: (why) => broken.push(why) });
  const { points, leftOut, coverage, say } = await forecastByWays(table, { windowSteps, horizon, ...(challenger && { challenger }) });
  const model: Told['model'] = open?.metadata.model ?? 'ways';
  const told = { model, level: forecastDefaults.intervals.level, coverage, points, leftOut };
  if (!open) return { ...told, verdict: 'by the ways that need no model' };
  if (broken[0] !== undefined) return { ...told, verdict: `by the ways that need no model, for the ${model} broke: ${broken[0]}` };
  return { ...told, verdict: `the ${model} has ${Math.round(100 * say)} % of the say, where it beats the simple ways` };
}

/** As much is seen and told without a model. */
const usual = { window: 20, horizon: 5 } as const;

async function byModelAlone({ metadata, model }: OpenModel, table: SeriesTable): Promise<Told> {
  const shape = { window: metadata.window, horizon: metadata.horizon, features: metadata.features.length };
  const windows = newestWindows(table, shape);
  const starts = windows.starts.heldOut;
  const rows = { shape, scaler: metadata.scaler, values: scaled(windows.rows, metadata.scaler) };
  const changes = await changesFrom(model, rows, starts);
  const restlessness = restlessnessOf(rows, starts);
  const names = [...starts].map((start) => table.series[windows.seriesOf[start] ?? -1]?.name ?? '');
  const known = new Set(names);
  return {
    model: metadata.model,
    verdict: metadata.skill.verdict,
    level: metadata.interval.level,
    coverage: metadata.interval.coverage,
    points: [...changes.keys()].map((at) => pointOf({ metadata, windows, restlessness, names }, at, changes[at] ?? Number.NaN)),
    leftOut: table.series.map(({ name }) => name).filter((name) => !known.has(name)),
  };
}

interface Answered {
  readonly metadata: Metadata;
  readonly windows: Windows;
  readonly restlessness: Float64Array;
  /** By window, whose it is. */
  readonly names: readonly string[];
}

/** The answer number `at` of the model, in the feature's own unit. */
function pointOf({ metadata, windows, restlessness, names }: Answered, at: number, change: number): ForecastPoint {
  const { window, horizon, features, scaler, interval, stepMs } = metadata;
  const outputs = horizon * features.length;
  const which = Math.floor(at / outputs);
  const feature = at % features.length;
  const start = windows.starts.heldOut[which] ?? 0;
  const from = anchorValue(windows.rows, { start, window, features: features.length, feature }, scaler.anchors[feature] ?? 'last');
  const unit = (scaler.spread[feature] ?? 1) / (scaler.gains[feature] ?? 1);
  const point = from + change * unit;
  const half = (interval.widths[at % outputs] ?? 0) * ((restlessness[which * features.length + feature] ?? 0) + interval.floor) * unit;
  const steps = Math.floor((at % outputs) / features.length) + 1;
  return {
    series: names[which] ?? '',
    feature: features[feature] ?? '',
    at: (windows.at[start + window - 1] ?? Number.NaN) + steps * stepMs,
    point,
    lower: point - half,
    upper: point + half,
  };
}

function csvOf(points: readonly ForecastPoint[]): string {
  const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const rows = points.map(({ series, feature, at, point, lower, upper }) =>
    [new Date(at).toISOString(), quoted(series), quoted(feature), point, lower, upper].join(','),
  );
  return ['timestamp,series,feature,point,lower,upper', ...rows, ''].join('\n');
}
