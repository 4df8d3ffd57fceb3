import { type OnnxThread, openOnnx } from '../../adapters/models/onnx/open-onnx.ts';
import { inferenceGraph } from '../../learning/graphs/inference-graph.ts';
import { type SequenceModelName, type SequenceSpec, specOf } from '../../learning/graphs/sequence-spec.ts';
import { createRandom } from '../../simulator/random.ts';
import { METADATA_VERSION, type Metadata, writeArtefact } from './artefact.ts';
import { calibrateTail } from './calibrate-tail.ts';
import type { ErrorTail } from './error-tail.ts';
import { type Epoch, type Fit, fitSequence } from './fit-sequence.ts';
import { changesFrom, errorsOf, type ScaledRows } from './forecaster.ts';
import { coverageOf, type ForecastErrors, intervalRuleFrom } from './interval-rule.ts';
import { scaled, scalerFrom } from './scaler.ts';
import type { SeriesTable } from './series-table.ts';
import { noSkill, type Skill, skillOf } from './skill.ts';
import { stretchesOf } from './stretches.ts';
import { type Borders, bordersOf, cutWindows, thinned, type Windows } from './windows.ts';

/** What is trained from a table. */
export interface SequenceRequest {
  readonly table: SeriesTable;
  readonly task: 'forecast' | 'anomaly';
  readonly model: SequenceModelName;
  readonly window: number;
  readonly horizon: number;
  readonly epochs: number;
  readonly seed: number;
  /** For `anomaly`: so many false alarms a day and series are put up with. */
  readonly falseAlarmsPerDay: number;
  /** Where model.onnx and model.json are written. */
  readonly outputDir: string;
  readonly onEpoch?: (epoch: Epoch) => void;
}

/** What came of it. `metadata` is missing when there was too little to learn from, and nothing was written. */
export interface SequenceReport {
  readonly skill: Skill;
  readonly windows: { readonly training: number; readonly watching: number; readonly heldOut: number };
  readonly skipped: Readonly<Record<string, number>>;
  readonly metadata?: Omit<Metadata, 'sha256'>;
}

/** More windows would be measured no better. */
const MOST = { watching: 10_000, heldOut: 5_000 } as const;
/** With fewer windows in a part nothing can be learnt or said. */
const LEAST = { training: 200, watching: 30, heldOut: 30 } as const;

/**
 * Trains a model on the older part of each series, stops by the middle part, measures it against baselines on the newest part, and writes
 * it. One without skill is written too, marked `"use": false`. Throws `package-missing` without onnxruntime-node.
 */
export async function trainSequence(request: SequenceRequest): Promise<SequenceReport> {
  const { table, task, window } = request;
  const horizon = task === 'anomaly' ? 1 : request.horizon;
  const spec = specOf(request.model, { window, horizon, features: table.features.length });
  const borders = bordersOf(table);
  const cut = cutWindows(table, { window, horizon, features: table.features.length }, borders);
  const starts = {
    ...cut.starts,
    watching: thinned(cut.starts.watching, MOST.watching),
    heldOut: thinned(cut.starts.heldOut, MOST.heldOut),
  };
  const windows = { ...cut, starts };
  const counts = { training: starts.training.length, watching: starts.watching.length, heldOut: starts.heldOut.length };
  const lack = lackOf(counts, { table, length: window + horizon });
  if (lack !== undefined) return { skill: noSkill(`no skill: ${lack}`), windows: counts, skipped: cut.skipped };
  const onnx = openOnnx();
  try {
    const trained = await fitAndMeasure(onnx, { request, spec, windows, borders, all: cut });
    const metadata = metadataOf(trained, { request, spec, windows, borders, all: cut });
    writeArtefact(request.outputDir, { onnx: trained.onnx, metadata });
    return { skill: trained.skill, windows: counts, skipped: cut.skipped, metadata };
  } finally {
    await onnx.close();
  }
}

