import type { Detection } from './detection.ts';
import type { LabelledSeries } from './labelled-series.ts';

/** A series, or a part of a system's time, and what was said of it. */
export interface Slice {
  readonly series: LabelledSeries;
  readonly ours: Detection;
  readonly theirs: Readonly<Record<string, Detection>>;
}

const SLICE_MS = 3 * 3_600_000;

/** Steps of the same length since an instant. */
interface Frame {
  readonly from: number;
  readonly stepMs: number;
  readonly length: number;
}

/**
 * Series of one system as one: an alarm or label of any is one of all, the score is the highest. Cut into pieces of three hours, over
 * which a bootstrap can draw. Samples belong together by their step.
 */
export function systemSlices(heard: readonly Slice[]): readonly Slice[] {
  const stepMs = heard[0]?.series.stepMs ?? 1;
  const from = Math.min(...heard.map(({ series }) => series.at[series.scoredFrom] ?? 0));
  const to = Math.max(...heard.map(({ series }) => series.at.at(-1) ?? 0));
  const frame = { from, stepMs, length: Math.floor((to - from) / stepMs) + 1 };
  const theirs = Object.keys(heard[0]?.theirs ?? {}).map(
    (method) => [method, saidOfAll(heard, frame, (one) => one.theirs[method])] as const,
  );
  const whole = {
    series: seriesOf(heard, frame),
    ours: saidOfAll(heard, frame, (one) => one.ours),
    theirs: Object.fromEntries(theirs),
  };
  const size = Math.round(SLICE_MS / stepMs);
  return Array.from({ length: Math.ceil(frame.length / size) }, (_, n) => cut(whole, n * size, (n + 1) * size));
}

function stepOf(frame: Frame, series: LabelledSeries, i: number): number {
  return Math.floor(((series.at[i] ?? 0) - frame.from) / frame.stepMs);
}

function seriesOf(heard: readonly Slice[], frame: Frame): LabelledSeries {
  const labels = new Uint8Array(frame.length);
  for (const { series } of heard)
    for (let i = series.scoredFrom; i < series.at.length; i++) if (series.labels[i] === 1) labels[stepOf(frame, series, i)] = 1;
  const at = Float64Array.from(labels, (_, step) => frame.from + step * frame.stepMs);
  return { name: 'system', stepMs: frame.stepMs, at, dims: 1, values: Float64Array.from(labels), labels, scoredFrom: 0 };
}

function saidOfAll(heard: readonly Slice[], frame: Frame, pick: (one: Slice) => Detection | undefined): Detection {
  const scores = new Float64Array(frame.length);
  const alarms = new Uint8Array(frame.length);
  for (const one of heard) {
    const said = pick(one);
    for (let i = one.series.scoredFrom; i < one.series.at.length; i++) {
      const step = stepOf(frame, one.series, i);
      scores[step] = Math.max(scores[step] ?? 0, said?.scores[i] || 0);
      if (said?.alarms[i] === 1) alarms[step] = 1;
    }
  }
  return { scores, alarms };
}

function cut({ series, ours, theirs }: Slice, from: number, to: number): Slice {
  const at = series.at.subarray(from, to);
  const name = `from ${new Date(at[0] ?? 0).toISOString()}`;
  const part = ({ scores, alarms }: Detection) => ({ scores: scores.subarray(from, to), alarms: alarms.subarray(from, to) });
  return {
    series: { ...series, name, at, values: series.values.subarray(from, to), labels: series.labels.subarray(from, to) },
    ours: part(ours),
    theirs: Object.fromEntries(Object.entries(theirs).map(([method, said]) => [method, part(said)])),
  };
}
