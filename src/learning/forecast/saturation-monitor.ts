import type { MonitorShape, SeriesMonitor } from '../../core/plugins.ts';
import { widened, widenedMarks } from '../anomaly/widened.ts';
import { openForecaster } from './forecaster.ts';
import { forecastOf } from './risk.ts';
import {
  holdUpper,
  judge,
  newFollow,
  outlookOf,
  type SaturationFollow,
  saturationWords,
  takeForecast,
  takeValue,
} from './saturation-follow.ts';
import { type SaturationRule, saturationRule } from './saturation-rule.ts';

/**
 * Follows shares of capacity. Fires while even the lower end of a forecast reaches the limit, or while the share has been there for some
 * steps. Only what is not idle is forecast, so many series at most in one step: about 20 microseconds each.
 */
export function createSaturationMonitor({ slots, stepMs }: MonitorShape, rule: SaturationRule = saturationRule): SeriesMonitor {
  const { windowSteps, horizon } = rule;
  const forecaster = openForecaster({ windowSteps, horizon, mostRows: 0, random: () => 0 });
  const follows: SaturationFollow[] = [];
  let scores = new Float64Array(0);
  let firing = new Uint8Array(0);
  let first = 0;

  /** The slots whose turn it is: all that are not idle, if there are not too many. */
  function dueSlots(): ReadonlySet<number> {
    const busy = follows.flatMap(({ current }, slot) => (current >= rule.trivial ? [slot] : []));
    const from = busy.length > rule.mostPerStep ? first % busy.length : 0;
    first = from + rule.mostPerStep;
    return new Set([...busy.slice(from), ...busy.slice(0, from)].slice(0, rule.mostPerStep));
  }
  function forecast(): void {
    const due = dueSlots();
    if (due.size === 0) return;
    const forecasts = forecaster.forecastAtOnce((slot) => due.has(slot));
    for (const slot of due) takeForecast(followOf(slot), forecastOf(forecasts, slot, horizon), rule);
  }
  function followOf(slot: number): SaturationFollow {
    return follows[slot] ?? newFollow();
  }
  function grow(room: number): void {
    forecaster.grow(room);
    while (follows.length < room) follows.push(newFollow());
    scores = widened(scores, room).fill(Number.NaN, scores.length);
    firing = widenedMarks(firing, room);
  }
  grow(slots);
  return {
    get scores() {
      return scores;
    },
    get firing() {
      return firing;
    },
    step(_at, values) {
      forecaster.step(values);
      for (const [slot, follow] of follows.entries()) takeValue(follow, values[slot] ?? Number.NaN, rule);
      forecast();
      for (const [slot, follow] of follows.entries()) {
        judge(follow, rule);
        holdUpper(follow, Math.ceil(rule.heldMs / stepMs));
        scores[slot] = Math.max(follow.current, Math.min(1, follow.ahead?.lower ?? 0)) / rule.limit;
        firing[slot] = Number(follow.firing);
      }
    },
    describe: (slot) => saturationWords(followOf(slot), rule, stepMs),
    outlook: (slot) => outlookOf(followOf(slot), horizon, stepMs),
    forget(slot) {
      forecaster.forget(slot);
      follows[slot] = newFollow();
      scores[slot] = Number.NaN;
      firing[slot] = 0;
    },
    grow,
  };
}
