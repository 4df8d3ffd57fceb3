import { expect, test } from 'vitest';
import { container, pod } from '../../../test/fakes/objects.ts';
import type { Load } from './load-script.ts';
import { objectionsToNodes, objectionsToPod, objectionsToRoom, objectionToNamespace, type StressTarget } from './objections.ts';
import type { Room } from './room.ts';

const MI = 2 ** 20;
const load: Load = { cpuCores: 1, memoryBytes: 64 * MI, forMs: 60_000, rampMs: 0 };
const room: Room = {
  ...{ hasSleep: true, hasProc: true, nodeCores: 4, nodeMemoryBytes: 8_000 * MI, nodeAvailableBytes: 4_000 * MI },
  ...{ memoryUsedBytes: 32 * MI, memoryLimitBytes: 256 * MI },
};
const target = (changed: Partial<Room> = {}, limits = { memoryBytes: 256 * MI } as { readonly memoryBytes?: number }): StressTarget => ({
  pod: pod('cart-1'),
  container: container('app', { limits }),
  room: { ...room, ...changed },
});

test.each([
  ['shop', undefined, undefined],
  ['kube-system', undefined, /own machinery runs in namespace kube-system; .*--even-in kube-system/],
  ['kube-node-lease', 'kube-system', /--even-in kube-node-lease/],
  ['kube-system', 'kube-system', undefined],
  ['mender', undefined, /kubemend itself runs in namespace mender/],
])('to namespace %s, with --even-in %s, the objection is %s', (namespace, evenIn, why) => {
  const objection = objectionToNamespace(namespace, 'mender', evenIn);
  if (why === undefined) expect(objection).toBeUndefined();
  else expect(objection).toMatch(why);
});

test.each([
  ['a healthy pod', pod('cart-1'), []],
  ['a pod that is not ready', pod('cart-1', { ready: false }), [/not ready \(Running\)/]],
  ['a pending pod', pod('cart-1', { phase: 'Pending' }), [/not ready \(Pending\)/]],
  ['a protected pod', pod('cart-1', { labels: { 'kubemend.dev/protect': '' } }), [/labelled kubemend.dev\/protect/]],
  ['a pod that says it is not protected', pod('cart-1', { labels: { 'kubemend.dev/protect': 'false' } }), []],
  ['a pod that is being deleted', pod('cart-1', { deletedAt: 1 }), [/being deleted/]],
])('to %s the objections are as many as they should be', (_name, one, expected) => {
  const objections = objectionsToPod(one);
  expect(objections).toHaveLength(expected.length);
  for (const [index, pattern] of expected.entries()) expect(objections[index]).toMatch(pattern);
});

test.each<[string, StressTarget, Partial<Load>, RegExp | undefined]>([
  ['what fits', target(), {}, undefined],
  ['the last mebibyte that fits: limit less use less 5 %', target(), { memoryBytes: 211 * MI }, undefined],
  ['one more', target(), { memoryBytes: 212 * MI }, /212 MiB do not fit: it uses 32 MiB of 256 MiB, so 211 MiB fit; .*--allow-oom/],
  ['a limit that only the API server tells', target({ memoryLimitBytes: undefined }), { memoryBytes: 250 * MI }, /do not fit/],
  ['a limit that only the cgroup tells', target({}, {}), { memoryBytes: 250 * MI }, /do not fit/],
  ['no limit at all', target({ memoryLimitBytes: undefined }, {}), { memoryBytes: 500 * MI }, undefined],
  ['an unknown use', target({ memoryUsedBytes: undefined }), {}, /memory use is not known/],
  [
    'more than the node has to give',
    target({ memoryLimitBytes: undefined }, {}),
    { memoryBytes: 3_300 * MI },
    /on its node, where 3200 MiB/,
  ],
  ['a node that is not known', target({ nodeAvailableBytes: undefined }), {}, /node's free memory is not known/],
  [
    'no memory where nothing of it is known',
    target({ memoryUsedBytes: undefined, nodeAvailableBytes: undefined }),
    { memoryBytes: 0 },
    undefined,
  ],
  ['a container without sleep', target({ hasSleep: false }), {}, /no 'sleep'/],
  ['a container without /proc', target({ hasProc: false }), {}, /\/proc cannot be read/],
])('to %s the objection is as it should be', (_name, one, changed, why) => {
  const objections = objectionsToRoom(one, { ...load, ...changed }, false);
  if (why === undefined) expect(objections).toEqual([]);
  else expect(objections.join()).toMatch(why);
});

test('with an OOM kill allowed the limit counts no more, and the node still does', () => {
  expect(objectionsToRoom(target(), { ...load, memoryBytes: 500 * MI }, true)).toEqual([]);
  expect(objectionsToRoom(target(), { ...load, memoryBytes: 3_300 * MI }, true).join()).toMatch(/on its node/);
});

test.each<[string, { readonly pods: number; readonly load?: Partial<Load>; readonly room?: Partial<Room> }, RegExp | undefined]>([
  ['all cores of the node', { pods: 4 }, undefined],
  ['one pod more', { pods: 5 }, /node node-1: 5 cores on 5 pods are more than it has \(4\)/],
  ['one pod alone', { pods: 1, load: { cpuCores: 4.1 } }, /4.1 cores on 1 pods are more/],
  ['unknown cores', { pods: 1, room: { nodeCores: undefined } }, /more than it has \(not known\)/],
  ['unknown cores and no CPU load', { pods: 1, load: { cpuCores: 0 }, room: { nodeCores: undefined } }, undefined],
  ['memory that fits once and not thrice', { pods: 3, load: { cpuCores: 0, memoryBytes: 1_100 * MI } }, /3300 MiB on 3 pods do not fit/],
])('to %s on one node together the objection is as it should be', (_name, given, why) => {
  const objections = objectionsToNodes(Array(given.pods).fill(target(given.room)), { ...load, ...given.load });
  if (why === undefined) expect(objections).toEqual([]);
  else expect(objections.join()).toMatch(why);
});
