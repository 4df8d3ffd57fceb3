import { writeFileSync } from 'node:fs';
import { CoreError } from '../../core/errors.ts';
import { type Anomaly, anomaliesIn, type Judged } from './anomalies.ts';
import type { Metadata } from './artefact.ts';
import { detectionPlot } from './detection-plot.ts';
import { type LearntTail, tailProbability } from './error-tail.ts';
import { isModelFile, judgeByFile } from './foreign-judge.ts';
import { judgeByModel } from './learned-judge.ts';
import { fittingTable, openModel } from './open-model.ts';
import { readSeries } from './read-series.ts';
import { judgeRobustly, robustDefaults } from './robust-judge.ts';

/** What to look at, and how. */
export interface DetectRequest {
  readonly input: string;
  /** The folder of a model for the task `anomaly`, or an .onnx, .h5 or .keras file; without it the median of the rows before judges. */
  readonly model?: string;
  /** For a model file: so many a day and series are put up with. */
  readonly falseAlarmsPerDay: number;
  readonly features?: readonly string[];
  /** The score from which on a row is too odd; by default the detector's own. */
  readonly threshold?: number;
  /** A PNG is drawn here. */
  readonly plot?: string;
}

/** An anomaly; with a model also how rare such a score is when all is well: a false-alarm rate, not the chance of a fault. */
export type FoundAnomaly = Anomaly & { readonly healthyShare?: number };

/** What was found in a file, which may be nothing. */
export interface Detection {
  readonly file: string;
  readonly by: 'median' | 'file' | Metadata['model'];
  readonly threshold: number;
  /** For a model: the false alarms a day and series that its threshold was made for. */
  readonly falseAlarmsPerDay?: number;
  readonly series: number;
  /** Values that could be judged. */
  readonly judged: number;
  /** The oddest first. */
  readonly anomalies: readonly FoundAnomaly[];
}

interface Verdicts {
  readonly judged: readonly Judged[];
  readonly series: number;
  readonly by: Detection['by'];
  readonly threshold: number;
  readonly tail?: LearntTail;
}

/** Looks for anomalies in all series of a CSV. Throws `bad-usage` for a file that is none, `model-refused` for a model that does not fit. */
export async function detectInFile(request: DetectRequest): Promise<Detection> {
  const { judged, series, by, threshold, tail } = await verdictsOf(request);
  const found = judged.flatMap((one) => anomaliesIn(one, threshold)).toSorted((a, b) => b.worst.score - a.worst.score);
  if (request.plot !== undefined) writeFileSync(request.plot, await detectionPlot(judged, found));
  return {
    file: request.input,
    by,
    threshold,
    ...(tail ? { falseAlarmsPerDay: tail.falseAlarmsPerDay } : {}),
    series,
    judged: judged.reduce((sum, { scores }) => sum + scores.filter(Number.isFinite).length, 0),
    anomalies: tail ? found.map((one) => ({ ...one, healthyShare: tailProbability(tail, one.worst.score) })) : found,
  };
}

function verdictsOf(request: DetectRequest): Promise<Verdicts> {
  const { model } = request;
  if (model === undefined) return byMedian(request);
  return isModelFile(model) ? byFile(request, model) : byModel(request, model);
}

async function byFile({ input, features, threshold, falseAlarmsPerDay }: DetectRequest, file: string): Promise<Verdicts> {
  const table = readSeries(input, features);
  const { judged, tail } = await judgeByFile(file, table, falseAlarmsPerDay);
  return { judged, series: table.series.length, by: 'file', threshold: threshold ?? tail.threshold, tail };
}

async function byMedian({ input, features, threshold = robustDefaults.threshold }: DetectRequest): Promise<Verdicts> {
  const table = readSeries(input, features);
  return { judged: judgeRobustly(table, threshold), series: table.series.length, by: 'median', threshold };
}

async function byModel({ input, ...request }: DetectRequest, modelDir: string): Promise<Verdicts> {
  const open = await openModel(modelDir);
  try {
    const { metadata } = open;
    if (!metadata.tail)
      throw new CoreError('model-refused', `the model in ${modelDir} was trained to ${metadata.task}; train one with --task anomaly`);
    if (!metadata.skill.use)
      throw new CoreError(
        'model-refused',
        `the model in ${modelDir} is marked "use": false (${metadata.skill.verdict}); leave out --model`,
      );
    const threshold = request.threshold ?? metadata.tail.threshold;
    const table = fittingTable(metadata, readSeries(input));
    const judged = await judgeByModel(open, table, threshold);
    return { judged, series: table.series.length, by: metadata.model, threshold, tail: metadata.tail };
  } finally {
    await open.thread.close();
  }
}
