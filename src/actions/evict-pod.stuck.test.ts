import { describe, expect, it } from 'vitest';
import { attempt, clusterOf, factsOf, incidentOn, proposed } from '../../test/fakes/acting.ts';
import { deployed } from '../../test/fakes/deployed.ts';
import { NOON } from '../../test/fakes/object-meta.ts';
import { pod, statefulSet } from '../../test/fakes/objects.ts';
import type { Pod, Workload } from '../core/model/objects.ts';
import { evictPod } from './evict-pod.ts';

describe('evict-pod, after the template of a StatefulSet was mended', () => {
  const good = { updateRevision: 'db-1', currentRevision: 'db-1' };
  const db = (options: Partial<Workload> = {}) => statefulSet('db', { ...good, ...options });
  const labelled = (revision: string) => ({ app: 'db', 'controller-revision-hash': revision });
  const dbPod = (ordinal: number, revision: string, ready: boolean, more: Parameters<typeof pod>[1] = {}) =>
    pod(`db-${ordinal}`, { ownedBy: db(), labels: labelled(revision), ready, ...more });
  const stuck = [dbPod(0, 'db-1', true), dbPod(1, 'db-1', true), dbPod(2, 'db-2', false)];
  const propose = (set: Workload, pods: readonly Pod[], attempts: ReturnType<typeof attempt>[] = []) =>
    proposed(evictPod, incidentOn(set, [], { attempts }), clusterOf(set, ...pods), 'bad-rollout');

  it('replaces the pod that the bad revision left stuck', async () => {
    const proposal = await propose(db(), stuck);
    expect(proposal).toMatchObject({ target: { name: 'db-2' } });
    expect(proposal?.unproven).toBeUndefined();
  });

  it('replaces one that is not even scheduled', async () => {
    const pending = pod('db-2', { ownedBy: db(), labels: labelled('db-2'), phase: 'Pending' });
    expect(await propose(db(), [...stuck.slice(0, 2), pending])).toMatchObject({ target: { name: 'db-2' } });
  });

  it('proposes nothing when the live pod has become ready, whatever the cache says', async () => {
    const cluster = clusterOf(db(), ...stuck);
    const facts = factsOf(cluster);
    cluster.put(dbPod(2, 'db-2', true));
    expect(await evictPod.propose(incidentOn(db()), 'bad-rollout', facts)).toBeUndefined();
  });

  it('takes the first in order, by number', async () => {
    const pods = [dbPod(0, 'db-1', true), ...[10, 2, 9].map((ordinal) => dbPod(ordinal, 'db-2', false))];
    expect(await propose(db(), pods)).toMatchObject({ target: { name: 'db-2' } });
  });

  it('replaces one that was killed for want of memory, once this incident has raised the limit in the template', async () => {
    const set = db({ updateRevision: 'db-2', currentRevision: 'db-1' });
    const raised = attempt('adjust-resources', 'default/apps/StatefulSet/shop/db');
    const pods = [dbPod(0, 'db-1', true), dbPod(1, 'db-1', false)];
    const propose = (attempts: ReturnType<typeof attempt>[]) =>
      proposed(evictPod, incidentOn(set, pods.slice(1), { attempts }), clusterOf(set, ...pods), 'memory-limit-too-low');
    expect(await propose([])).toBeUndefined();
    expect(await propose([attempt('adjust-resources', 'default/core/Pod/shop/db-1')])).toBeUndefined();
    expect(await propose([raised])).toMatchObject({ target: { name: 'db-1' } });
  });

  it('leaves it to a person when no other replica is ready', async () => {
    expect(await propose(db({ replicas: 1 }), [dbPod(0, 'db-2', false)])).toMatchObject({
      target: { name: 'db-0' },
      unproven: expect.stringContaining('no other replica is ready'),
    });
  });

  it('counts a template that this incident wrote as put back, though an earlier bad revision was once complete', async () => {
    const set = db({ updateRevision: 'db-1', currentRevision: 'db-2' });
    const written = attempt('rollback-rollout', 'default/apps/StatefulSet/shop/db');
    expect(await propose(set, stuck)).toBeUndefined();
    expect(await propose(set, stuck, [written])).toMatchObject({ target: { name: 'db-2' } });
    expect(await propose(set, stuck, [{ ...written, undone: true }])).toBeUndefined();
  });

  const quiet: [string, Workload, readonly Pod[]][] = [
    ['the bad template is still in force', db({ updateRevision: 'db-2' }), stuck],
    [
      'the bad template is in force and a pod of the old one is unready',
      db({ updateRevision: 'db-2' }),
      [dbPod(0, 'db-1', false), ...stuck.slice(1)],
    ],
    ['its controller has not seen the newest template', db({ observedGeneration: 0 }), stuck],
    ['no revision is known', statefulSetWithoutRevision(), stuck],
    ['the outdated pod is ready', db(), [...stuck.slice(0, 2), dbPod(2, 'db-2', true)]],
    ['the unready pod is of the wanted revision', db(), [...stuck.slice(0, 2), dbPod(2, 'db-1', false)]],
    ['the unready pod carries no revision', db(), [...stuck.slice(0, 2), pod('db-2', { ownedBy: db(), ready: false })]],
    ['the stuck pod is leaving', db(), [...stuck.slice(0, 2), dbPod(2, 'db-2', false, { deletedAt: NOON })]],
    ['its pods are managed in parallel, so that its controller replaces them', db({ podManagementPolicy: 'Parallel' }), stuck],
    ['its pods are replaced by hand only', db({ strategy: 'OnDelete' }), stuck],
  ];
  it.each(quiet)('proposes nothing when %s', async (_why, set, pods) => {
    expect(await propose(set, pods)).toBeUndefined();
  });

  it('proposes nothing for a Deployment, whose controller replaces them', async () => {
    const objects = deployed('cart', { unready: 1 });
    const [owner] = objects;
    const incident = incidentOn(owner ?? expect.fail(), objects.slice(2, 3));
    expect(await proposed(evictPod, incident, clusterOf(...objects), 'bad-rollout')).toBeUndefined();
  });

  function statefulSetWithoutRevision(): Workload {
    const { updateRevision, currentRevision, ...rest } = db();
    return rest;
  }
});
