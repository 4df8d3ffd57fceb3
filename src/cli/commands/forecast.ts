import { type FileForecast, type ForecastRequest, forecastFile } from '../../app/models/forecast-file.ts';
import { type Form, figure, print, table } from '../print.ts';

interface ForecastFlags {
  readonly model?: string;
  readonly input: string;
  readonly output?: string;
}

/** More rows are for a file. */
const SHOWN = 40;

/** `forecast`: what comes next in each series of a CSV, by what did best on it of late; a model that `train` wrote may take part. */
export async function forecast(form: Form, { model, input, output }: ForecastFlags): Promise<void> {
  const request: ForecastRequest = {
    input,
    ...(model === undefined ? {} : { modelDir: model }),
    ...(output === undefined ? {} : { output }),
  };
  const told = await forecastFile(request);
  print(form, told, () => textOf(told, output));
}

function textOf({ points, level, coverage, verdict, leftOut }: FileForecast, output: string | undefined): string {
  const rows = points
    .slice(0, SHOWN)
    .map(({ series, feature, at, point, lower, upper }) => [
      new Date(at).toISOString().replace('.000Z', 'Z'),
      series,
      feature,
      figure(point),
      `${figure(lower)} - ${figure(upper)}`,
    ]);
  const more = points.length - rows.length;
  const measured = coverage === null ? 'not measured' : `measured ${Math.round(100 * coverage)} %`;
  return [
    table(['TIME', 'SERIES', 'FEATURE', 'FORECAST', `${Math.round(100 * level)} % INTERVAL`], rows),
    ...(more > 0 ? [`… and ${more} more; --output FILE writes all`] : []),
    '',
    `${verdict}; intervals ${measured}`,
    ...(leftOut.length > 0
      ? [`${leftOut.length} series without a whole window at their end: ${leftOut.slice(0, 5).join(', ')}${leftOut.length > 5 ? ' …' : ''}`]
      : []),
    ...(output === undefined ? [] : [`${points.length} rows are written to ${output}.`]),
  ].join('\n');
}
