import { type OnnxModel, type OnnxThread, openOnnx } from '../../adapters/models/onnx/open-onnx.ts';
import { CoreError } from '../../core/errors.ts';
import { type Metadata, readArtefact } from './artefact.ts';
import type { SeriesTable } from './series-table.ts';

/** A model that is loaded in a thread of its own; close the thread when done. */
export interface OpenModel {
  readonly metadata: Metadata;
  readonly model: OnnxModel;
  readonly thread: OnnxThread;
}

/**
 * Loads the model of a folder that `train` wrote. Throws `model-refused` unless its two files fit each other, `package-missing` without
 * onnxruntime-node.
 */
export async function openModel(dir: string): Promise<OpenModel> {
  const { metadata, onnx } = readArtefact(dir);
  const thread = openOnnx();
  try {
    const model = await thread.load(onnx);
    const { window, horizon, features } = metadata;
    const [takes, gives] = [`${window},${features.length}`, `${horizon * features.length}`];
    const { input, output } = model.shape;
    if (`${input.slice(1)}` !== takes || `${output.slice(1)}` !== gives)
      throw new CoreError(
        'model-refused',
        `the model in ${dir} takes [${input}] and gives [${output}], ` +
          `but model.json says windows of ${takes} and ${gives} numbers; train it anew`,
      );
    return { metadata, model, thread };
  } catch (error) {
    await thread.close();
    throw error;
  }
}

/** The same for a model that forecasts. Throws `model-refused` for one of another task, and for one that is marked as without skill. */
export async function openForecastModel(dir: string): Promise<OpenModel> {
  const open = await openModel(dir);
  const { task, skill } = open.metadata;
  if (task === 'forecast' && skill.use) return open;
  await open.thread.close();
  const why =
    task === 'forecast'
      ? `is marked "use": false (${skill.verdict}); train one that has skill`
      : `was trained for ${task}; \`kubemend detect\` uses it`;
  throw new CoreError('model-refused', `the model in ${dir} ${why}`);
}

/** The columns of a table that the model has learnt. Throws `model-refused` when some are missing, or the rows lie another time apart. */
export function fittingTable({ features, stepMs }: Metadata, table: SeriesTable): SeriesTable {
  const lacking = features.filter((name) => !table.features.includes(name));
  if (lacking.length > 0)
    throw new CoreError(
      'model-refused',
      `the model needs the columns ${features.join(', ')}, and ${table.file} has no numbers in ${lacking.join(', ')}; train one on its columns`,
    );
  if (table.stepMs !== undefined && Math.abs(table.stepMs / stepMs - 1) > STEP_TOLERANCE)
    throw new CoreError(
      'model-refused',
      `the model has learnt rows ${stepMs / 1_000} s apart, and those of ${table.file} are ${table.stepMs / 1_000} s apart; ` +
        'train one on such rows',
    );
  const places = features.map((name) => table.features.indexOf(name));
  const picked = (values: Float64Array, rows: number) =>
    Float64Array.from({ length: rows * places.length }, (_, n) => {
      const place = places[n % places.length] ?? 0;
      return values[Math.floor(n / places.length) * table.features.length + place] ?? Number.NaN;
    });
  const series = table.series.map(({ name, at, values }) => ({ name, at, values: picked(values, at.length) }));
  return { ...table, features, series };
}

/** Clocks jitter, and steps are medians. */
const STEP_TOLERANCE = 0.1;
