import { resourceName } from '../core/model/resource.ts';
import { readingsAbout } from '../core/model/timeline.ts';
import type { Detector } from '../core/plugins.ts';
import { defineStateDetector, firingBy, quiet } from './define-state-detector.ts';

/** A line that was written five minutes ago may still belong to a trouble that shows only now. */
const FRESH_MS = 5 * 60_000;

/**
 * The detector that speaks for what is odd in the logs of a pod, by its readings. Always a hint: text that anybody may have written opens
 * nothing and proves nothing, and a log that is silent is no trouble.
 */
export function defineLogDetector(name: string): Detector {
  return defineStateDetector({
    name,
    watches: ['Pod'],
    needs: [],
    isHint: true,
    detect({ meta }, timeline) {
      const said = readingsAbout(timeline, meta.ref).filter(
        (reading) => reading.detector === name && reading.firing && timeline.now - reading.at <= FRESH_MS,
      );
      if (said.length === 0) return quiet;
      return firingBy(`${resourceName(meta.ref)} ${said.map(({ summary }) => summary).join('; ')}`, said);
    },
  });
}
