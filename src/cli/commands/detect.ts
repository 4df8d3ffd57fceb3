import colors from 'picocolors';
import { type Detection, detectInFile } from '../../app/models/detect-file.ts';
import { numberOf } from '../number-of.ts';
import { type Form, figure, print, table } from '../print.ts';

interface DetectFlags {
  readonly input: string;
  readonly model?: string;
  readonly features?: string;
  readonly threshold?: string;
  readonly plot?: string;
  readonly falseAlarms: string;
}

/** More rows are for a machine. */
const SHOWN = 25;

/** `detect`: anomalies in a CSV. Finding none is an answer. */
export async function detect(form: Form, { input, model, features, threshold, plot, falseAlarms }: DetectFlags): Promise<void> {
  const told = await detectInFile({
    input,
    falseAlarmsPerDay: numberOf(falseAlarms, '--false-alarms', [1e-6, 1e6]),
    ...(model === undefined ? {} : { model }),
    ...(features === undefined ? {} : { features: features.split(',').map((name) => name.trim()) }),
    ...(threshold === undefined ? {} : { threshold: numberOf(threshold, '--threshold', [0, 1e9]) }),
    ...(plot === undefined ? {} : { plot }),
  });
  print(form, told, () => textOf(told, plot));
}

function textOf(told: Detection, plot: string | undefined): string {
  const { anomalies, judged, series } = told;
  const rows = anomalies
    .slice(0, SHOWN)
    .map(({ worst, series: name, feature, rows: length }) => [
      new Date(worst.at).toISOString().replace('.000Z', 'Z'),
      name,
      feature,
      figure(worst.value),
      figure(worst.expected),
      figure(worst.score),
      String(length),
    ]);
  const more = anomalies.length - rows.length;
  const count = `${anomalies.length} ${anomalies.length === 1 ? 'anomaly' : 'anomalies'} in ${judged} values of ${series} series`;
  const nothing = `Nothing could be judged: in none of the ${series} series are there enough rows before another one.`;
  return [
    ...(rows.length > 0 ? [table(['TIME', 'SERIES', 'FEATURE', 'VALUE', 'USUAL', 'SCORE', 'ROWS'], rows), ''] : []),
    ...(more > 0 ? [`… and ${more} more, less odd`] : []),
    colors.bold(judged === 0 ? nothing : anomalies.length === 0 ? `No anomalies in ${judged} values of ${series} series.` : count),
    ruleOf(told),
    ...(plot === undefined ? [] : [`drawn in ${plot}`]),
  ].join('\n');
}

function ruleOf({ by, threshold, falseAlarmsPerDay }: Detection): string {
  if (by === 'median')
    return `A value is odd from ${figure(threshold)} robust standard deviations on, off the median of the rows before it.`;
  const author = by === 'file' ? 'model' : by;
  return `A row is odd from score ${figure(threshold)} of the ${author} on; its own threshold was made for ${falseAlarmsPerDay} false alarms a day and series.`;
}
