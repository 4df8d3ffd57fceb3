import type { Detection } from './detection.ts';
import type { LabelledSeries } from './labelled-series.ts';
import { bestNabThreshold, type NabSum, nabSum } from './nab-score.ts';

/** What one method said of one series. */
export interface Said {
  readonly series: LabelledSeries;
  readonly said: Detection;
}

/** What a method's alarms come to, by file: with its own threshold, and with the best one for all files. */
export function nabSumsOf(all: readonly Said[]): readonly { readonly own: NabSum; readonly best: NabSum }[] {
  const files = all.map(({ series, said }) => ({ scores: said.scores, windows: series.labels }));
  const threshold = bestNabThreshold(files);
  return files.map((file) => ({ own: nabSum(file, 1), best: nabSum(file, threshold) }));
}
