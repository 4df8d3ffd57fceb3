import { beforeEach, describe, expect, test } from 'vitest';
import { container, pod } from '../../../test/fakes/objects.ts';
import { type FakePodAccess, fakePodAccess } from '../../../test/fakes/pod-access.ts';
import { checkUnchanged, prepareStress, type StressWish } from './prepare-stress.ts';

const roomSaid = [
  ...['sleep', 'proc', '/proc/stat cpu0 1', '/proc/stat cpu1 1', '/proc/meminfo MemTotal: 8000000 kB'],
  ...['/proc/meminfo MemAvailable: 6000000 kB', '/sys/fs/cgroup/memory.current 1000000', '/sys/fs/cgroup/memory.max 268435456', 'done', ''],
].join('\n');
const wish: StressWish = {
  ...{ namespace: 'shop', selector: 'app=cart', pods: 1, allowOom: false, ownNamespace: 'kubemend' },
  load: { cpuCores: 0.5, memoryBytes: 0, forMs: 60_000, rampMs: 0 },
};
let access: FakePodAccess;

beforeEach(() => {
  access = fakePodAccess([pod('cart-1'), pod('cart-2', { ready: false }), pod('cart-3')]);
  access.answer = (command) => {
    command.says(roomSaid);
    command.end({ is: 'exited', exitCode: 0 });
  };
});

const chosenOf = async (changed: Partial<StressWish>) =>
  (await prepareStress(access, { ...wish, ...changed })).map((one) => `${one.pod.meta.ref.name}/${one.container.name}`);
const refusal = (changed: Partial<StressWish> = {}) => prepareStress(access, { ...wish, ...changed }).then(String, String);

describe('the pods that are loaded', () => {
  test.each<[string, Partial<StressWish>, readonly string[]]>([
    ['are the first ready one of a selector', {}, ['cart-1/cart']],
    ['are as many ready ones as were asked for', { pods: 2 }, ['cart-1/cart', 'cart-3/cart']],
    ['are the one that is named', { name: 'cart-3', selector: undefined }, ['cart-3/cart']],
  ])('%s', async (_name, changed, expected) => {
    access.pods_ = access.pods_.map((one) => ({ ...one, containers: [container('cart')] }));
    expect(await chosenOf(changed)).toEqual(expected);
  });

  test.each<[string, Partial<StressWish>, RegExp]>([
    ['more are asked for than are ready', { pods: 3 }, /3 pods are asked for, and 2 of 3 .*cart-2: it is not ready/],
    ['all are asked for and one is not ready', { pods: 'all' }, /pod shop\/cart-2: it is not ready/],
    ['the named one is not ready', { name: 'cart-2' }, /pod shop\/cart-2: it is not ready/],
    ['there is none of the name', { name: 'cat' }, /there is no pod cat in namespace shop/],
    ['the namespace is not to be touched', { namespace: 'kube-system' }, /--even-in kube-system/],
    ['together they are more than the node has', { pods: 2, load: { ...wish.load, cpuCores: 1.5 } }, /3 cores on 2 pods/],
    ['the memory does not fit', { load: { ...wish.load, memoryBytes: 2 ** 28 } }, /cart-1: 256 MiB do not fit/],
  ])('are none when %s', async (_name, changed, why) => {
    expect(await refusal(changed)).toMatch(why);
  });
});

test.each(['list pods', 'get pods', 'get pods/exec', 'create pods/exec'])(
  'the user who may not %s is told so, and nothing runs',
  async (right) => {
    access.forbidden.add(right);
    expect(await refusal()).toMatch(`user 'ann' may not ${right} in namespace shop`);
    expect(access.started).toEqual([]);
  },
);

test('of several containers one must be named, and it must run', async () => {
  const waiting = container('late', { state: { is: 'waiting' } });
  access.pods_ = [pod('cart-1', { containers: [container('app'), container('mesh'), waiting] })];
  expect(await refusal()).toMatch(/several containers: name one with --container \(app, mesh\)/);
  expect(await chosenOf({ container: 'mesh' })).toEqual(['cart-1/mesh']);
  expect(await refusal({ container: 'late' })).toMatch(/no container late runs there; these do: app, mesh/);
});

test.each([
  ['no shell', { is: 'failed', message: 'exec: "sh": executable file not found' }, /no shell that works \(exec: "sh"/],
  ['a shell that fails', { is: 'exited', exitCode: 126 }, /no shell that works \(exit code 126\)/],
  ['a connection that breaks', { is: 'lost' }, /did not say what it has room for/],
] as const)('a container with %s is said to be so', async (_name, end, why) => {
  access.answer = (command) => command.end(end);
  expect(await refusal()).toMatch(why);
});

describe('after the question', () => {
  test('the same ready pods are still good', async () => {
    await checkUnchanged(access, await prepareStress(access, wish));
  });

  test.each([
    ['another pod of the same name', pod('cart-1', { uid: 'other' }), /not there any more/],
    ['a pod that is not ready any more', pod('cart-1', { ready: false }), /not ready/],
  ])('%s is not', async (_name, other, why) => {
    const targets = await prepareStress(access, wish);
    access.pods_ = [other];
    await expect(checkUnchanged(access, targets)).rejects.toThrow(why);
  });
});
