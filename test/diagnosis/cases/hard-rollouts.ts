/** First revisions, which have nothing to go back to, slow starts, and rollouts beside a cause that the cluster does not show: some are told wrongly. */
import { condition, NOON } from '../../fakes/object-meta.ts';
import { crashing, noImage, unready, waiting } from '../containers.ts';
import { goneBack } from '../gone-back.ts';
import type { LabelledCase } from '../labelled-case.ts';
import { deployments, inShapes, MINUTE, shapes, template } from '../rollout-scene.ts';

const ordered = shapes.filter(({ kind }) => kind === 'StatefulSet');
const first = { hasEarlier: false, freshCount: 3 } as const;

export const hardRollouts: readonly LabelledCase[] = [
  {
    name: 'a first revision with a missing image',
    source: 'built',
    expected: 'image-unavailable',
    scenes: inShapes({ ...first, fresh: noImage('registry.test/shop/cart:2') }),
  },
  {
    name: 'a first revision that asks for a missing Secret',
    source: 'built',
    expected: 'configuration-missing',
    scenes: inShapes({ ...first, fresh: waiting('CreateContainerConfigError', 'secret "login" not found') }),
  },
  {
    name: 'a first revision that crashes',
    source: 'built',
    expected: 'application-crash',
    scenes: inShapes({ ...first, fresh: crashing() }),
  },
  {
    name: 'a slow start with a startup probe that outlasts a short deadline',
    source: 'built',
    expected: 'nothing',
    scenes: inShapes(
      { rolledOutMs: 2 * MINUTE, isLate: true, fresh: { ...unready(2 * MINUTE), started: false, probes: ['startup', 'readiness'] } },
      deployments,
    ),
  },
  {
    name: 'a slow start without a startup probe that outlasts a short deadline',
    source: 'built',
    expected: 'nothing',
    scenes: inShapes({ rolledOutMs: 2 * MINUTE, isLate: true, fresh: unready(2 * MINUTE) }, deployments),
  },
  {
    name: 'a dependency outside the cluster that is down at the start of the new pods and that the old ones do not need any more',
    source: 'built',
    expected: 'dependency-unavailable',
    scenes: inShapes({ fresh: crashing({ message: 'license server: connection timed out' }) }),
  },
  {
    name: 'a Secret whose content was broken at the time of a harmless rollout',
    source: 'built',
    expected: 'configuration-missing',
    scenes: inShapes({ fresh: crashing({ message: 'password authentication failed for user "cart"' }) }),
  },
  {
    name: 'a second try of a revision that never worked',
    source: 'built',
    expected: 'image-unavailable',
    scenes: inShapes(
      ({ replicas, container }) => ({
        fresh: noImage('registry.test/shop/cart:3'),
        freshCount: replicas,
        oldCount: 0,
        templates: [
          template(container, { image: 'registry.test/shop/cart:2' }),
          template(container, { image: 'registry.test/shop/cart:3' }),
        ],
        workload: {
          conditions: [
            condition('Available', { status: 'False', changedAt: NOON - 60 * MINUTE }),
            condition('Progressing', { reason: 'ReplicaSetUpdated' }),
          ],
        },
      }),
      deployments,
    ),
  },
  {
    name: 'a slow start without a startup probe, of more than five minutes',
    source: 'built',
    expected: 'nothing',
    scenes: inShapes({ rolledOutMs: 7 * MINUTE, isLate: true, fresh: unready(7 * MINUTE) }, deployments),
  },
  {
    name: 'a StatefulSet that went back and waits for the pod that its bad revision left behind',
    source: 'built',
    expected: 'bad-rollout',
    scenes: [noImage('registry.test/shop/cart:2'), crashing()].flatMap((fresh) => inShapes({ fresh }, ordered).map(goneBack)),
  },
];
