import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { templateOf } from '../../src/adapters/cluster/kubernetes/template.ts';
import type { KubeObject } from '../../src/core/model/objects.ts';
import { resourceKey } from '../../src/core/model/resource.ts';
import type { Revision } from '../../src/core/ports.ts';
import { recorded, recordedEvents, recordedWatch } from '../detectors/fixtures.ts';
import type { Scene } from './labelled-case.ts';

const RawSets = z.object({
  items: z.array(
    z.object({
      metadata: z.object({
        name: z.string(),
        uid: z.string(),
        creationTimestamp: z.string(),
        annotations: z.record(z.string(), z.string()),
      }),
      spec: z.object({ template: z.unknown() }),
    }),
  ),
});

/** The rollout that `test/bed/fixtures/kube/record` made stick on a missing image, with the templates of both ReplicaSets. */
export function recordedRollout(): Scene {
  const now = Date.parse('2026-11-21T00:25:00Z');
  const [owner] = recorded('deployment-stuck.json');
  if (!owner) throw new Error('deployment-stuck.json is empty');
  return {
    about: owner.meta.ref,
    objects: [owner, ...recorded('replicasets-stuck.json'), ...oldPods(), ...recorded('pod-imagepullbackoff.json')],
    events: recordedEvents('events.json', now),
    revisions: { [resourceKey(owner.meta.ref)]: recordedRevisions() },
    now,
  };
}

/** The pods of the revision before, as the recorded watch last showed them alive. */
function oldPods(): KubeObject[] {
  const states = recordedWatch('watch-pods.ndjson')
    .filter(({ type, object }) => type !== 'DELETED' && object.meta.deletedAt === undefined)
    .filter(({ object }) => object.meta.ref.name.startsWith('rollout-67f9868666-'));
  return [...new Map(states.map(({ object }) => [object.meta.ref.name, object])).values()];
}

function recordedRevisions(): Revision[] {
  const path = join(import.meta.dirname, '../bed/fixtures/kube/replicasets-stuck.json');
  return RawSets.parse(JSON.parse(readFileSync(path, 'utf8'))).items.map(({ metadata, spec }) => ({
    name: metadata.name,
    uid: metadata.uid,
    number: Number(metadata.annotations['deployment.kubernetes.io/revision']),
    createdAt: Date.parse(metadata.creationTimestamp),
    template: templateOf(spec.template),
    podHash: metadata.name,
  }));
}
