/** What kubemend tells as Kubernetes events, on a real API server and as `kubectl describe` shows it. */
import { afterAll, describe, expect, it } from 'vitest';
import { openKubernetesCluster } from '../../src/adapters/cluster/kubernetes/kubernetes-cluster.ts';
import { kubeEventNotifier } from '../../src/adapters/notifiers/kube-event.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import type { Incident } from '../../src/core/model/incident.ts';
import type { ResourceRef } from '../../src/core/model/resource.ts';
import { quietLogger } from '../fakes/logger.ts';
import {
  actsOf,
  auditLog,
  cleanUp,
  controller,
  deploy,
  incidentsOf,
  installKubemend,
  kubectl,
  newNamespace,
  onCleanUp,
  placeIn,
  told,
  waitFor,
} from './harness.ts';

const home = await installKubemend({ namespace: 'km-events' });
const [shop, bank] = [await newNamespace({ optedIn: true }), await newNamespace({ optedIn: true })];
const cluster = await openKubernetesCluster({
  kubeconfig: home.kubeconfig,
  namespace: home.namespace,
  clock: systemClock,
  log: quietLogger,
  standsForElection: false,
});
onCleanUp(() => cluster.stop());
afterAll(cleanUp, 180_000);

describe('what kubemend tells', () => {
  it('stands on the object: what is said again raises a count, and describe shows it', { timeout: 90_000 }, async () => {
    const till = await deploy(bank, { name: 'till', replicas: 0 });
    const notifier = kubeEventNotifier({ clock: systemClock, log: quietLogger, events: cluster.events, isWanted: () => true });
    const incident = incidentAbout({
      cluster: 'default',
      apiGroup: 'apps',
      kind: 'Deployment',
      namespace: bank,
      name: 'till',
      uid: till.uid,
    });
    const say = (reason: string) =>
      notifier.notify(incident, { at: systemClock.now(), actor: 'kubemend', what: 'denied', detail: { reasons: [reason] } });
    await say('budget: used up');
    await Promise.all([say('budget: used up'), say('budget: used up'), say('pause: on')]);
    await notifier.stop();
    const events = await told(bank, 'till');
    expect(events.map(({ reason, count, message, uid }) => [reason, count, message, uid]).toSorted()).toEqual([
      ['ActionDenied', 1, 'no plan: not done: pause: on', till.uid],
      ['ActionDenied', 3, 'no plan: not done: budget: used up', till.uid],
    ]);
    const described = await kubectl(['describe', 'deployment', 'till', '-n', bank]);
    expect(described).toMatch(/Normal +ActionDenied +\d+s \(x3 over \d+s\) +kubemend +no plan: not done: budget: used up/);
  });

  it('about an object without a namespace stands in the namespace default', async () => {
    const notifier = kubeEventNotifier({ clock: systemClock, log: quietLogger, events: cluster.events, isWanted: () => true });
    const name = `storage-${bank}`;
    await notifier.notify(incidentAbout({ cluster: 'default', apiGroup: 'storage.k8s.io', kind: 'StorageClass', name, uid: 'u' }), {
      ...{ at: systemClock.now(), actor: 'kubemend', what: 'ended' },
      detail: { how: 'escalated', reason: 'x'.repeat(5_000) },
    });
    const [event] = await told('default', name);
    expect(event).toMatchObject({ reason: 'IncidentEscalated', count: 1 });
    expect(Buffer.byteLength(String(event?.message))).toBe(1_024);
  });

  it('is written by a running controller, by its own account, and is no trouble to it', { timeout: 150_000 }, async () => {
    const at = await placeIn(home);
    const since = Date.now();
    const unschedulable = { nodeSelector: { 'kubemend.test/no-such': 'node' } };
    for (const namespace of [shop, bank]) await deploy(namespace, { name: 'cart', replicas: 1, pod: unschedulable });
    const running = controller(at, 'ask', shop);
    const subjects = async () => (await incidentsOf(at)).map(({ subject }) => subject);
    const reasons = async (namespace: string) => {
      const names = new Set((await subjects()).map(({ name }) => name)).add('cart');
      return (await Promise.all([...names].map((name) => told(namespace, name)))).flat().map(({ reason, count }) => `${reason} x${count}`);
    };
    await waitFor('the diagnosis is told', async () => (await reasons(shop)).some((one) => one.startsWith('Diagnosed')), {
      ...{ timeoutMs: 90_000, everyMs: 1_000 },
    });
    const before = await subjects();
    await new Promise((resolve) => setTimeout(resolve, 20_000)); // long enough for detectors to see the events, were they shown them
    expect(await subjects()).toEqual(before);
    expect((await reasons(shop)).toSorted()).toEqual(['Diagnosed x1', 'IncidentOpened x1']);
    expect(await reasons(bank)).toEqual([]);
    const writes = (await auditLog({ since, resource: 'core/events' })).filter(
      ({ agent, verb }) => agent === 'kubemend' && verb === 'create',
    );
    expect(new Set(writes.map(({ user }) => user))).toEqual(new Set([`system:serviceaccount:${home.namespace}:observer`]));
    expect(await actsOf(`:${home.namespace}:actor`, since)).toEqual([]);
    expect((await running.stop()).code).toBe(0);
  });
});

function incidentAbout(subject: ResourceRef): Incident {
  return {
    ...{ id: 'i1', version: 1, phase: 'denied', subject, openedAt: 0, phaseAt: 0, wakeAt: 0, redecisions: 0, hypotheses: [], attempts: [] },
    findings: [{ detector: 'd', subject, summary: 's', score: 1, evidence: [{ id: 'e', source: 'Pod', at: 0 }], since: 0, at: 0 }],
  };
}
