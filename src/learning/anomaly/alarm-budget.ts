const DAY_MS = 86_400_000;

/** How many alarms a detector of series may give, from which its thresholds come. `kubemend eval anomaly` holds it against healthy stretches. */
export const alarmBudget = {
  /** The declared budget: so many false alarms of one series (or of one object with several metrics) on a healthy day, at most. */
  falseAlarmsPerDay: 1,
  /** The share of a series' own past alarms that is taken to be false; the rest was real trouble. */
  falseShare: 0.5,
  /** A series with few samples a day gets less: one alarm in so many samples, */
  samplesPerAlarm: 720,
  /** but never less than so many a day: else its threshold would rest on alarms that are months apart. */
  leastPerDay: 0.2,
} as const;

/** How many alarms a day the past of a series may hold, true and false ones, when its samples are `stepMs` apart. */
export function alarmsPerDay(stepMs: number): number {
  const { falseAlarmsPerDay, falseShare, samplesPerAlarm, leastPerDay } = alarmBudget;
  const most = falseAlarmsPerDay / falseShare;
  return Math.min(most, Math.max(leastPerDay, DAY_MS / stepMs / samplesPerAlarm));
}

/** The same by sample. */
export function alarmsPerSample(stepMs: number): number {
  return (alarmsPerDay(stepMs) * stepMs) / DAY_MS;
}
