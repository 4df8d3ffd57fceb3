import { multiMetric } from '../../detectors/series/multi-metric.ts';
import { spikeDip } from '../../detectors/series/spike-dip.ts';
import { multiDefaults } from '../../learning/anomaly/multi-monitor.ts';
import { spikeDefaults } from '../../learning/anomaly/spike-monitor.ts';
import { alarmed, simpleBaselines } from './anomaly/baselines.ts';
import { type Detection, detect } from './anomaly/detection.ts';
import { halfOf } from './anomaly/half-of.ts';
import { budgetKept, type HealthyStretch, healthyFigures, healthyStretches } from './anomaly/healthy-stretches.ts';
import { jointBaselines } from './anomaly/joint-baselines.ts';
import type { AnomalyData, LabelledSeries } from './anomaly/labelled-series.ts';
import { anomalyData } from './anomaly/layouts/index.ts';
import { nabSumsOf, type Said } from './anomaly/nab-sums.ts';
import { figuresOf, type Outcome, outcomeOf } from './anomaly/outcome.ts';
import { skillOf } from './anomaly/skill.ts';
import { type Slice, systemSlices } from './anomaly/system-slices.ts';
import { summaryOf } from './summary.ts';
import type { EvaluationInput, EvaluationTask, Findings } from './task.ts';

const OURS = 'kubemend';

/** What all methods said of one series, and what ours cost. */
interface Heard extends Slice {
  readonly cpuMs: number;
}

/** What all methods came to on one series. */
interface Case {
  readonly name: string;
  readonly ours: Outcome;
  readonly theirs: Readonly<Record<string, Outcome>>;
}

/** How well anomalies of metrics are found, and how often an alarm is false, with one configuration for all series. */
export const anomaly: EvaluationTask = {
  name: 'anomaly',
  about: 'anomalies of metrics, on labelled series in several layouts: Event-F1, false alarms per day, VUS-PR, NAB score',
  async evaluate(input) {
    const data = anomalyData(input.dataDir, input.limit);
    const heard = data.series.map((series, n) => {
      input.onProgress({ name: series.name, number: n + 1, of: data.series.length });
      return hear(series, input.cpuMs);
    });
    return findingsOf(data, heard, input);
  },
};

function hear(series: LabelledSeries, cpuMs: () => number): Heard {
  const startedAt = cpuMs();
  const ours = detect(series.dims === 1 ? spikeDip : multiMetric, series);
  const spentMs = cpuMs() - startedAt;
  const baselines = series.dims === 1 ? simpleBaselines : jointBaselines;
  return { series, ours, theirs: mapValues(baselines, (oddness) => alarmed(oddness(series), series.stepMs)), cpuMs: spentMs };
}

function findingsOf(data: AnomalyData, heard: readonly Heard[], { newRandom }: EvaluationInput): Findings {
  const cases = casesOf(data, heard);
  const summary = (among: readonly Case[], pick: (one: Case) => Outcome | undefined) =>
    summaryOf(among, (sample) => figuresOf(sample.flatMap((one) => pick(one) ?? [])), newRandom());
  const skill = skillOf(heard);
  const healthy = healthyByDetector(data, heard);
  return {
    configuration: { layout: data.layout, 'spike-dip': spikeDefaults, 'multi-metric': multiDefaults },
    cases: cases.map(({ name, ours, theirs }) => ({
      name,
      metrics: figuresOf([ours]),
      baselines: mapValues(theirs, (outcome) => figuresOf([outcome])),
    })),
    ...summary(cases, (one) => one.ours),
    baselines: mapValues(cases[0]?.theirs ?? {}, (_, method) => summary(cases, (one) => one.theirs[method])),
    parts: {
      ...(!data.isOneSystem && mapValues(halvesOf(cases), (half) => summary(half, (one) => one.ours))),
      ...Object.fromEntries(
        Object.entries(healthy).map(([detector, stretches]) => [`healthy, ${detector}`, summaryOf(stretches, healthyFigures, newRandom())]),
      ),
    },
    verdict: skill.verdict,
    evidence: [
      ...skill.evidence,
      ...Object.entries(healthy).map(([detector, stretches]) => budgetKept(detector, stretches)),
      speedOf(heard),
    ],
  };
}

function casesOf({ rules, layout, isOneSystem }: AnomalyData, heard: readonly Heard[]): readonly Case[] {
  const slices = isOneSystem ? systemSlices(heard) : heard;
  const nab = layout === 'nab' ? mapValues(methodsOf(slices), nabSumsOf) : {};
  return slices.map(({ series, ours, theirs }, n) => {
    const come = (said: Detection, method: string): Outcome => {
      const sums = nab[method]?.[n];
      return { ...outcomeOf(said, series, rules(series.stepMs)), ...(sums && { nab: sums }) };
    };
    return { name: series.name, ours: come(ours, OURS), theirs: mapValues(theirs, come) };
  });
}

/** By method, what it said of each series. */
function methodsOf(slices: readonly Slice[]): Readonly<Record<string, readonly Said[]>> {
  return {
    [OURS]: slices.map(({ series, ours }) => ({ series, said: ours })),
    ...mapValues(slices[0]?.theirs ?? {}, (_, method) =>
      slices.flatMap(({ series, theirs }) => (theirs[method] ? [{ series, said: theirs[method] }] : [])),
    ),
  };
}

/** The halves that are not empty. */
function halvesOf(cases: readonly Case[]): Readonly<Record<string, readonly Case[]>> {
  const halves = Object.groupBy(cases, ({ name }) => `${halfOf(name)} half`);
  return mapValues(halves, (half) => half ?? []);
}

/** The healthy stretches, by the detector that heard them; none where everything has an event. */
function healthyByDetector(data: AnomalyData, heard: readonly Heard[]): Readonly<Record<string, readonly HealthyStretch[]>> {
  const stretches = Object.groupBy(healthyStretches(data, heard), ({ detector }) => detector);
  return mapValues(stretches, (some) => some ?? []);
}

function speedOf(heard: readonly Heard[]): string {
  const points = heard.reduce((sum, { series }) => sum + series.values.length, 0);
  const cpuMs = heard.reduce((sum, one) => sum + one.cpuMs, 0);
  return `${Math.round((points / cpuMs) * 1000).toLocaleString('en')} values per second of one core, one series at a time`;
}

function mapValues<Value, Result>(
  record: Readonly<Record<string, Value>>,
  change: (value: Value, key: string) => Result,
): Readonly<Record<string, Result>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}
