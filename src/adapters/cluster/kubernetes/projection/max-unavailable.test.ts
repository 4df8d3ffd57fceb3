import { expect, it } from 'vitest';
import type { Workload } from '../../../../core/model/objects.ts';
import { maxUnavailableOf } from './max-unavailable.ts';

type Row = readonly [kind: Workload['kind'], replicas: number, update: object | undefined, expected: number | undefined];

const rows: readonly Row[] = [
  ['Deployment', 4, undefined, 1],
  ['Deployment', 3, undefined, 0],
  ['Deployment', 7, { rollingUpdate: { maxUnavailable: '50%' } }, 3],
  ['Deployment', 2, { rollingUpdate: { maxUnavailable: 5 } }, 2],
  ['Deployment', 4, { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } }, 0],
  ['Deployment', 3, { rollingUpdate: { maxUnavailable: '10%', maxSurge: 0 } }, 1],
  ['Deployment', 3, { rollingUpdate: { maxUnavailable: 'many' } }, 3],
  ['Deployment', 3, { type: 'Recreate' }, undefined],
  ['DaemonSet', 5, undefined, 1],
  ['DaemonSet', 5, { rollingUpdate: { maxUnavailable: '50%' } }, 3],
  ['DaemonSet', 5, { rollingUpdate: { maxUnavailable: 0, maxSurge: '20%' } }, 0],
  ['DaemonSet', 5, { type: 'OnDelete' }, undefined],
  ['StatefulSet', 3, { rollingUpdate: { partition: 0 } }, 1],
  ['StatefulSet', 9, { rollingUpdate: { maxUnavailable: '30%' } }, 3],
  ['StatefulSet', 3, { type: 'OnDelete' }, undefined],
];

it.each(rows)('a rolling update of a %s with %i replicas and %j takes at most %j', (kind, replicas, update, expected) => {
  const field = kind === 'Deployment' ? 'strategy' : 'updateStrategy';
  expect(maxUnavailableOf(kind, { spec: { [field]: update } }, replicas)).toBe(expected);
});
