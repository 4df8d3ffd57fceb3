import { describe, expect, it } from 'vitest';
import { evictPlan, guardFacts, nodePlan, rollbackPlan, worldWith, worldWithout } from '../../test/fakes/guard-facts.ts';
import { blindToUndo, deafToOptions, guardTable, misled, offBy, trustful } from '../../test/fakes/guard-table.ts';
import { NOON, ref } from '../../test/fakes/object-meta.ts';
import { deployment, node, statefulSet } from '../../test/fakes/objects.ts';
import { stormBrake } from './storm-brake.ts';

const SOON = NOON + 15_000;
const LATER = NOON + 300_000;
const names = (count: number) => Array.from({ length: count }, (_, index) => `d${index}`);
/** So many owners, of which so many are sick. */
const owners = (all: number, sick: number, at = NOON) => ({
  objects: names(all).map((name) => deployment(name)),
  sick: { at, owners: names(sick).map((name) => ref('Deployment', name)) },
});
const zone = (all: number, sick: number) => [
  ...worldWithout('Node'),
  ...Array.from({ length: all }, (_, index) => node(`node-${index + 1}`, { ready: index >= sick })),
  ...Array.from({ length: 50 }, (_, index) => node(`far-${index}`, { zone: 'zone-b' })),
];

guardTable(
  stormBrake,
  {
    'allows one sick owner of many': { ...owners(10, 1), expect: [] },
    'allows exactly 20 %': { ...owners(10, 2), expect: [] },
    'denies above 20 %': { ...owners(10, 3), expect: [['deny', '3 of 10 owners are sick, 30 %; 2 is the most (20 %)', LATER]] },
    'allows one of two: the floor': { ...owners(2, 1), expect: [] },
    'denies two of four': { ...owners(4, 2), expect: [['deny', '2 of 4 owners are sick', LATER]] },
    'denies when all are sick': {
      ...owners(10, 10),
      expect: [['deny', 'all 10 owners are sick: either the fault lies elsewhere or kubemend is blind', LATER]],
    },
    'denies when the only owner is sick': { ...owners(1, 1), expect: [['deny', 'all 1 owners are sick', LATER]] },
    'denies when it knows no owner': { ...owners(0, 0), expect: [['deny', 'all 0 owners', LATER]] },
    'does not count kube-system': {
      objects: [deployment('d0'), deployment('d1'), ...names(8).map((name) => deployment(name, { namespace: 'kube-system' }))],
      sick: { at: NOON, owners: names(2).map((name) => ref('Deployment', name)) },
      expect: [['deny', 'all 2 owners', LATER]],
    },
    'does not count workloads that are scaled to nought': {
      objects: [deployment('d0'), deployment('d1', { replicas: 0 })],
      sick: { at: NOON, owners: [ref('Deployment', 'd0')] },
      expect: [['deny', 'all 1 owners', LATER]],
    },
    'counts workloads of one replica': {
      objects: names(5).map((name) => deployment(name, { replicas: 1 })),
      sick: { at: NOON, owners: [ref('Deployment', 'd0')] },
      expect: [],
    },
    'counts sick owners of other kinds as well': {
      objects: [deployment('d0'), statefulSet('s0'), deployment('d1')],
      sick: { at: NOON, owners: [ref('Job', 'import'), ref('StatefulSet', 's0')] },
      expect: [['deny', '2 of 4 owners are sick', LATER]],
    },
    'counts an owner once': { ...owners(10, 0), sick: { at: NOON, owners: [0, 1, 2].map(() => ref('Deployment', 'd0')) }, expect: [] },
    'does not count sick nodes as owners': {
      ...owners(10, 0),
      sick: { at: NOON, owners: ['a', 'b', 'c'].map((name) => ref('Node', name)) },
      expect: [],
    },
    'believes a report of exactly 60 s': { ...owners(10, 1, NOON - 60_000), expect: [] },
    'denies on an older one': {
      ...owners(10, 1, NOON - 60_001),
      expect: [['deny', 'last looked at 61 s ago; at most 60 s is allowed', SOON]],
    },
    'denies without a report': { sick: undefined, expect: [['deny', 'no detection cycle has said yet what is sick', SOON]] },
    'denies while it cannot see workloads': {
      ...owners(10, 1),
      ages: { StatefulSet: undefined },
      expect: [['deny', 'StatefulSets are out of view', SOON]],
    },
    'lets what is restorative pass in any storm': { ...owners(10, 10), plan: rollbackPlan(), impact: { restorative: true }, expect: [] },
    'stops a rollback that is not': {
      ...owners(10, 10),
      plan: rollbackPlan(),
      impact: { restorative: false },
      expect: [['deny', 'all 10 owners', LATER]],
    },
    'counts nodes of the zone for a node': {
      plan: nodePlan(),
      objects: zone(10, 3),
      expect: [['deny', '3 of 10 nodes of zone-a are sick', LATER]],
    },
    'allows a node at exactly 20 % of its zone': { plan: nodePlan(), objects: zone(10, 2), expect: [] },
    'denies when all nodes of the zone are sick': {
      plan: nodePlan(),
      objects: zone(3, 3),
      expect: [['deny', 'all 3 nodes of zone-a', LATER]],
    },
    'counts nodes of the zone for a pod that is taken off its node': {
      plan: evictPlan(),
      impact: { scope: 'node' },
      objects: [...worldWith(node('node-1', { ready: false }), node('node-2', { ready: false }))],
      expect: [['deny', '2 of 3 nodes of zone-a are sick', LATER]],
    },
    'denies a pod whose node is not in view': {
      plan: evictPlan(),
      impact: { scope: 'node' },
      objects: worldWithout('Node'),
      expect: [['deny', 'cart-6f-0 is no node in view, nor on one', SOON]],
    },
    'denies a node that is not in view': { plan: nodePlan('gone'), expect: [['deny', 'Node gone is no node in view', SOON]] },
    'denies a node while it cannot see nodes': {
      plan: nodePlan(),
      ages: { Node: undefined },
      expect: [['deny', 'Nodes are out of view', SOON]],
    },
    'can be stricter by option': { ...owners(100, 11), options: { maxSickShare: 0.1 }, expect: [['deny', '11 of 100', LATER]] },
    'does not go above the compiled-in ceiling': {
      ...owners(100, 51),
      options: { maxSickShare: 1 },
      expect: [['deny', '51 of 100 owners are sick, 51 %; 50 is the most (50 %)', LATER]],
    },
    'lets an undo pass': { ...owners(10, 10), kind: 'undo', expect: [] },
  },
  {
    'that believes an old view': trustful(stormBrake),
    'that takes no report for health': misled(stormBrake, (facts) => ({ ...facts, sick: facts.sick ?? { at: facts.now, owners: [] } })),
    'that forgets its options': deafToOptions(stormBrake),
    'that is a millisecond early': offBy(stormBrake, 1),
    'that is a millisecond late': offBy(stormBrake, -1),
    'that stops undo': blindToUndo(stormBrake),
  },
);

describe('storm-brake', () => {
  it('holds the limit exactly for every number of owners from 1 to 100 and every share', () => {
    const wrong: string[] = [];
    for (let all = 1; all <= 100; all++)
      for (let sick = 0; sick <= all; sick++) {
        const isAllowed = sick < all && (sick <= 1 || sick * 5 <= all);
        const said = stormBrake.bind({}).object(evictPlan(), guardFacts(owners(all, sick)));
        if ((said.length === 0) !== isAllowed) wrong.push(`${sick}/${all}`);
      }
    expect(wrong).toEqual([]);
  });
});
