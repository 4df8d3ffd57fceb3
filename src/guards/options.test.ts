import { expect, it } from 'vitest';
import { guards } from './index.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const FREE = Number.MAX_SAFE_INTEGER;

/** Every number that can be configured: default, and the bounds beyond which configuration has no effect. */
const numbers: Readonly<Record<string, Readonly<Record<string, readonly [number, number, number]>>>> = {
  'evidence-age': { maxAgeMs: [135 * SECOND, 0, 135 * SECOND] },
  confidence: { minConfidence: [0.7, 0.5, 1], minCases: [10, 5, FREE] },
  'dry-run': { maxAgeMs: [30 * SECOND, 0, 30 * SECOND] },
  'owner-conflict': { editQuietMs: [10 * MINUTE, 2 * MINUTE, 24 * HOUR] },
  'ready-replicas': { minReadyShare: [0.5, 0.25, 1] },
  'healthy-nodes': { minHealthyShare: [0.51, 0.34, 1] },
  'blast-radius': { maxPods: [25, 0, 100], maxNamespaceShare: [0.5, 0, 1] },
  budget: {
    clusterPerHour: [10, 0, 60],
    namespacePerHour: [6, 0, 30],
    nodePerHour: [4, 0, 10],
    actionPerHour: [10, 0, 60],
    clusterInFlight: [3, 0, 10],
    namespaceInFlight: [2, 0, 5],
    nodeInFlight: [1, 0, 3],
    ownerInFlight: [1, 0, 1],
  },
  cooldown: {
    restMs: [5 * MINUTE, MINUTE, HOUR],
    longestRestMs: [HOUR, 5 * MINUTE, 24 * HOUR],
    maxActs: [3, 0, 5],
    windowMs: [6 * HOUR, HOUR, 24 * HOUR],
  },
  'storm-brake': { maxSickShare: [0.2, 0, 0.5] },
  'self-caused': { windowMs: [10 * MINUTE, 2 * MINUTE, 24 * HOUR] },
  repetition: { windowMs: [24 * HOUR, HOUR, 24 * HOUR] },
};
const others: Readonly<Record<string, object>> = {
  'evidence-age': { trustedSeries: [] },
  'evidence-trust': { trustedSeries: [] },
  scope: { namespaces: [], nodes: false },
  'freeze-windows': { windows: [] },
  'never-touch': { namespaces: [], allowLocalStorage: false },
};

it.each(guards.map((guard) => [guard.name, guard] as const))('%s has the defaults that are documented', (name, guard) => {
  const defaults = Object.entries(numbers[name] ?? {}).map(([key, [standard]]) => [key, standard]);
  expect(guard.options.parse({})).toEqual({ ...Object.fromEntries(defaults), ...others[name] });
});

it.each(guards.filter(({ name }) => name in numbers).map((guard) => [guard.name, guard] as const))(
  '%s does not go beyond its compiled-in bounds',
  (name, guard) => {
    const bounds = Object.entries(numbers[name] ?? {});
    const parsed = (value: number) => guard.options.parse(Object.fromEntries(bounds.map(([key]) => [key, value])));
    expect(parsed(-FREE)).toMatchObject(Object.fromEntries(bounds.map(([key, [, floor]]) => [key, floor])));
    expect(parsed(FREE)).toMatchObject(Object.fromEntries(bounds.map(([key, [, , ceiling]]) => [key, ceiling])));
  },
);
