/** Objects of a real cluster, as `test/bed/fixtures/kube/record` made them; what is true of them its README and workloads say. */
import { latestIn, recorded, recordedEvents } from '../../detectors/fixtures.ts';
import type { LabelledCase, Scene } from '../labelled-case.ts';

/** The first object of a file, so many seconds after the last instant in it. */
function scene(file: string, afterS: number, events = 'events'): Scene {
  const objects = recorded(`${file}.json`);
  const now = latestIn(objects) + afterS * 1_000;
  const [first] = objects;
  if (!first) throw new Error(`${file}.json is empty`);
  return { about: first.meta.ref, objects, events: recordedEvents(`${events}.json`, now), now };
}

const rows: readonly (readonly [name: string, expected: LabelledCase['expected'], scenes: readonly Scene[]])[] = [
  ['a process that lacks a file and exits', 'application-crash', [scene('pod-crashloopbackoff', 20), scene('pod-crashloop-terminated', 9)]],
  ['a leak of 4 MiB a second', 'memory-leak', [scene('pod-oomkilled', 1), scene('pod-oomkilled-restarted', 1)]],
  [
    'a tag that no registry has, in a first revision',
    'image-unavailable',
    [scene('pod-imagepullbackoff', 60), scene('pod-errimagepull', 90)],
  ],
  ['a process that stops answering its liveness probe', 'application-hang', [scene('pod-liveness-restarted', 20)]],
  ['a pod that asks for 64 cores', 'insufficient-capacity', [scene('pod-unschedulable', 120)]],
  ['a pod that wrote more into its emptyDir than it may', 'nothing', [scene('pod-evicted', 5)]],
  [
    'a pod that asks for a ConfigMap that does not exist',
    'configuration-missing',
    [scene('pod-createcontainerconfigerror', 60, 'events-configuration')],
  ],
  ['a pod whose command does not exist', 'configuration-missing', [scene('pod-starterror', 60, 'events-configuration')]],
  ['a pod that mounts a Secret that does not exist', 'configuration-missing', [scene('pod-failedmount', 90, 'events-configuration')]],
  ['an init container that fails', 'application-crash', [scene('pod-init-crashloopbackoff', 10, 'events-containers')]],
  ['a job that has failed for good', 'job-failure', [scene('job-failed', 10, 'events-jobs')]],
  ['a slow start', 'nothing', [scene('pod-slow-start', 5, 'events-containers')]],
  ['a warm-up', 'nothing', [scene('pod-warm-up', 5, 'events-containers')]],
];

export const recordings: readonly LabelledCase[] = rows.map(([name, expected, scenes]) => ({ name, source: 'recorded', expected, scenes }));
