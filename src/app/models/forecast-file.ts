import { writeFileSync } from 'node:fs';
import { CoreError } from '../../core/errors.ts';
import { anchorValue } from '../../learning/graphs/window-anchor.ts';
import type { Metadata } from './artefact.ts';
import { changesFrom, restlessnessOf } from './forecaster.ts';
import { fittingTable, openModel } from './open-model.ts';
import { readSeries } from './read-series.ts';
import { scaled } from './scaler.ts';
import { newestWindows, type Windows } from './windows.ts';

/** One feature of one series at one instant to come (epoch milliseconds), and the interval that holds it with the model's level. */
export interface ForecastPoint {
  readonly series: string;
  readonly feature: string;
  readonly at: number;
  readonly point: number;
  readonly lower: number;
  readonly upper: number;
}

/** The forecast of all series of a file. */
export interface FileForecast {
  readonly file: string;
  readonly model: Metadata['model'];
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
  readonly modelDir: string;
  readonly input: string;
  /** A CSV of the points is written here. */
  readonly output?: string;
}

/** Forecasts what comes after the newest row of each series. Throws `model-refused` for a model that does not fit the file, or has no skill. */
export async function forecastFile({ modelDir, input, output }: ForecastRequest): Promise<FileForecast> {
  const { metadata, model, thread } = await openModel(modelDir);
  try {
    refuseUnskilled(modelDir, metadata);
    const table = fittingTable(metadata, readSeries(input));
    const shape = { window: metadata.window, horizon: metadata.horizon, features: metadata.features.length };
    const windows = newestWindows(table, shape);
    const starts = windows.starts.heldOut;
    const rows = { shape, scaler: metadata.scaler, values: scaled(windows.rows, metadata.scaler) };
    const changes = await changesFrom(model, rows, starts);
    const restlessness = restlessnessOf(rows, starts);
    const names = [...starts].map((start) => table.series[windows.seriesOf[start] ?? -1]?.name ?? '');
    const points = [...changes.keys()].map((at) => pointOf({ metadata, windows, restlessness, names }, at, changes[at] ?? Number.NaN));
    if (output !== undefined) writeFileSync(output, csvOf(points));
    const known = new Set(names);
    return {
      file: input,
      model: metadata.model,
      verdict: metadata.skill.verdict,
      level: metadata.interval.level,
      coverage: metadata.interval.coverage,
      points,
      leftOut: table.series.map(({ name }) => name).filter((name) => !known.has(name)),
    };
  } finally {
    await thread.close();
  }
}

function refuseUnskilled(modelDir: string, { task, skill }: Metadata): void {
  if (task !== 'forecast')
    throw new CoreError('model-refused', `the model in ${modelDir} was trained for ${task}; \`kubemend detect\` uses it`);
  if (!skill.use)
    throw new CoreError('model-refused', `the model in ${modelDir} is marked "use": false (${skill.verdict}); train one that has skill`);
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
