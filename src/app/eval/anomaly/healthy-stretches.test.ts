import { describe, expect, it } from 'vitest';
import type { Detection } from './detection.ts';
import { budgetKept, healthyFigures, healthyStretches } from './healthy-stretches.ts';
import { type AnomalyData, type LabelledSeries, rulesByStep } from './labelled-series.ts';

const DAY_STEPS = 1_440;

/** Two days of a series at one minute, the second scored. */
function series(changes: Partial<LabelledSeries> = {}): LabelledSeries {
  const length = 2 * DAY_STEPS;
  const at = Float64Array.from({ length }, (_, i) => i * 60_000);
  const dims = changes.dims ?? 1;
  const values = Float64Array.from({ length: length * dims }, (_, cell) => Math.sin(cell * cell));
  return { name: 'a', stepMs: 60_000, at, dims, values, labels: new Uint8Array(length), scoredFrom: DAY_STEPS, ...changes };
}

/** Alarms at some samples. */
function alarmsAt(...samples: readonly number[]): Detection {
  const alarms = new Uint8Array(2 * DAY_STEPS);
  for (const sample of samples) alarms[sample] = 1;
  return { scores: Float64Array.from(alarms), alarms };
}

const labelled = new Uint8Array(2 * DAY_STEPS).fill(1, DAY_STEPS + 100, DAY_STEPS + 110);

function data(changes: Partial<AnomalyData> = {}): AnomalyData {
  return { layout: 'made', series: [], rules: rulesByStep, ...changes };
}

describe('the healthy stretches', () => {
  it('are the scored parts of the series without a label', () => {
    const heard = [
      { series: series(), ours: alarmsAt(5, DAY_STEPS + 5, DAY_STEPS + 500) },
      { series: series({ labels: labelled }), ours: alarmsAt(DAY_STEPS + 5) },
    ];
    expect(healthyStretches(data(), heard)).toEqual([{ detector: 'spike-dip', days: 1, falseAlarms: 2 }]);
  });

  it('are what comes before the scored part where that is known to be healthy, with each metric by itself', () => {
    const heard = [{ series: series({ dims: 2, labels: labelled }), ours: alarmsAt(5, 500, DAY_STEPS + 5) }];
    const stretches = healthyStretches(data({ isWarmUpHealthy: true }), heard);
    expect(stretches.map(({ detector, days }) => [detector, days])).toEqual([
      ['multi-metric', 1],
      ['spike-dip', 1],
      ['spike-dip', 1],
    ]);
    expect(stretches[0]?.falseAlarms).toBe(2);
  });

  it('are none where nothing comes before', () => {
    expect(healthyStretches(data({ isWarmUpHealthy: true }), [{ series: series({ scoredFrom: 0 }), ours: alarmsAt() }])).toEqual([]);
  });

  it('are weighed by their length, and held against the budget', () => {
    const stretches = [
      { detector: 'spike-dip', days: 1, falseAlarms: 4 },
      { detector: 'spike-dip', days: 9, falseAlarms: 1 },
    ];
    expect(healthyFigures(stretches)).toEqual({ falseAlarmsPerDay: 0.5 });
    expect(budgetKept('spike-dip', stretches)).toMatch(/on 2 healthy series: 0\.50 false alarms .* in 10 days, budget 1: met$/);
    expect(budgetKept('spike-dip', stretches.slice(0, 1))).toMatch(/4\.00 .*: not met$/);
  });
});
