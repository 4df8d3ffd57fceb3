import type { MonitorShape, SeriesMonitor } from '../../core/plugins.ts';
import { type Judge, perSlotMonitor, STAY } from './per-slot-monitor.ts';
import { recentSamples, requestsIn, type TimedSample } from './recent-samples.ts';
import { wilsonBounds } from './wilson-bounds.ts';

const MINUTE_MS = 60_000;

/** All constants of the monitor for errors. */
export const errorRateDefaults = {
  /** Requests of so long are judged together. */
  windowMs: 5 * MINUTE_MS,
  /** So long it does not fire: what fails from the start on is taken for usual, and while it does nobody knows. */
  learningMs: 60 * MINUTE_MS,
  /** After so long a past request counts half in what is usual. */
  halfLifeMs: 6 * 60 * MINUTE_MS,
  /** The least share of errors that fires, and the least multiple of the usual one. */
  atLeast: 0.01,
  times: 3,
  /** Where so much fails as a rule, half of what still succeeds must fail in addition. */
  remaining: 0.5,
  /** Fewer requests, or fewer failed ones, are no ground to say anything bad. */
  requests: 50,
  errors: 5,
  /** How sure it must be that the share is as large as that, in standard errors. */
  sigmas: 3,
} as const;

/**
 * Follows the share of requests that fail. Dims: share, requests per second. Fires when the lower end of the interval of the share over
 * the last minutes is above what is usual for the series by far, so that few requests say little.
 */
export function createErrorRateMonitor(shape: MonitorShape): SeriesMonitor {
  return perSlotMonitor(shape, () => errorJudge(shape.stepMs));
}

function errorJudge(stepMs: number): Judge {
  const d = errorRateDefaults;
  const recent = recentSamples({ windowMs: d.windowMs, stepMs });
  const usual = usualShare();
  let since = Number.NaN;
  let isBad = false;
  let said = { share: 0, low: 0, limit: 0, requests: 0 };

  function judge(): number {
    const held = recent.held();
    const [requests, errors] = [requestsIn(held), errorsIn(held)];
    const share = usual.share();
    const limit = Math.max(d.atLeast, Math.min(d.times * share, share + d.remaining * (1 - share)));
    said = { share: errors / requests, low: wilsonBounds(errors, requests, d.sigmas).low, limit, requests };
    return requests < d.requests || errors < d.errors ? 0 : said.low / limit;
  }
  /** What leaves the window is learnt, unless it was bad. */
  function hear(at: number, share: number, perSecond: number): void {
    if (Number.isNaN(since)) since = at;
    const left = recent.push(at, share, perSecond);
    usual.fade(at);
    if (!isBad) usual.learn(left);
  }
  return {
    take(at, [told = Number.NaN, perSecond = Number.NaN]) {
      const share = perSecond === 0 ? 0 : told;
      if (Number.isNaN(share + perSecond)) return Number.NaN;
      hear(at, share, perSecond);
      if (requestsIn(recent.held()) === 0) return Number.NaN;
      const score = judge();
      if (at - since < d.learningMs) return at > since && score > 0 && said.low >= d.atLeast ? Number.NaN : 0;
      isBad = score >= (isBad ? STAY : 1);
      return score;
    },
    describe: () =>
      `${percent(said.share)} of the last ${Math.round(said.requests)} requests failed ` +
      `(surely ${percent(said.low)}; usually ${percent(usual.share())}; it fires above ${percent(said.limit)})`,
  };
}

/** The share of all requests that failed; a past one counts half after the half-life. */
function usualShare() {
  let [all, failed, last] = [0, 0, Number.NaN];
  return {
    fade(at: number) {
      const factor = Number.isNaN(last) ? 1 : 0.5 ** ((at - last) / errorRateDefaults.halfLifeMs);
      [all, failed, last] = [factor * all, factor * failed, at];
    },
    learn(samples: readonly TimedSample[]) {
      all += requestsIn(samples);
      failed += errorsIn(samples);
    },
    share: () => (all > 0 ? failed / all : 0),
  };
}

function errorsIn(samples: readonly TimedSample[]): number {
  return samples.reduce((sum, { value, perSecond, forMs }) => sum + (value * perSecond * forMs) / 1000, 0);
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`;
}
