import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { z } from 'zod';
import { importKeras } from '../../adapters/models/keras/import-keras.ts';
import { type OnnxModel, openOnnx } from '../../adapters/models/onnx/open-onnx.ts';
import { CoreError } from '../../core/errors.ts';
import type { Judged } from './anomalies.ts';
import { scoresPerDay } from './anomaly-scores.ts';
import { errorTailFrom, type LearntTail } from './error-tail.ts';
import type { SeriesTable } from './series-table.ts';
import { cutWindows } from './windows.ts';

/** What a file beside the model, `NAME.scaler.json`, may say: each feature goes in as `(value - mean) / spread`. */
const ForeignScaler = z.strictObject({ mean: z.array(z.number()), spread: z.array(z.number().positive()) });

/** A model that kubemend did not train: a score for each row, and the tail of those of the older half, by which the newer half is judged. */
export interface ForeignVerdicts {
  readonly judged: readonly Judged[];
  readonly tail: LearntTail;
}

/** True for a path that names one model file, and not the folder that `train` wrote. */
export function isModelFile(path: string): boolean {
  return ['.onnx', '.h5', '.keras'].includes(extname(path));
}

/**
 * Judges a table by an .onnx, .h5 or .keras model of windows of all its features. One number out is a score; as many as the window has are
 * the window again; others are the next steps. Throws `model-refused` for a model of other windows, `package-missing` without its packages.
 */
export async function judgeByFile(file: string, table: SeriesTable, falseAlarmsPerDay: number): Promise<ForeignVerdicts> {
  const bytes = bytesOf(file);
  const onnx = extname(file) === '.onnx' ? bytes : (await importKeras(bytes, file)).onnx;
  const thread = openOnnx();
  try {
    return await judge(await thread.load(onnx), table, { file, falseAlarmsPerDay });
  } finally {
    await thread.close();
  }
}

function bytesOf(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new CoreError('model-refused', `--model ${file}: it cannot be read (${error instanceof Error ? error.message : String(error)})`);
  }
}

interface Asked {
  readonly file: string;
  readonly falseAlarmsPerDay: number;
}

async function judge(model: OnnxModel, table: SeriesTable, { file, falseAlarmsPerDay }: Asked): Promise<ForeignVerdicts> {
  const [, window = Number.NaN, count = Number.NaN] = model.shape.input.map(Number);
  const { features } = table;
  if (!Number.isInteger(window) || count !== features.length)
    throw new CoreError(
      'model-refused',
      `--model ${file} takes [${model.shape.input}]: it must be [batch, window, ${features.length}], for ${features.join(', ')}; ` +
        'choose columns by --features',
    );
  const shape = { window, horizon: 1, features: count };
  const half = middleOf(table);
  const cut = cutWindows(table, shape, { training: half, watching: Number.POSITIVE_INFINITY });
  const starts = Int32Array.from([...cut.starts.training, ...cut.starts.watching]).sort();
  const rows = scaledBy(scalerBeside(file, count), cut.rows);
  const windows = new Float32Array(starts.length * window * count);
  for (const [n, start] of starts.entries()) windows.set(rows.subarray(start * count, (start + window) * count), n * window * count);
  const answers = await model.forecast(windows, starts.length);
  const scoreOf = scorer({ file, answers, rows, shape, each: answers.length / Math.max(1, starts.length) });
  const scores = new Float64Array(cut.at.length).fill(Number.NaN);
  const calm: { readonly row: number; readonly score: number }[] = [];
  for (const [n, start] of starts.entries()) {
    const row = start + window;
    if ((cut.at[row] ?? 0) <= half) calm.push({ row, score: scoreOf(n, start) });
    else scores[row] = scoreOf(n, start);
  }
  if (calm.length === 0)
    throw new CoreError('bad-usage', `--input ${table.file}: its older half has no window of ${window} rows to set the threshold by`);
  const calmScores = { scores: Float64Array.from(calm, ({ score }) => score), rows: Int32Array.from(calm, ({ row }) => row) };
  const tail = errorTailFrom(calmScores, { perDay: scoresPerDay(table.stepMs ?? 1), falseAlarmsPerDay });
  return { judged: judgedOf(table, cut.firstRow, scores), tail };
}

function middleOf({ series }: SeriesTable): number {
  const times = Float64Array.from(series.flatMap(({ at }) => [...at])).sort();
  return times[Math.floor(times.length / 2)] ?? Number.NaN;
}

function scalerBeside(file: string, features: number): z.infer<typeof ForeignScaler> | undefined {
  const beside = `${file.slice(0, -extname(file).length)}.scaler.json`;
  let text: string;
  try {
    text = readFileSync(beside, 'utf8');
  } catch {
    return undefined;
  }
  const { data } = ForeignScaler.safeParse(JSON.parse(text));
  if (data?.mean.length !== features || data.spread.length !== features)
    throw new CoreError('model-refused', `${beside} must be {"mean": [...], "spread": [...]} with ${features} numbers each`);
  return data;
}

function scaledBy(scaler: z.infer<typeof ForeignScaler> | undefined, rows: Float64Array): Float32Array {
  if (!scaler) return Float32Array.from(rows);
  const count = scaler.mean.length;
  return Float32Array.from(rows, (value, at) => (value - (scaler.mean[at % count] ?? 0)) / (scaler.spread[at % count] ?? 1));
}

interface Scoring {
  readonly file: string;
  readonly answers: Float32Array;
  readonly rows: Float32Array;
  readonly shape: { readonly window: number; readonly features: number };
  /** How many numbers the model answers to each window. */
  readonly each: number;
}

/** The score itself, or the root of the mean square of what the model got wrong. */
function scorer({ file, answers, rows, shape: { window, features }, each }: Scoring): (n: number, start: number) => number {
  if (each === 1) return (n) => answers[n] ?? Number.NaN;
  if (each % features !== 0)
    throw new CoreError(
      'model-refused',
      `--model ${file} gives ${each} numbers for each window: neither a score, nor the window, nor steps of ${features} features`,
    );
  const isWindow = each === window * features;
  return (n, start) => {
    const from = (isWindow ? start : start + window) * features;
    const length = isWindow ? each : features;
    let sum = 0;
    for (let at = 0; at < length; at++) sum += ((answers[n * each + at] ?? Number.NaN) - (rows[from + at] ?? Number.NaN)) ** 2;
    return Math.sqrt(sum / length);
  };
}

/** The score stands with the first feature: such a model does not say which one is odd. */
function judgedOf({ series, features }: SeriesTable, firstRow: Int32Array, scores: Float64Array): readonly Judged[] {
  return series.map(({ name, at, values }, which) => {
    const unknown = new Float64Array(at.length).fill(Number.NaN);
    const first = firstRow[which] ?? 0;
    return {
      series: name,
      feature: features.join(' + '),
      at,
      values: at.map((_, row) => values[row * features.length] ?? Number.NaN),
      expected: unknown,
      tolerance: unknown,
      scores: scores.slice(first, first + at.length),
    };
  });
}