interface Work {
  readonly request: SequenceRequest;
  readonly spec: SequenceSpec;
  readonly windows: Windows;
  readonly borders: Borders;
  /** Before they were thinned. */
  readonly all: Windows;
}

interface Trained {
  readonly onnx: Uint8Array;
  readonly fit: Fit;
  readonly rows: ScaledRows;
  readonly skill: Skill;
  readonly watched: ForecastErrors;
  readonly heldOut: ForecastErrors;
  /** For the task `anomaly`. */
  readonly tail?: ErrorTail;
}

async function fitAndMeasure(onnx: OnnxThread, { request, spec, windows, borders, all }: Work): Promise<Trained> {
  const random = createRandom(request.seed);
  const { shape, starts } = windows;
  const scaler = scalerFrom(windows, borders.training);
  const rows = { shape, scaler, values: scaled(windows.rows, scaler) };
  const { epochs, onEpoch } = request;
  const fit = await fitSequence(onnx, { spec, rows, ...starts }, { epochs, random, ...(onEpoch ? { onEpoch } : {}) });
  const bytes = inferenceGraph(spec, fit.weights);
  const model = await onnx.load(bytes);
  const watched = errorsOf(rows, starts.watching, await changesFrom(model, rows, starts.watching));
  const heldOut = errorsOf(rows, starts.heldOut, await changesFrom(model, rows, starts.heldOut));
  const stretches = stretchesOf({ windows, scaler, starts: starts.heldOut, errors: heldOut, learntUntil: borders.training });
  const skill = skillOf(stretches, starts.heldOut.length, random);
  const trained = { onnx: bytes, fit, rows, skill, watched, heldOut };
  if (request.task !== 'anomaly') return trained;
  const { falseAlarmsPerDay, table } = request;
  return { ...trained, tail: await calibrateTail(model, { rows, windows: all, stepMs: table.stepMs ?? 1, falseAlarmsPerDay }) };
}

function metadataOf(
  { fit, rows, skill, watched, heldOut, tail }: Trained,
  { request, spec, windows, borders }: Work,
): Omit<Metadata, 'sha256'> {
  const { table, task, seed } = request;
  const rule = intervalRuleFrom(watched);
  return {
    format: 'kubemend-model',
    version: METADATA_VERSION,
    task,
    model: spec.model,
    window: spec.window,
    horizon: spec.horizon,
    features: [...table.features],
    stepMs: table.stepMs ?? 1,
    scaler: rows.scaler,
    training: {
      from: windows.at.reduce((least, at) => Math.min(least, at), Number.POSITIVE_INFINITY),
      until: borders.training,
      heldOutFrom: borders.watching,
      series: table.series.length,
      windows: windows.starts.training.length,
      skipped: { ...windows.skipped },
      seed,
      losses: fit.losses.map((one) => ({ ...one })),
      bestEpoch: fit.bestEpoch,
    },
    skill,
    interval: { ...rule, coverage: coverageOf(rule, heldOut) },
    ...(tail ? { tail } : {}),
  };
}

/** Why nothing can be learnt; undefined when there is enough. */
function lackOf(
  counts: SequenceReport['windows'],
  { table, length }: { readonly table: SeriesTable; readonly length: number },
): string | undefined {
  const longest = table.series.reduce((most, { at }) => Math.max(most, at.length), 0);
  if (longest < length)
    return (
      `a window with its future has ${length} rows, and the longest of ${table.series.length} series has ${longest}; ` +
      'series are never joined: shorten --window or --horizon, or give longer ones'
    );
  const few = (['training', 'watching', 'heldOut'] as const).find((part) => counts[part] < LEAST[part]);
  const names = { training: 'learn from', watching: 'stop by', heldOut: 'measure on' };
  return few && `there are only ${counts[few]} windows to ${names[few]}, and it takes ${LEAST[few]}: give more rows, or shorten --window`;
}
