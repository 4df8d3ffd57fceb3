import { expect, it } from 'vitest';
import { ask, podWith, summaryOf, waiting } from '../../../test/detectors/ask.ts';
import { container } from '../../../test/fakes/objects.ts';
import { imagePullFailure } from './image-pull-failure.ts';

const pulling = (reason: string, ageMs: number, message?: string) =>
  podWith([waiting(reason, message === undefined ? {} : { message })], { phase: 'Pending', ageMs });

it.each([
  ['ImagePullBackOff', 5_000, 'firing'],
  ['ErrImagePull', 29_999, 'unknown'],
  ['ErrImagePull', 30_000, 'firing'],
  ['InvalidImageName', 5_000, 'firing'],
  ['ErrImageNeverPull', 5_000, 'firing'],
  ['ContainerCreating', 3_600_000, 'quiet'],
  ['CreateContainerConfigError', 60_000, 'quiet'],
] as const)('image-pull-failure on %s after %d ms', (reason, ageMs, expected) => {
  expect(ask(imagePullFailure, [pulling(reason, ageMs)]).is).toBe(expected);
});

it('is quiet once the container runs', () => expect(ask(imagePullFailure, [podWith([container('app')])]).is).toBe('quiet'));

it.each([
  ['failed to resolve reference "x/y:typo": x/y:typo: not found', 'the registry has no such image or tag'],
  ['pull access denied, repository does not exist or may require authorization', 'the registry refuses access'],
  ['unexpected status from HEAD request: 401 Unauthorized', 'the registry refuses access'],
  ['429 Too Many Requests - toomanyrequests: You have reached your pull rate limit', 'the registry limits the rate of pulls'],
  ['dial tcp: lookup registry.test on 10.96.0.10:53: no such host', 'the registry cannot be reached'],
  ['write /var/lib/containerd: no space left on device', 'the node has no space left'],
])('reads "%s"', (message, words) =>
  expect(summaryOf(ask(imagePullFailure, [pulling('ImagePullBackOff', 60_000, message)]))).toContain(`: ${words}; ${message}`),
);

it('names image and time, and keeps silent about a kind that it cannot tell', () => {
  expect(summaryOf(ask(imagePullFailure, [pulling('ImagePullBackOff', 60_000, 'odd')]))).toBe(
    'Pod shop/cart-0: container app waits with ImagePullBackOff for image registry.test/cart:1, pod started 2027-01-01 11:59:00 UTC: odd',
  );
});

it('takes nothing in the name of the image for an answer of the registry', () => {
  const image = 'registry.test/timeout-429:1';
  const message = `failed to resolve reference "${image}": ${image}: not found`;
  const pod = podWith([{ ...waiting('ImagePullBackOff', { message }), image }], { phase: 'Pending', ageMs: 60_000 });
  expect(summaryOf(ask(imagePullFailure, [pod]))).toContain(': the registry has no such image or tag; ');
});
