import { expect, it } from 'vitest';
import { incident as toldIncident } from '../../../test/fakes/guard-facts.ts';
import { ref } from '../../../test/fakes/object-meta.ts';
import { aSimulatedCluster, type Simulated } from '../../../test/simulator/simulated.ts';
import type { Attempt, Incident } from '../../core/model/incident.ts';
import { placeSetting } from '../../simulator/cluster/faults/fault-script.ts';
import { hang } from '../../simulator/cluster/faults/hang.ts';
import { createRandom } from '../../simulator/random.ts';
import type { PlacedFault } from './demo-cluster.ts';
import { isAbout, watchFault } from './fault-watch.ts';

/** A hung pod in a cluster that has been well for a minute, watched from now on. */
function watched(simulated: Simulated, isLookAlike = false) {
  const drawn = hang.draw(createRandom(3), 'shop');
  placeSetting(simulated, drawn);
  simulated.pass(60);
  const what = { name: 'hang', subject: `Deployment shop/${drawn.subject.name}`, namespace: 'shop', variant: '', isLookAlike };
  const fault: PlacedFault = {
    ...what,
    drawn,
    expected: isLookAlike ? 'silent' : 'mended',
    round: 1,
    afterSeconds: 0,
  };
  const watch = watchFault(fault, simulated.world, () => drawn.inject(simulated));
  const about = ref('Deployment', drawn.subject.name, { namespace: 'shop' });
  const incident = (seconds: number, changes: Partial<Incident> = {}) =>
    toldIncident({ subject: about, openedAt: watch.injectedAt + seconds * 1_000, phase: 'open', ...changes });
  return { drawn, watch, incident };
}

function ended(incident: Incident, { clock }: Simulated, changes: Partial<Incident>): Incident {
  return { ...incident, phase: 'resolved', endedAt: clock.now(), attempts: [act(incident.openedAt)], ...changes };
}

function act(at: number, undone = false): Attempt {
  return { actionId: 'a1', action: 'evict-pod', target: 'cart', at, undone };
}

it('is over some time after the incident has ended, and stays as it was then', () => {
  const simulated = aSimulatedCluster();
  const { drawn, watch, incident } = watched(simulated);
  simulated.pass(10);
  expect(watch.look([incident(5)])).toBeUndefined();
  simulated.world.objects.remove({ resource: 'pods', namespace: 'shop', name: simulated.pods(drawn.subject.name)[0]?.metadata.name ?? '' });
  simulated.pass(60);
  const resolved = ended(incident(5), simulated, { reason: 'recovered' });
  expect(watch.look([resolved])).toBeUndefined();
  simulated.pass(31);
  expect(watch.look([resolved])).toMatchObject({ outcome: 'mended', ok: true, detectedMs: 5_000 });
  expect(watch.endedAt()).toBe(simulated.clock.now());
  expect(watch.look([resolved, incident(200)])).toBeUndefined();
  expect(watch.result().outcome).toBe('mended');
});

it('is not mended while the hung pod still stands, whatever kubemend holds', () => {
  const simulated = aSimulatedCluster();
  const { watch, incident } = watched(simulated);
  simulated.pass(60);
  const resolved = ended(incident(5), simulated, { reason: 'recovered' });
  simulated.pass(31);
  expect(watch.look([resolved])).toMatchObject({ outcome: 'missed', ok: false });
});

it('is not undone while the workload differs from what it was before the act', () => {
  const simulated = aSimulatedCluster();
  const { drawn, watch, incident } = watched(simulated);
  simulated.edit('deployments.apps', drawn.subject.name, (draft) => {
    draft.spec = { ...draft.spec, replicas: 1 };
  });
  const undone = ended(incident(5), simulated, { phase: 'escalated', attempts: [act(watch.injectedAt, true)] });
  simulated.pass(31);
  expect(watch.look([undone])).toMatchObject({ outcome: 'missed' });
});

it('does not count what was found before the fault happened', () => {
  const simulated = aSimulatedCluster();
  const { watch, incident } = watched(simulated);
  expect(watch.look([ended(incident(-5), simulated, { reason: 'recovered', endedAt: 0 })])).toBeUndefined();
  expect(watch.result()).toMatchObject({ outcome: 'missed', detectedMs: null });
});

it('is waited for half an hour and no longer', () => {
  const simulated = aSimulatedCluster();
  const { watch, incident } = watched(simulated);
  simulated.pass(29 * 60);
  expect(watch.look([incident(5)])).toBeUndefined();
  simulated.pass(61);
  expect(watch.look([incident(5)])).toMatchObject({ outcome: 'missed' });
});

it('is over for a look-alike after two minutes of silence, and stays silent then', () => {
  const simulated = aSimulatedCluster();
  const { watch, incident } = watched(simulated, true);
  simulated.pass(119);
  expect(watch.look([])).toBeUndefined();
  simulated.pass(1);
  expect(watch.look([])).toMatchObject({ outcome: 'silent', ok: true });
  expect(watch.look([incident(125)])).toBeUndefined();
});

it('is not all right for a look-alike against which anything is held', () => {
  const simulated = aSimulatedCluster();
  const { watch, incident } = watched(simulated, true);
  simulated.pass(31);
  const over = ended(incident(5), simulated, { reason: 'self-recovered', endedAt: watch.injectedAt + 1, attempts: [] });
  expect(watch.look([over])).toMatchObject({ outcome: 'self-recovered', ok: false });
});

it.each([
  ['a workload of its namespace', ref('Deployment', 'cart', { namespace: 'shop' }), true, true],
  ['a workload of another namespace', ref('Deployment', 'cart', { namespace: 'platform' }), false, false],
  ['a node', ref('Node', 'node-1'), false, true],
])('an incident about %s belongs to the fault, or to the one that strikes nodes', (_what, subject, plain, striking) => {
  const about = (more: { strikesNodes?: true }) => isAbout({ namespace: 'shop', ...more }, { subject });
  expect([about({}), about({ strikesNodes: true })]).toEqual([plain, striking]);
});
