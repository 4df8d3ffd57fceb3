import type { Outlook } from '../../core/model/reading.ts';
import type { Forecasts } from './forecasts.ts';
import { riskOf } from './risk.ts';
import type { SaturationRule } from './saturation-rule.ts';
import { climbOf } from './steady-climb.ts';

/** What is kept of one series that is watched for saturation. Counts are of steps in a row. */
export interface SaturationFollow {
  /** The last values, oldest first, and the highest upper ends of what was foretold with them; a gap empties both. */
  readonly window: number[];
  readonly uppers: number[];
  current: number;
  ahead: Ahead | undefined;
  foretold: number;
  full: number;
  calm: number;
  firing: boolean;
}

/** The highest point of a forecast with its interval, and the first step ahead (from 1) at which even its lower end is at the limit. */
interface Ahead {
  readonly lower: number;
  readonly point: number;
  readonly upper: number;
  readonly reached: number | undefined;
}

/** Nothing is known yet. */
export function newFollow(): SaturationFollow {
  return { window: [], uppers: [], current: Number.NaN, ahead: undefined, foretold: 0, full: 0, calm: 0, firing: false };
}

/** Takes the next value. A gap ends every row of steps, and nothing is invented for it. */
export function takeValue(follow: SaturationFollow, value: number, { windowSteps, limit }: SaturationRule): void {
  follow.current = value;
  follow.ahead = undefined;
  if (Number.isNaN(value)) {
    follow.window.length = 0;
    follow.uppers.length = 0;
    Object.assign(follow, { foretold: 0, full: 0, calm: 0 });
    return;
  }
  follow.window.push(value);
  if (follow.window.length > windowSteps) follow.window.shift();
  follow.full = value >= limit ? follow.full + 1 : 0;
}

/** Takes the forecast from the last value: of a steady climb its own, else the forecaster's; none while the window is not full. */
export function takeForecast(follow: SaturationFollow, forecasts: Forecasts, rule: SaturationRule): void {
  const { windowSteps, horizon, climb, trivial, limit } = rule;
  if (follow.window.length < windowSteps) return;
  const line = climbOf(Float64Array.from(follow.window), horizon, climb);
  const { point, lower, upper } = line ?? forecasts;
  if (Number.isNaN(point[0] ?? Number.NaN)) return;
  const peak = point.reduce((best, value, step) => (value > (point[best] ?? Number.NaN) ? step : best), 0);
  const risk = riskOf(follow.current, { point, lower }, { trivial, rise: Number.POSITIVE_INFINITY, limit });
  const at = (values: Float64Array) => values[peak] ?? Number.NaN;
  follow.ahead = { lower: at(lower), point: at(point), upper: at(upper), reached: risk?.step };
}

/** Ends the step: whether it fires now. */
export function judge(follow: SaturationFollow, { foretoldSteps, fullSteps, calmSteps, leave }: SaturationRule): void {
  const { current, ahead, full } = follow;
  if (Number.isNaN(current)) return;
  const isForetold = ahead?.reached !== undefined;
  follow.foretold = isForetold ? follow.foretold + 1 : 0;
  follow.calm = isForetold || full > 0 || current >= leave ? 0 : follow.calm + 1;
  if (follow.foretold >= foretoldSteps || full >= fullSteps) follow.firing = true;
  else if (follow.calm >= calmSteps) follow.firing = false;
}

/** Keeps the highest of what the series may reach; of one that is not forecast, the highest of its window. */
export function holdUpper(follow: SaturationFollow, most: number): void {
  const { uppers, ahead, window, current } = follow;
  if (Number.isNaN(current)) return;
  uppers.push(Math.max(current, ahead?.upper ?? Math.max(...window)));
  if (uppers.length > most) uppers.shift();
}

/** Where the series is going, 0 ms ahead where it is not forecast; undefined while it is not heard of. */
export function outlookOf({ current, ahead, uppers }: SaturationFollow, horizon: number, stepMs: number): Outlook | undefined {
  if (Number.isNaN(current)) return undefined;
  const { lower, point, upper, reached } = ahead ?? { lower: current, point: current, upper: current, reached: undefined };
  return {
    ...{ current, lower, point, upper, aheadMs: ahead ? horizon * stepMs : 0 },
    ...(reached !== undefined && { inMs: reached * stepMs }),
    ...{ heldUpper: Math.max(...uppers), heldMs: uppers.length * stepMs },
  };
}

/** Why it fires: how full it is, and when it will be full, with the interval. */
export function saturationWords({ current, ahead, full }: SaturationFollow, { limit }: SaturationRule, stepMs: number): string {
  const now = `${percent(current)} of the capacity is used`;
  if (full > 0) return `${now}, and ${percent(limit)} or more has been for ${span(full * stepMs)}`;
  if (ahead?.reached === undefined) return now;
  const { lower, point, upper, reached } = ahead;
  const forecast = `${percent(point)}, 80 % interval ${percent(lower)} to ${percent(upper)}`;
  return `${now}, and ${percent(limit)} will be in ${span(reached * stepMs)}, even at the lower end of the forecast (which goes to ${forecast})`;
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

function span(ms: number): string {
  return ms < 120_000 ? `${Math.round(ms / 1_000)} s` : `${Math.round(ms / 60_000)} min`;
}
