/** What one step said, and how long it stands for. */
export interface TimedSample {
  readonly at: number;
  /** Since the sample before, at most the window: sources may be slower than the steps. */
  readonly forMs: number;
  readonly value: number;
  /** Requests per second that the value is about. */
  readonly perSecond: number;
}

/** The samples of the last minutes of one series. */
export interface RecentSamples {
  /** Takes one, and gives those that are too old now. */
  push(at: number, value: number, perSecond: number): readonly TimedSample[];
  /** Those that are held now: the array belongs to the window and changes with it. */
  held(): readonly TimedSample[];
}

/** Keeps the samples that are younger than the window, by half a step: what comes every minute comes a little sooner or later. */
export function recentSamples({ windowMs, stepMs }: { readonly windowMs: number; readonly stepMs: number }): RecentSamples {
  const held: TimedSample[] = [];
  let last = Number.NaN;
  return {
    push(at, value, perSecond) {
      const forMs = Number.isNaN(last) ? stepMs : Math.min(at - last, Math.max(windowMs, stepMs));
      last = at;
      let old = 0;
      while ((held[old]?.at ?? at) <= at - windowMs + stepMs / 2) old += 1;
      held.push({ at, forMs, value, perSecond });
      return held.splice(0, old);
    },
    held: () => held,
  };
}

/** How many requests the samples stand for. */
export function requestsIn(samples: readonly TimedSample[]): number {
  return samples.reduce((sum, { perSecond, forMs }) => sum + (perSecond * forMs) / 1000, 0);
}
