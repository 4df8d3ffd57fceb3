import type { Kind } from '../core/model/objects.ts';
import type { Reading } from '../core/model/reading.ts';
import { resourceName } from '../core/model/resource.ts';
import { readingsAbout } from '../core/model/timeline.ts';
import type { Detector } from '../core/plugins.ts';
import { defineStateDetector, firingBy, quiet, unknown } from './define-state-detector.ts';
import { duration } from './signs/words.ts';

/** Windows end every half minute; whatever was said three minutes ago and not again says nothing any more. */
const FRESH_MS = 3 * 60_000;

/**
 * The detector that speaks for the alarms of flows, by its readings. Fires while windows say it; unknown when one said it and no flows
 * came since, for silence is no recovery; quiet for all that no alarm was about. An exporter's word comes late, so what it says first after
 * an act is not held against the act.
 */
export function defineFlowDetector(flow: {
  readonly name: string;
  readonly watches: readonly Kind[];
  readonly is: 'symptom' | 'hint';
  /** What comes between the subject and the figures: `is flooded with calls`. */
  readonly says: string;
}): Detector {
  return defineStateDetector({
    name: flow.name,
    watches: flow.watches,
    needs: [],
    isHearsay: true,
    isHint: flow.is === 'hint',
    detect({ meta }, timeline) {
      if (meta.deletedAt !== undefined) return quiet;
      const readings = readingsAbout(timeline, meta.ref).filter((reading) => reading.detector === flow.name);
      const isFresh = ({ at }: Reading) => timeline.now - at <= FRESH_MS;
      const fires = readings.filter((reading) => reading.firing && isFresh(reading));
      if (fires.length > 0)
        return firingBy(`${resourceName(meta.ref)} ${flow.says}: ${[...new Set(fires.map(({ summary }) => summary))].join('; ')}`, fires);
      const lost = readings.find((reading) => !isFresh(reading));
      return lost ? unknown(`no flows of ${lost.part ?? 'it'} have been heard of for ${duration(timeline.now - lost.at)}`) : quiet;
    },
  });
}
