import { anchorValue } from '../../learning/graphs/window-anchor.ts';
import type { Judged } from './anomalies.ts';
import { anomalyScores, STILL_FLOOR } from './anomaly-scores.ts';
import { changesFrom, errorsOf } from './forecaster.ts';
import type { OpenModel } from './open-model.ts';
import { scaled } from './scaler.ts';
import type { SeriesTable } from './series-table.ts';
import { cutWindows } from './windows.ts';

/** All windows belong to one part. */
const NO_BORDERS = { training: Number.POSITIVE_INFINITY, watching: Number.POSITIVE_INFINITY };

/**
 * How far each row lies from what a learned model forecast for it, all features together: the score stands with the feature that is
 * furthest off, and for the others it is 0. Rows without a whole window before them have none.
 */
export async function judgeByModel({ metadata, model }: OpenModel, table: SeriesTable, threshold: number): Promise<readonly Judged[]> {
  const { window, features, scaler } = metadata;
  const count = features.length;
  const shape = { window, horizon: 1, features: count };
  const windows = cutWindows(table, shape, NO_BORDERS);
  const starts = windows.starts.training;
  const rows = { shape, scaler, values: scaled(windows.rows, scaler) };
  const changes = await changesFrom(model, rows, starts);
  const errors = errorsOf(rows, starts, changes);
  const usual = errors.restlessness.map((restlessness) => restlessness + STILL_FLOOR);
  const unitOf = (feature: number) => metadata.tail?.units?.[feature] ?? 1;
  const blank = () => new Float64Array(windows.rows.length).fill(Number.NaN);
  const told = { expected: blank(), tolerance: blank(), scores: blank() };
  for (const [n, score] of anomalyScores(errors, metadata.tail?.units).entries()) {
    const places = Array.from({ length: count }, (_, feature) => n * count + feature);
    const offBy = (place: number) => Math.abs(errors.errors[place] ?? 0) / ((usual[place] ?? 1) * unitOf(place % count));
    const furthest = places.reduce((best, place) => (offBy(place) > offBy(best) ? place : best));
    for (const [feature, place] of places.entries()) {
      const unit = (scaler.spread[feature] ?? 1) / (scaler.gains[feature] ?? 1);
      const start = starts[n] ?? 0;
      const cell = (start + window) * count + feature;
      const from = anchorValue(windows.rows, { start, window, features: count, feature }, scaler.anchors[feature] ?? 'last');
      told.expected[cell] = from + (changes[place] ?? Number.NaN) * unit;
      told.tolerance[cell] = threshold * unitOf(feature) * (usual[place] ?? Number.NaN) * unit;
      told.scores[cell] = place === furthest ? score : 0;
    }
  }
  return table.series.flatMap((series, which) =>
    features.map((feature, column) => {
      const first = windows.firstRow[which] ?? 0;
      const cut = (of: Float64Array) => series.at.map((_, row) => of[(first + row) * count + column] ?? Number.NaN);
      const values = cut(windows.rows);
      return {
        series: series.name,
        feature,
        at: series.at,
        values,
        expected: cut(told.expected),
        tolerance: cut(told.tolerance),
        scores: cut(told.scores),
      };
    }),
  );
}
