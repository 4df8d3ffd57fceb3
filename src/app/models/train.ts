import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CoreError } from '../../core/errors.ts';
import { lossPlot } from './loss-plot.ts';
import { readSeries } from './read-series.ts';
import { type SequenceReport, type SequenceRequest, trainSequence } from './train-sequence.ts';

/** What `train` is asked for. */
export interface TrainRequest extends Omit<SequenceRequest, 'table'> {
  readonly input: string;
  /** All numeric columns when missing. */
  readonly features?: readonly string[];
}

/** What came of a training, and what else there is to say about it. */
export interface TrainReport extends SequenceReport {
  readonly file: string;
  readonly features: readonly string[];
  readonly series: number;
  readonly rowsDropped: Readonly<Record<string, number>>;
  readonly outputDir: string;
  /** Where the losses are drawn, or why they are not. */
  readonly plot: { readonly file: string } | { readonly missing: string };
}

/** Trains a sequence model from a CSV, and writes model.onnx, model.json and loss.png. Throws `bad-usage` for a file that cannot be learnt from. */
export async function train({ input, features, ...request }: TrainRequest): Promise<TrainReport> {
  const table = readSeries(input, features);
  const report = await trainSequence({ ...request, table });
  return {
    ...report,
    file: input,
    features: table.features,
    series: table.series.length,
    rowsDropped: table.dropped,
    outputDir: request.outputDir,
    plot: await drawn(report, join(request.outputDir, 'loss.png')),
  };
}

/** A plot is nice to have: without its packages the model stands, and the report says what is missing. */
async function drawn({ metadata }: SequenceReport, file: string): Promise<TrainReport['plot']> {
  if (!metadata) return { missing: 'nothing was trained' };
  try {
    writeFileSync(file, await lossPlot(metadata));
    return { file };
  } catch (error) {
    if (error instanceof CoreError && error.code === 'package-missing') return { missing: error.message };
    throw error;
  }
}
