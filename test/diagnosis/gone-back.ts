import { manager, NOON } from '../fakes/object-meta.ts';
import type { Scene } from './labelled-case.ts';
import { MINUTE } from './rollout-scene.ts';

/** The same cluster after the template was put back: the old record is the newest again, with the highest number. */
export function goneBack(scene: Scene): Scene {
  const back = <T extends { readonly number: number }>(revisions: readonly T[]): T[] =>
    revisions.map((revision) => (revision.number === 1 ? { ...revision, number: 3 } : revision));
  const objects = scene.objects.map((object) => {
    if (object.kind === 'ControllerRevision' && object.revision === 1) return { ...object, revision: 3 };
    if (object.kind !== 'StatefulSet') return object;
    const { currentRevision } = object;
    const managers = [manager('kubemend', { at: NOON - MINUTE, touches: ['template'] })];
    return { ...object, ...(currentRevision !== undefined && { updateRevision: currentRevision }), meta: { ...object.meta, managers } };
  });
  const revisions = Object.entries(scene.revisions ?? {}).map(([key, recorded]) => [key, back(recorded)] as const);
  return { ...scene, objects, revisions: Object.fromEntries(revisions) };
}
