import { describe, expect, it } from 'vitest';
import { container, node, pod, resourceQuota } from '../../../test/fakes/objects.ts';
import { fakeView } from '../../../test/fakes/view.ts';
import type { Container } from '../../core/model/objects.ts';
import { MEBIBYTE } from '../../core/model/quantity.ts';
import { copiesThatFit, copiesWithinQuotas, freeOn, limitThatNodesHold, limitThatQuotasHold, requestOf } from './room.ts';

const Mi = (count: number) => count * MEBIBYTE;
const asks = (mebibytes: number, role: Container['role'] = 'main', name = 'app') =>
  container(name, { role, requests: { memoryBytes: Mi(mebibytes), cpuCores: 0.5 } });
const small = (free: Parameters<typeof node>[1] = {}) => node('node-1', { allocatable: { memoryBytes: Mi(1000), cpuCores: 2 }, ...free });

describe('what a pod requests', () => {
  it.each([
    ['the sum of its main containers', [asks(100), asks(50, 'main', 'b')], 150],
    ['its greediest init container, if that is more', [asks(100), asks(300, 'init', 'i'), asks(200, 'init', 'j')], 300],
    ['its sidecars beside either', [asks(100), asks(300, 'init', 'i'), asks(20, 'sidecar', 's')], 320],
    ['nothing where nothing is set', [container('app', { requests: {} })], 0],
  ])('is %s', (_what, containers, mebibytes) => {
    expect(requestOf(pod('a', { containers }), 'memoryBytes')).toBe(Mi(mebibytes));
  });
});

describe('what a node has left', () => {
  it('is what its pods have not requested; those that have ended request nothing', () => {
    const pods = [
      pod('a', { containers: [asks(100)] }),
      pod('b', { containers: [asks(200)], namespace: 'else' }),
      pod('done', { containers: [asks(400)], phase: 'Succeeded', nodeName: 'node-1' }),
      pod('failed', { containers: [asks(400)], phase: 'Failed', nodeName: 'node-1' }),
      pod('away', { containers: [asks(400)], nodeName: 'node-2' }),
    ];
    expect(freeOn(small(), 'memoryBytes', fakeView([small(), ...pods]))).toBe(Mi(700));
  });

  it('is unknown when the node does not say what it has', () => {
    expect(freeOn(small({ allocatable: {} }), 'memoryBytes', fakeView([]))).toBeUndefined();
  });
});

describe('the limit that nodes hold', () => {
  const a = pod('a', { containers: [asks(100)] });
  it('is what is free and what the container has reserved already', () => {
    expect(limitThatNodesHold([a], 'app', fakeView([small(), a, pod('b', { containers: [asks(300)] })]))).toBe(Mi(700));
  });

  it('is shared by pods on the same node, and the least of several nodes', () => {
    const b = pod('b', { containers: [asks(100)] });
    const c = pod('c', { containers: [asks(100)], nodeName: 'node-2' });
    const tight = node('node-2', { allocatable: { memoryBytes: Mi(250) } });
    expect(limitThatNodesHold([a, b], 'app', fakeView([small(), a, b]))).toBe(Mi(500));
    expect(limitThatNodesHold([a, b, c], 'app', fakeView([small(), tight, a, b, c]))).toBe(Mi(250));
  });

  it.each([
    ['there is no pod', []],
    ['a pod has no node', [a, pod('p', { phase: 'Pending' })]],
    ['a node is not in view', [a, pod('b', { nodeName: 'node-9' })]],
    ['a node does not say what it has', [a, pod('b', { nodeName: 'node-2' })]],
  ])('is unknown when %s', (_why, pods) => {
    const view = fakeView([small(), node('node-2', { allocatable: {} }), ...pods]);
    expect(limitThatNodesHold(pods, 'app', view)).toBeUndefined();
  });
});

