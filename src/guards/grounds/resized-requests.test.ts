import { expect, it } from 'vitest';
import { resizePlan } from '../../../test/fakes/guard-facts.ts';
import { container, pod } from '../../../test/fakes/objects.ts';
import { resizedRequests } from './resized-requests.ts';

const target = pod('cart-6f-0', { containers: [container('app', { requests: { cpuCores: 0.1, memoryBytes: 64 * 1024 ** 2 } })] });

it.each([
  ['nothing when the same is written otherwise', { cpu: '0.1', memory: '65536Ki' }, []],
  ['what is changed', { cpu: '100m', memory: '65Mi' }, ['memory']],
  ['all that is changed', { cpu: '101m', memory: '1G' }, ['cpu', 'memory']],
  ['a quantity that it cannot read', { cpu: '1e2' }, ['cpu']],
  ['a resource that it does not know', { 'gpu.test/gpu': '1' }, ['gpu.test/gpu']],
])('names %s', (_what, requests, changed) => {
  expect(resizedRequests(resizePlan(requests).write, target)).toEqual(changed);
});

it('names everything when the pod is not in view', () => {
  expect(resizedRequests(resizePlan({ cpu: '100m' }).write, undefined)).toEqual(['cpu']);
});
