import type { Detection } from '../core/model/finding.ts';
import type { Kind } from '../core/model/objects.ts';
import type { Reading } from '../core/model/reading.ts';
import { resourceName } from '../core/model/resource.ts';
import { readingsAbout } from '../core/model/timeline.ts';
import type { Detector, SeriesDetector } from '../core/plugins.ts';
import { defineStateDetector, firingBy, quiet, unknown } from './define-state-detector.ts';
import { duration, oneLine } from './signs/words.ts';

/** What series can be about. */
const subjects = [
  'Pod',
  'Node',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'Job',
  'PersistentVolumeClaim',
  'HorizontalPodAutoscaler',
  'Service',
] as const satisfies readonly Kind[];

/** What has series of its own wherever a source of samples is connected: without one of them nobody can say how it is. */
const measured: readonly Kind[] = ['Pod', 'Node', 'PersistentVolumeClaim'];

/** So many steps after its last sample a series says nothing any more. */
const FRESH_STEPS = 3;

/**
 * The ordinary detector that speaks for a series detector, by its readings. Fires while a series of the subject does and its sample
 * is fresh; unknown when one fired and fell silent, or nothing is fresh; so missing samples are never taken for health. Of a workload
 * that has no series of its own nothing is expected, nor are metrics that only some objects have, such as spans, of an object that is
 * heard of otherwise.
 */
export function defineSeriesDetector(
  { name, is, watches, metrics = 'any' }: Pick<SeriesDetector, 'name' | 'is' | 'watches'> & Partial<Pick<SeriesDetector, 'metrics'>>,
  { stepMs }: { readonly stepMs: number },
): Detector {
  const isOfSome = watches === undefined && metrics !== 'any';
  return defineStateDetector({
    name,
    watches: watches ?? subjects,
    needs: [],
    isHint: is === 'hint',
    detect({ kind, meta }, timeline): Detection {
      if (meta.deletedAt !== undefined) return quiet;
      const all = readingsAbout(timeline, meta.ref);
      const readings = all.filter((reading) => reading.detector === name);
      const isFresh = ({ at }: Reading) => timeline.now - at <= FRESH_STEPS * stepMs;
      const isExpected = (watches ?? measured).includes(kind) && !(isOfSome && all.some(isFresh));
      if (readings.length === 0 && !isExpected) return quiet;
      const fires = readings.filter((reading) => reading.firing && isFresh(reading));
      if (fires.length > 0) return said(fires, resourceName(meta.ref));
      const lost = readings.find((reading) => reading.firing);
      if (lost) return unknown(`${seriesOf(lost)} has not been heard of for ${duration(timeline.now - lost.at)}`);
      return readings.some(isFresh) ? quiet : unknown(`no series of ${resourceName(meta.ref)} has a fresh sample`);
    },
  });
}

function said(fires: readonly Reading[], subject: string): Detection {
  const words = fires.map((reading) => `${seriesOf(reading)} ${oneLine(reading.summary)}`).join('; ');
  return firingBy(`${subject}: ${words}`, fires);
}

function seriesOf({ metric, part }: Reading): string {
  return part === undefined ? metric : `${metric} of ${part}`;
}
