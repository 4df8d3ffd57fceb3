import { describe, expect, it } from 'vitest';
import { condition, NOON } from '../../../test/fakes/object-meta.ts';
import { container, daemonSet, deployment, pod, replicaSet, statefulSet } from '../../../test/fakes/objects.ts';
import { fakeReader } from '../../../test/fakes/view.ts';
import type { Container, KubeObject, Pod } from '../../core/model/objects.ts';
import { metricColumns } from '../../core/series/metric-columns.ts';
import { workloadFigures } from './workload-figures.ts';

const STEP = 15_000;
const cart = deployment('cart', { replicas: 2 });
const set = replicaSet('cart-1', { ownedBy: cart, replicas: 2 });
const app = (cpuCores: number | undefined, more: Partial<Container> = {}) =>
  container('app', { limits: { memoryBytes: 1_000, ...(cpuCores !== undefined && { cpuCores }) }, ...more });
const since = (at: number) => ({ conditions: [condition('Ready', { status: 'True', changedAt: at })] });
const member = (n: number, containers: readonly Container[] = [app(1)], more: Parameters<typeof pod>[1] = {}) =>
  pod(`cart-1-${n}`, { ownedBy: set, containers, ...since(NOON - 3_600_000), ...more });

/** What is told of `POD/CONTAINER`s at noon, as the figures have it. */
function figuresOf(
  objects: readonly KubeObject[],
  told: Readonly<Record<string, number>>,
  metric = 'cpuCores',
  parts: { capacity?: 'requests' } = {},
) {
  const columns = metricColumns(metric, { stepMs: STEP, steps: 4, isDouble: true }, { mayAdd: () => true, grown: () => {} });
  const subjects = Object.keys(told).map((key) => {
    const [name, part = ''] = key.split('/');
    const found = objects.find((object): object is Pod => object.kind === 'Pod' && object.meta.ref.name === name);
    return { ref: found?.meta.ref ?? pod(`${name}`).meta.ref, part };
  });
  columns.put(NOON, columns.table.slotsOf(subjects), Float64Array.from(Object.values(told)));
  const making = workloadFigures({ cluster: fakeReader(objects), ...parts }).making(columns, Math.floor(NOON / STEP));
  for (;;) {
    const { done, value } = making.next();
    if (done) return value;
  }
}
const share = (...parameters: Parameters<typeof figuresOf>) => figuresOf(...parameters)?.values[0];

describe('what a workload uses of what it can', () => {
  it('is its use over its limits, of the workload itself, at the instant of the samples', () => {
    expect(figuresOf([cart, set, member(0), member(1)], { 'cart-1-0/app': 0.5, 'cart-1-1/app': 0.9 })).toEqual({
      ...{ signal: 'samples', source: 'workloads', metric: 'cpuCapacityShare', at: NOON },
      ...{ subjects: [{ ref: cart.meta.ref }], values: Float64Array.of(0.7) },
    });
  });

  it('has memory too', () => {
    expect(figuresOf([cart, set, member(0)], { 'cart-1-0/app': 250 }, 'memoryBytes')).toMatchObject({
      metric: 'memoryCapacityShare',
      values: Float64Array.of(0.25),
    });
  });

  it('is of the requests where there is no limit, if the operator wants that', () => {
    const asking = app(undefined, { requests: { cpuCores: 0.5 } });
    const told = { 'cart-1-0/app': 0.4, 'cart-1-1/app': 0.5 };
    const pods = [member(0, [asking]), member(1, [app(1)])];
    expect(share([cart, set, ...pods], told)).toBeUndefined();
    expect(share([cart, set, ...pods], told, 'cpuCores', { capacity: 'requests' })).toBeCloseTo(0.9 / 1.5, 12);
  });

  it('weighs pods by their limits', () => {
    expect(share([cart, set, member(0, [app(3)]), member(1, [app(1)])], { 'cart-1-0/app': 3, 'cart-1-1/app': 0 })).toBe(0.75);
  });

  it('counts no pod for more than its own limit', () => {
    expect(share([cart, set, member(0), member(1)], { 'cart-1-0/app': 9, 'cart-1-1/app': 0.2 })).toBe(0.6);
  });

  it('is that of the fullest container', () => {
    const both = [app(1), container('proxy', { limits: { cpuCores: 4 } })];
    expect(share([cart, set, member(0, both)], { 'cart-1-0/app': 0.9, 'cart-1-0/proxy': 0.4 })).toBe(0.9);
  });

  it('leaves out a container that has no limit, and what only runs before the others', () => {
    const three = [app(1), container('proxy', { limits: {} }), container('setup', { role: 'init', limits: { cpuCores: 1 } })];
    expect(share([cart, set, member(0, three)], { 'cart-1-0/app': 0.5 })).toBe(0.5);
  });

  it('is told of a StatefulSet, and of nothing else that owns pods', () => {
    const [db, agent] = [statefulSet('db', { replicas: 1 }), daemonSet('agent')];
    const pods = [pod('db-0', { ownedBy: db, containers: [app(1)] }), pod('agent-x', { ownedBy: agent, containers: [app(1)] })];
    const told = figuresOf([db, agent, ...pods, pod('naked', { containers: [app(1)] })], {
      'db-0/app': 0.5,
      'agent-x/app': 0.5,
      'naked/app': 1,
    });
    expect(told?.subjects.map(({ ref }) => ref.name)).toEqual(['db']);
  });

  it('is of the ready pods', () => {
    expect(
      share([cart, set, member(0), member(1, [app(1)], { conditions: [condition('Ready', { status: 'False' })] })], {
        'cart-1-0/app': 0.5,
      }),
    ).toBe(0.5);
  });
});

describe('nothing is invented:', () => {
  it.each<[string, readonly KubeObject[], Readonly<Record<string, number>>]>([
    ['the sample of a ready pod is missing', [cart, set, member(0), member(1)], { 'cart-1-0/app': 0.5 }],
    [
      'a pod became ready after the instant',
      [cart, set, member(0), member(1, [app(1)], since(NOON + 1))],
      { 'cart-1-0/app': 0.5, 'cart-1-1/app': 0.5 },
    ],
    [
      'a container of the pod is not told',
      [cart, set, member(0, [app(1), container('proxy', { limits: { cpuCores: 1 } })])],
      { 'cart-1-0/app': 1 },
    ],
  ])('the share is NaN when %s', (_why, objects, told) => {
    expect(share(objects, told)).toBeNaN();
  });

  it.each<[string, readonly KubeObject[]]>([
    ['has no limit', [cart, set, member(0, [app(undefined)])]],
    ['has a limit on some of its pods only', [cart, set, member(0), member(1, [app(undefined)])]],
    ['has no ready pod', [cart, set, member(0, [app(1)], { conditions: [] })]],
    ['is being deleted', [{ ...cart, meta: { ...cart.meta, deletedAt: NOON } }, set, member(0)]],
    ['is not in view', [set, member(0)]],
  ])('a workload that %s has no figure', (_why, objects) => {
    expect(figuresOf(objects, { 'cart-1-0/app': 0.5, 'cart-1-1/app': 0.5 })).toBeUndefined();
  });

  it('other metrics make none', () => {
    expect(figuresOf([cart, set, member(0)], { 'cart-1-0/app': 1 }, 'restarts')).toBeUndefined();
  });
});
