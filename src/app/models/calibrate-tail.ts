import type { OnnxModel } from '../../adapters/models/onnx/open-onnx.ts';
import { anomalyScores, scoresPerDay, scoreUnits } from './anomaly-scores.ts';
import { type ErrorTail, errorTailFrom } from './error-tail.ts';
import { changesFrom, errorsOf, type ScaledRows } from './forecaster.ts';
import { peaksAbove } from './score-runs.ts';
import type { Windows } from './windows.ts';

/** What a model's alarms are set by. */
export interface Calibration {
  readonly rows: ScaledRows;
  readonly windows: Windows;
  readonly stepMs: number;
  readonly falseAlarmsPerDay: number;
}

/** More rows would cost time and tell little more. */
const MOST = 100_000;

/**
 * Sets the threshold by all time before what is held out, run by run (the time that only watched is too short for rare alarms, and errors
 * are as large where was learnt), and counts the alarms on held-out time.
 */
export async function calibrateTail(model: OnnxModel, { rows, windows, stepMs, falseAlarmsPerDay }: Calibration): Promise<ErrorTail> {
  const { training, watching, heldOut } = windows.starts;
  const before = newestOf(windows, Int32Array.from([...training, ...watching]).sort());
  const errorsAt = async (starts: Int32Array) => errorsOf(rows, starts, await changesFrom(model, rows, starts));
  const known = await errorsAt(before);
  const units = [...scoreUnits(known)];
  const perDay = scoresPerDay(stepMs);
  const tail = errorTailFrom({ scores: anomalyScores(known, units), rows: before }, { perDay, falseAlarmsPerDay });
  const after = newestOf(windows, heldOut);
  const scored = { scores: anomalyScores(await errorsAt(after), units), rows: after };
  const [alarms, days] = [peaksAbove(scored, tail.threshold).length, after.length / perDay];
  return { ...tail, units, alarmsPerDay: days > 0 ? alarms / days : null, heldOut: { alarms, days } };
}

/** The newest windows of each series, as many of each; none is left out between two others. */
function newestOf({ seriesOf }: Windows, starts: Int32Array): Int32Array {
  if (starts.length <= MOST) return starts;
  const bySeries = [...Map.groupBy(starts, (start) => seriesOf[start]).values()];
  return Int32Array.from(bySeries.flatMap((own) => own.slice(-Math.ceil(MOST / bySeries.length))));
}
