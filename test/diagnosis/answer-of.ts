import type { Incident } from '../../src/core/model/incident.ts';
import { isSameResource } from '../../src/core/model/resource.ts';
import { correlate } from '../../src/core/stages/correlate.ts';
import { detect } from '../../src/core/stages/detect.ts';
import { viewOf } from '../../src/core/view.ts';
import { defineSeriesDetector } from '../../src/detectors/define-series-detector.ts';
import { seriesDetectors, detectors as stateDetectors } from '../../src/detectors/index.ts';
import { answersOf, type Rule, type RuleAnswer } from '../../src/diagnosers/clues/rule.ts';
import { fakeClock } from '../fakes/clock.ts';
import { NOON } from '../fakes/object-meta.ts';
import { fakeReader } from '../fakes/view.ts';
import { incidentStore } from './incident-store.ts';
import type { Scene } from './labelled-case.ts';

/** All that `run` asks where samples arrive. */
const detectors = [...stateDetectors, ...seriesDetectors.map((detector) => defineSeriesDetector(detector, { stepMs: 15_000 }))];

/** Detects and groups as the loop does; returns the incident about the scene's subject, if there is one, and all that were opened. */
export async function incidentsOf(scene: Scene): Promise<{ readonly about: Incident | undefined; readonly all: readonly Incident[] }> {
  const { view } = readerOf(scene);
  const store = incidentStore();
  await correlate(detect(view, detectors), view, { store, clock: fakeClock(scene.now ?? NOON), detectors });
  return { about: store.all().find(({ subject }) => isSameResource(subject, scene.about)), all: store.all() };
}

/** What the rules say about the scene's incident: detect, group, diagnose. Undefined when no incident was opened about its subject. */
export async function answersTo(scene: Scene, rules: readonly Rule[]): Promise<readonly RuleAnswer[] | undefined> {
  const { about } = await incidentsOf(scene);
  const { reader, view } = readerOf(scene);
  return about && (await answersOf(rules, about, { now: view.at, view, cluster: reader }));
}

function readerOf({ objects, events = [], readings = [], scaleUps = [], revisions = {}, now = NOON }: Scene) {
  const reader = fakeReader(objects, { events, readings, scaleUps, revisions, now });
  return { reader, view: viewOf(reader, now) };
}
