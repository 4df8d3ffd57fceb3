import { finding, incident, rollbackPlan, scalePlan, worldWith } from '../../test/fakes/guard-facts.ts';
import { blindToUndo, deafToOptions, guardTable, offBy, trustful } from '../../test/fakes/guard-table.ts';
import { manager, NOON } from '../../test/fakes/object-meta.ts';
import { deployment } from '../../test/fakes/objects.ts';
import { ownerConflict } from './owner-conflict.ts';

const SOON = NOON + 15_000;
const restorative = { restorative: true };
const MINUTE = 60_000;
const cart = (options: Parameters<typeof deployment>[1]) => worldWith(deployment('cart', options));
const edited = (name: string, at: number, touches: ('replicas' | 'template' | 'resources' | 'other')[] = ['template']) =>
  cart({ managers: [manager(name, { at, touches })] });
const started = (since: number) => ({ incident: incident({ findings: [finding({ since })] }) });

/** Who wrote the field last: people, other operators, ourselves. */
guardTable(
  ownerConflict,
  {
    'denies shortly after somebody edited the same field': {
      plan: scalePlan(),
      objects: edited('kubectl-scale', NOON - 4 * MINUTE, ['replicas']),
      expect: [['deny', 'kubectl-scale wrote its replicas 4 min ago; 6 min to go', NOON + 6 * MINUTE]],
    },
    'allows exactly ten minutes later': {
      plan: scalePlan(),
      objects: edited('kubectl-scale', NOON - 10 * MINUTE, ['replicas']),
      expect: [],
    },
    'denies a millisecond before': {
      plan: scalePlan(),
      objects: edited('kubectl-scale', NOON - 10 * MINUTE + 1, ['replicas']),
      expect: [['deny', '1 s to go', NOON + 1]],
    },
    'denies after the write of an operator that it does not know': {
      plan: scalePlan(),
      objects: edited('shop-operator', NOON - MINUTE, ['replicas']),
      expect: [['deny', 'shop-operator wrote its replicas 60 s ago', NOON + 9 * MINUTE]],
    },
    'does not mind an edit of another field': {
      plan: scalePlan(),
      objects: edited('kubectl-edit', NOON - MINUTE, ['template']),
      expect: [],
    },
    'does not mind its own writes and those of controllers': {
      plan: scalePlan(),
      objects: cart({ managers: [manager('kubemend', { at: NOON }), manager('kube-controller-manager', { at: NOON })] }),
      expect: [],
    },
    'does not mind an edit when it evicts': { objects: edited('kubectl-edit', NOON), expect: [] },
    'allows a rollback of the very edit that is blamed': {
      plan: rollbackPlan(),
      impact: restorative,
      objects: edited('kubectl-set', NOON - 3 * MINUTE),
      expect: [],
    },
    'allows it when the symptom came in the same instant': {
      plan: rollbackPlan(),
      impact: restorative,
      ...started(NOON - MINUTE),
      objects: edited('kubectl-set', NOON - MINUTE),
      expect: [],
    },
    'denies a rollback while somebody works on it after the symptom': {
      plan: rollbackPlan(),
      impact: restorative,
      ...started(NOON - 3 * MINUTE),
      objects: edited('kubectl-edit', NOON - MINUTE),
      expect: [['deny', 'kubectl-edit wrote its template 60 s ago', NOON + 9 * MINUTE]],
    },
    'does not excuse the edit for another cause': {
      plan: rollbackPlan(undefined, { treats: 'memory-limit-too-low' }),
      impact: restorative,
      objects: edited('kubectl-set', NOON - 3 * MINUTE),
      expect: [['deny', 'kubectl-set wrote its template', NOON + 7 * MINUTE]],
    },
    'denies when nobody can tell when it was edited': {
      plan: scalePlan(),
      objects: cart({ managers: [{ manager: 'kubectl', operation: 'Update', touches: ['replicas'] }] }),
      expect: [['deny', 'kubectl wrote its replicas, and nobody can tell when', SOON]],
    },
    'denies when nobody can tell who wrote it': {
      plan: scalePlan(),
      objects: cart({ managers: [] }),
      expect: [['deny', 'it has no managedFields', SOON]],
    },
    'denies while the target is out of view': {
      plan: scalePlan(),
      ages: { Deployment: 135_001 },
      expect: [['deny', 'Deployments are out of view', SOON]],
    },
    'can stay away for longer by option': {
      plan: scalePlan(),
      options: { editQuietMs: 30 * MINUTE },
      objects: edited('kubectl', NOON - 20 * MINUTE, ['replicas']),
      expect: [['deny', '10 min to go', NOON + 10 * MINUTE]],
    },
    'lets an undo pass right after an edit': {
      kind: 'undo',
      plan: scalePlan(),
      objects: edited('kubectl', NOON, ['replicas']),
      expect: [],
    },
  },
  {
    'that believes an old view': trustful(ownerConflict),
    'that forgets its options': deafToOptions(ownerConflict),
    'that is a millisecond early': offBy(ownerConflict, 1),
    'that is a millisecond late': offBy(ownerConflict, -1),
    'that stops undo': blindToUndo(ownerConflict),
  },
);
