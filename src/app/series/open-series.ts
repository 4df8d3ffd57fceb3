import { openRecorder } from '../../adapters/sources/replay/recorder.ts';
import type { SeriesDetector } from '../../core/plugins.ts';
import type { Clock, ClusterReader, Logger } from '../../core/ports.ts';
import type { Config } from '../config.ts';
import type { AllSources } from './all-sources.ts';
import { type SeriesDesk, seriesDesk } from './series-desk.ts';
import { seriesHistory } from './series-history.ts';

/** What the series are opened with. */
export interface OpenSeriesParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly cluster: Pick<ClusterReader, 'objects'>;
  readonly sources: Omit<AllSources, 'close'>;
  readonly detectors: readonly SeriesDetector[];
}

/** Opens the desk of the series with its history and recorder; undefined, and nothing is opened, where no source is configured. */
export function openSeries({ stateDir, series }: Pick<Config, 'stateDir' | 'series'>, parts: OpenSeriesParts): SeriesDesk | undefined {
  const { sources, detectors, ...rest } = parts;
  const { signals, past } = sources;
  const { retentionMs, record, capacity, ...settings } = series;
  if (signals.length === 0) {
    if (record !== undefined) rest.log.warn('nothing is recorded: no source is configured', { file: record });
    return undefined;
  }
  const { windowMs } = settings;
  const history = retentionMs > 0 ? seriesHistory({ stateDir, retentionMs, windowMs, clock: rest.clock, log: rest.log }) : undefined;
  const recorder = record === undefined ? undefined : openRecorder(record, rest.log);
  return seriesDesk({
    ...{ ...rest, capacity, sources: signals, options: { ...settings, detectors } },
    ...(past && { past }),
    ...(history && { history }),
    ...(recorder && { recorder }),
  });
}
