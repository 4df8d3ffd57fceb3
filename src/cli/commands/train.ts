import colors from 'picocolors';
import { type TrainReport, type TrainRequest, train } from '../../app/models/train.ts';
import { type PodFailureReport, trainPodFailure } from '../../app/models/train-pod-failure.ts';
import { numberOf } from '../number-of.ts';
import { type Form, print, table } from '../print.ts';

interface TrainFlags {
  readonly task: TrainRequest['task'] | 'pod-failure';
  readonly input: string;
  readonly output: string;
  readonly model: TrainRequest['model'];
  readonly features?: string;
  readonly window: string;
  readonly horizon: string;
  readonly epochs: string;
  readonly seed: string;
  readonly falseAlarms: string;
}

/** `train`: learns a model from a CSV and says what it is worth. A model without skill is an answer, not a failure. */
export async function trainModel(output: Form, flags: TrainFlags): Promise<void> {
  const { task } = flags;
  if (task === 'pod-failure') {
    const told = await trainPodFailure(flags.input, flags.output);
    return print(output, told, () => failureText(told));
  }
  const isWatched = process.stderr.isTTY === true;
  const whole = (name: 'window' | 'horizon' | 'epochs' | 'seed', range: readonly [number, number]) =>
    Math.floor(numberOf(flags[name], `--${name}`, range));
  const report = await train({
    input: flags.input,
    task,
    model: flags.model,
    outputDir: flags.output,
    window: whole('window', [2, 1_000]),
    horizon: whole('horizon', [1, 1_000]),
    epochs: whole('epochs', [1, 10_000]),
    seed: whole('seed', [0, 2 ** 32 - 1]),
    falseAlarmsPerDay: numberOf(flags.falseAlarms, '--false-alarms', [1e-6, 1e6]),
    ...(flags.features === undefined ? {} : { features: flags.features.split(',').map((name) => name.trim()) }),
    ...(isWatched ? { onEpoch: showProgress } : {}),
  });
  if (isWatched) process.stderr.write('\r\x1b[K');
  print(output, report, () => textOf(report));
}

function failureText({ use, evidence, reportFile }: PodFailureReport): string {
  const answer = use ? 'skill' : 'no skill: nothing will use this';
  return [...evidence, '', colors.bold(answer), `${reportFile} is written.`].join('\n');
}

const BAR = 24;

function showProgress({ number, of, training, watching }: Parameters<NonNullable<TrainRequest['onEpoch']>>[0]): void {
  const done = Math.round((number / of) * BAR);
  const bar = `${'█'.repeat(done)}${'░'.repeat(BAR - done)}`;
  process.stderr.write(`\r\x1b[K${bar} epoch ${number} of ${of}, loss ${training.toFixed(4)}, watched ${watching.toFixed(4)}`);
}

function textOf({ skill, metadata, windows, skipped, outputDir, plot, ...report }: TrainReport): string {
  const left = Object.entries({ ...report.rowsDropped, ...skipped }).filter(([, count]) => count > 0);
  const read = [
    `${report.series} series of ${report.features.length} features: ${report.features.join(', ')}`,
    `windows: ${windows.training} to learn from, ${windows.watching} to stop by, ${windows.heldOut} held out (the newest)`,
    ...(left.length > 0 ? [`left out: ${left.map(([why, count]) => `${count} ${why}`).join(', ')}`] : []),
  ];
  if (!metadata) return [...read, '', colors.bold(skill.verdict), 'Nothing was written.'].join('\n');
  const { losses, bestEpoch } = metadata.training;
  const worth = Object.entries(skill.baselines).map(([name, { error, ratio, interval95 }]) => [
    name,
    figure(error),
    figure(ratio),
    interval95.map(figure).join(' - '),
  ]);
  return [
    ...read,
    `${losses.length} epochs, the best was ${bestEpoch}; ${'file' in plot ? `losses drawn in ${plot.file}` : `no plot: ${plot.missing}`}`,
    '',
    table(['HELD OUT', 'ERROR', `${metadata.model.toUpperCase()} / IT`, '95 %'], [[metadata.model, figure(skill.error), '', ''], ...worth]),
    '',
    ...outlook(metadata),
    colors.bold(skill.verdict),
    skill.use
      ? `${outputDir}/model.onnx and model.json are written.`
      : `${outputDir}/model.onnx and model.json are written, marked "use": false: nothing will use this model.`,
  ].join('\n');
}

function outlook({ interval, tail }: NonNullable<TrainReport['metadata']>): string[] {
  if (!tail) return [`${Math.round(interval.level * 100)} % intervals held ${figure(interval.coverage)} of the held-out values`];
  const { falseAlarmsPerDay, threshold, alarmsPerDay } = tail;
  return [
    `alarm from score ${figure(threshold)} on, for ${falseAlarmsPerDay} false alarms a day and series; ${figure(alarmsPerDay)} alarms a day and series in the held-out time`,
  ];
}

function figure(value: number | null): string {
  return value === null ? '-' : value.toFixed(3);
}
