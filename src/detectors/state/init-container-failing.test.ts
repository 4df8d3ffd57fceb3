import { expect, it } from 'vitest';
import { again, ask, down, exit, MINUTE, podWith, summaryOf, waiting } from '../../../test/detectors/ask.ts';
import { condition, NOON } from '../../../test/fakes/object-meta.ts';
import type { Container, Pod } from '../../core/model/objects.ts';
import { initContainerFailing } from './init-container-failing.ts';

const failed: Partial<Pod> = { phase: 'Failed', restartPolicy: 'Never' };

function story(init: Container, options: Partial<Pod> = {}, isInitialized = false): Pod {
  const conditions = [condition('Initialized', { status: isInitialized ? 'True' : 'False' })];
  return podWith([init, { ...waiting('PodInitializing'), name: 'main' }], { phase: 'Pending', conditions, ...options });
}
const init = (container: Container): Container => ({ ...container, role: 'init' });

it.each([
  ['a back-off', story(init(waiting('CrashLoopBackOff', { restartCount: 1 }))), 'firing'],
  ['a third failure', story(init(down(2))), 'firing'],
  ['a second failure', story(init(down(1))), 'quiet'],
  ['a fourth try', story(init(again(3, 5_000))), 'unknown'],
  ['a completed one', story(init(down(2, exit({ exitCode: 0 })))), 'quiet'],
  ['an image that is missing', story(init(waiting('ImagePullBackOff'))), 'firing'],
  ['a sidecar that does not come up', story({ ...down(3), role: 'sidecar' }), 'firing'],
  ['a sidecar that crashes after the start', story({ ...down(3), role: 'sidecar' }, {}, true), 'quiet'],
  ['a main container that crashes', story(down(3)), 'quiet'],
  ['a pod that failed by it', story(init(down(0)), failed), 'firing'],
  ['a pod that failed by it long ago', story(init(down(0, exit({ finishedAt: NOON - 11 * MINUTE }))), failed), 'quiet'],
  ['a pod that was evicted meanwhile', story(init(down(0)), { ...failed, reason: 'Evicted' }), 'quiet'],
  ['a pod of an unknown phase', story(init(down(2)), { phase: 'Unknown' }), 'unknown'],
] as const)('init-container-failing on %s', (_, subject, expected) => expect(ask(initContainerFailing, [subject]).is).toBe(expected));

it('says which container, how often and how it ended', () => {
  expect(summaryOf(ask(initContainerFailing, [story(init(down(2)))]))).toBe(
    'Pod shop/cart-0: the pod does not start: init container app was restarted 2 times, last exit code 1 (Error) at 2027-01-01 11:59:50 UTC',
  );
});