describe('the limit that quotas hold', () => {
  const raise = { namespace: 'shop', limit: Mi(100), withRequest: false, pods: 1, surge: 0 };
  const quota = (hard: Record<string, number>, used: Record<string, number> = {}, name = 'q') => resourceQuota(name, { hard, used });

  it.each([
    ['endless without a quota', raise, [], Number.POSITIVE_INFINITY],
    [
      "endless with another namespace's quota",
      raise,
      [resourceQuota('q', { namespace: 'else', hard: { 'limits.memory': 1 } })],
      Number.POSITIVE_INFINITY,
    ],
    ['raised by the headroom', raise, [quota({ 'limits.memory': Mi(500) }, { 'limits.memory': Mi(450) })], Mi(150)],
    [
      'the least of several quotas',
      raise,
      [quota({ 'limits.memory': Mi(900) }, { 'limits.memory': 0 }), quota({ 'limits.memory': 10 }, { 'limits.memory': 10 }, 'r')],
      Mi(100),
    ],
    ['not raised where the quota is overspent', raise, [quota({ 'limits.memory': 10 }, { 'limits.memory': 20 })], Mi(100)],
    ['not raised where nobody has reckoned up the use', raise, [quota({ 'limits.memory': Mi(900) })], Mi(100)],
    [
      'free of the quota of requests, if the request stays',
      raise,
      [quota({ 'requests.memory': 10 }, { 'requests.memory': 10 })],
      Number.POSITIVE_INFINITY,
    ],
    [
      'bound by the quota of requests, if the request goes along',
      { ...raise, withRequest: true },
      [quota({ 'requests.memory': Mi(10) }, { 'requests.memory': 0 })],
      Mi(110),
    ],
    ['bound by its short name too', { ...raise, withRequest: true }, [quota({ memory: Mi(10) }, { memory: 0 })], Mi(110)],
    ['shared by all pods', { ...raise, pods: 4 }, [quota({ 'limits.memory': Mi(80) }, { 'limits.memory': 0 })], Mi(120)],
    [
      'enough for the pods that run twice meanwhile',
      { ...raise, pods: 4, surge: 1 },
      [quota({ 'limits.memory': Mi(150) }, { 'limits.memory': 0 })],
      Mi(110),
    ],
  ])('is %s', (_what, asked, quotas, limit) => {
    expect(limitThatQuotasHold(asked, fakeView(quotas))).toBe(limit);
  });
});

describe('how many more pods fit', () => {
  const one = pod('a', { containers: [asks(300)] });
  const others = (more: Parameters<typeof node>[1] = {}) =>
    node('node-2', { allocatable: { memoryBytes: Mi(1000), cpuCores: 8 }, ...more });

  it.each([
    ['by what is scarcer, memory', [others()], 3],
    ['by what is scarcer, cores', [others({ allocatable: { memoryBytes: Mi(9000), cpuCores: 1.2 } })], 2],
    ['over all nodes', [others(), small()], 5],
    ['and none on a cordoned node', [others({ isUnschedulable: true })], 0],
    ['and none on a node with a taint that keeps pods off', [others({ taints: [{ key: 'gpu', effect: 'NoSchedule' }] })], 0],
    ['and some on a node that is better avoided', [others({ taints: [{ key: 'old', effect: 'PreferNoSchedule' }] })], 3],
    ['and none on a node that goes away', [others({ deletedAt: 1 })], 0],
    ['and none on a node that is not ready', [others({ conditions: [] })], 0],
    ['and none on a node that does not say what it has', [others({ allocatable: {} })], 0],
    ['and none without nodes', [], 0],
  ])('is counted %s', (_what, nodes, copies) => {
    expect(copiesThatFit(one, fakeView([one, ...nodes]))).toBe(copies);
  });

  it.each([
    ['endless without a quota', {}, {}, Number.POSITIVE_INFINITY],
    ['by the count of pods', { pods: 5 }, { pods: 3 }, 2],
    ['by requests of memory', { 'requests.memory': Mi(1000) }, { 'requests.memory': 0 }, 3],
    ['by limits of memory', { 'limits.memory': Mi(128) }, { 'limits.memory': 0 }, 1],
    ['by requests of cores', { cpu: 1.5 }, { cpu: 0 }, 3],
    ['none where nobody has reckoned up the use', { pods: 5 }, {}, 0],
    ['not by what the pod does not use', { 'limits.cpu': 0 }, { 'limits.cpu': 0 }, Number.POSITIVE_INFINITY],
  ])('is bound %s', (_what, hard, used, copies) => {
    expect(copiesWithinQuotas(one, fakeView([resourceQuota('q', { hard, used })]))).toBe(copies);
  });
});
