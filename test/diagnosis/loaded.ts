/** Workloads under load: what the series detectors of `run` make of the CPU that their pods used in the last quarter of an hour. */
import { workloadFigures } from '../../src/app/series/workload-figures.ts';
import { isWorkload, type KubeObject, type Pod } from '../../src/core/model/objects.ts';
import type { Reading } from '../../src/core/model/reading.ts';
import type { SampleBlock } from '../../src/core/model/samples.ts';
import { type SeriesWatch, seriesWatch, standardSettings } from '../../src/core/series/series-watch.ts';
import { seriesDetectors } from '../../src/detectors/index.ts';
import { NOON } from '../fakes/object-meta.ts';
import { fakeReader } from '../fakes/view.ts';
import type { Scene } from './labelled-case.ts';

const STEPS = 60;
const { stepMs, graceMs } = standardSettings;

/** The share of its limit that a container used, 0 to 1: of which pod (by its place), in which of 60 steps; NaN: not told. */
export type Load = (pod: number, step: number, container: string) => number;

/** A scene about the first object, whose pods bore this load up to noon. */
export function loadedScene(objects: readonly KubeObject[], load: Load, more: Partial<Scene> = {}): Scene {
  const [subject] = objects;
  if (!subject || !isWorkload(subject)) throw new Error('a loaded scene is about a workload');
  return { about: subject.meta.ref, objects, readings: readingsUnder(objects, load), ...more };
}

/** What is said at noon. */
function readingsUnder(objects: readonly KubeObject[], load: Load): readonly Reading[] {
  const figures = workloadFigures({ cluster: fakeReader(objects) });
  let now = NOON - STEPS * stepMs;
  const watch: SeriesWatch = seriesWatch({
    ...{ ...standardSettings, detectors: seriesDetectors },
    *closed(columns, step) {
      const block = yield* figures.making(columns, step);
      if (block) watch.take(block, now);
    },
  });
  const pods = objects.filter((object): object is Pod => object.kind === 'Pod');
  for (let step = 0; step < STEPS; step += 1) {
    now += stepMs;
    watch.take(
      cpuOf(pods, now - stepMs, (pod, container) => load(pod, step, container)),
      now,
    );
    watch.advance(now + graceMs);
  }
  watch.advance(NOON + stepMs + graceMs);
  return watch.readings();
}

function cpuOf(pods: readonly Pod[], at: number, load: (pod: number, container: string) => number): SampleBlock {
  const told = pods.flatMap((pod, place) =>
    pod.containers.map(({ name, limits }) => ({
      subject: { ref: pod.meta.ref, part: name },
      value: load(place, name) * (limits.cpuCores ?? 1),
    })),
  );
  return {
    ...{ signal: 'samples', source: 'test', metric: 'cpuCores', at },
    subjects: told.map(({ subject }) => subject),
    values: Float64Array.from(told, ({ value }) => value),
  };
}
