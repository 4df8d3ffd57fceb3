import { expect, it } from 'vitest';
import { daemonSet, deployment, pod, statefulSet } from '../../../test/fakes/objects.ts';
import { fakeView } from '../../../test/fakes/view.ts';
import type { Workload } from '../../core/model/objects.ts';
import { rollingEffect } from './rolling-effect.ts';

const fourOf = (workload: Workload) => [0, 1, 2, 3].map((n) => pod(`${workload.meta.ref.name}-${n}`, { ownedBy: workload }));
const four = { replicas: 4 };

it.each([
  ['a Deployment that says nothing', deployment('cart', four), 1],
  ['a Deployment that allows two', deployment('cart', { ...four, maxUnavailable: 2 }), 2],
  ['a Deployment that allows none', deployment('cart', { ...four, maxUnavailable: 0 }), 0],
  ['a Deployment that allows more than there are', deployment('cart', { ...four, maxUnavailable: 9 }), 4],
  ['a Deployment that is recreated', deployment('cart', { ...four, strategy: 'Recreate' }), 4],
  ['a DaemonSet that says nothing', daemonSet('agent', four), 1],
  ['a DaemonSet that allows three', daemonSet('agent', { ...four, maxUnavailable: 3 }), 3],
  ['a StatefulSet that is updated by hand', statefulSet('db', { ...four, strategy: 'OnDelete', maxUnavailable: 1 }), 0],
])('a new template of %s takes as many ready pods at once as it allows', (_what, workload, taken) => {
  const pods = fourOf(workload);
  const effect = rollingEffect(fakeView([workload, ...pods]), workload.meta.ref, () => true);
  expect(effect).toMatchObject({ readyPodsNow: 4, readyPodsTaken: taken });
  expect(effect.affectedPods).toHaveLength(4);
});
