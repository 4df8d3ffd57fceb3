import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/core/model/finding.ts';
import type { KubeObject } from '../../src/core/model/objects.ts';
import { resourceName } from '../../src/core/model/resource.ts';
import { correlate } from '../../src/core/stages/correlate.ts';
import { fakeClock } from '../fakes/clock.ts';
import { NOON } from '../fakes/object-meta.ts';
import { cronJob, deployment, job, node, pod, replicaSet } from '../fakes/objects.ts';
import { fakeView } from '../fakes/view.ts';
import { incidentsOf } from './answer-of.ts';
import { lostNode, lostReadiness } from './circumstances.ts';
import { crashing } from './containers.ts';
import { incidentStore } from './incident-store.ts';
import { rolloutScene } from './rollout-scene.ts';

function holds(detector: string, about: KubeObject): Finding {
  const { ref } = about.meta;
  return {
    detector,
    subject: ref,
    summary: detector,
    score: 1,
    evidence: [{ id: 'x', source: 'watch:Pod', at: NOON }],
    since: NOON,
    at: NOON,
  };
}

/** Groups findings and says which subjects have an incident, with the number of findings in each. */
async function grouped(findings: readonly Finding[], objects: readonly KubeObject[], store = incidentStore()): Promise<string[]> {
  await correlate(findings, fakeView(objects), { store, clock: fakeClock(NOON), detectors: [] });
  return store.all().map(({ subject, findings: held }) => `${resourceName(subject)}: ${held.length}`);
}

/** A Deployment whose pods run on these nodes. */
function spread(name: string, nodes: readonly string[]) {
  const owner = deployment(name, { replicas: nodes.length });
  const set = replicaSet(`${name}-1`, { ownedBy: owner });
  const pods = nodes.map((nodeName, index) => pod(`${name}-1-${index}`, { ownedBy: set, nodeName }));
  return { owner, set, pods, all: [owner, set, ...pods] };
}

/** The same pods, those on this node unready. */
function failingOn(nodeName: string, { all }: ReturnType<typeof spread>): { readonly objects: KubeObject[]; readonly sick: KubeObject[] } {
  const objects = all.map((object) =>
    object.kind === 'Pod' && object.nodeName === nodeName ? { ...object, ...lostReadiness(60_000) } : object,
  );
  return { objects, sick: objects.filter((object) => object.kind === 'Pod' && object.nodeName === nodeName) };
}

describe('findings about pods', () => {
  it('of one owner are one incident about the owner', async () => {
    const cart = spread('cart', ['node-1', 'node-2', 'node-3']);
    expect(
      await grouped(
        cart.pods.map((sick) => holds('crash-loop', sick)),
        cart.all,
      ),
    ).toEqual(['Deployment shop/cart: 3']);
  });

  it('of a bad rollout are one incident about the Deployment, with the finding about the rollout itself', async () => {
    const shape = { kind: 'Deployment', name: 'cart', replicas: 3, container: 'app' } as const;
    const { all } = await incidentsOf(rolloutScene(shape, { fresh: crashing(), freshCount: 2, oldCount: 2 }));
    expect(all.map(({ subject, findings }) => [resourceName(subject), findings.map(({ detector }) => detector).toSorted()])).toEqual([
      ['Deployment shop/cart', ['crash-loop', 'crash-loop', 'stuck-rollout']],
    ]);
  });

  it('of ten owners on a node that is lost are one incident about the node', async () => {
    const crowd = Array.from({ length: 10 }, (_, index) => failingOn('node-9', spread(`app-${index}`, ['node-9', 'node-1'])));
    const lost = lostNode('node-9', 5 * 60_000);
    const findings = [holds('node-not-ready', lost), ...crowd.flatMap(({ sick }) => sick.map((one) => holds('readiness-failing', one)))];
    expect(await grouped(findings, [lost, ...crowd.flatMap(({ objects }) => objects)])).toEqual(['Node node-9: 11']);
  });

  it('of three owners on a node that calls itself well are one incident about the node, if all three serve elsewhere', async () => {
    const crowd = ['a', 'b', 'c'].map((name) => failingOn('node-9', spread(name, ['node-9', 'node-1'])));
    const findings = crowd.flatMap(({ sick }) => sick.map((one) => holds('readiness-failing', one)));
    const objects = [node('node-9'), node('node-1'), ...crowd.flatMap((one) => one.objects)];
    expect(await grouped(findings, objects)).toEqual(['Node node-9: 3']);
  });

  it('of two owners on such a node are two incidents', async () => {
    const crowd = ['a', 'b'].map((name) => failingOn('node-9', spread(name, ['node-9', 'node-1'])));
    const findings = crowd.flatMap(({ sick }) => sick.map((one) => holds('readiness-failing', one)));
    expect(await grouped(findings, [node('node-9'), ...crowd.flatMap((one) => one.objects)])).toHaveLength(2);
  });

  it('of many owners in a cluster of one node are not held against the node', async () => {
    const crowd = ['a', 'b', 'c', 'd'].map((name) => failingOn('node-9', spread(name, ['node-9'])));
    const findings = crowd.flatMap(({ sick }) => sick.map((one) => holds('crash-loop', one)));
    expect(await grouped(findings, [node('node-9'), ...crowd.flatMap((one) => one.objects)])).toHaveLength(4);
  });

  it('of an owner that fails on several nodes are not held against any of them', async () => {
    const wide = ['a', 'b', 'c'].map((name) => spread(name, ['node-8', 'node-9', 'node-1']));
    const findings = wide.flatMap(({ pods }) => pods.slice(0, 2).map((one) => holds('crash-loop', one)));
    expect(await grouped(findings, [node('node-8'), node('node-9'), ...wide.flatMap(({ all }) => all)])).toHaveLength(3);
  });

  it('of a job of a schedule are about the schedule', async () => {
    const nightly = cronJob('nightly');
    const run = job('nightly-1', { ownedBy: nightly });
    const one = pod('nightly-1-x', { ownedBy: run });
    expect(await grouped([holds('image-pull-failure', one)], [nightly, run, one])).toEqual(['CronJob shop/nightly: 1']);
  });

  it('whose owner is of a kind that nobody knows are about the pod alone', async () => {
    const orphan = pod('x', { owners: [{ apiGroup: 'example.test', kind: 'Cluster', name: 'pg', uid: 'u', controller: true }] });
    expect(await grouped([holds('crash-loop', orphan)], [orphan])).toEqual(['Pod shop/x: 1']);
  });
});

describe('findings of a later look', () => {
  it('join the incident that is open, and the same finding is kept once', async () => {
    const cart = spread('cart', ['node-1', 'node-2']);
    const store = incidentStore();
    const [first, second] = cart.pods;
    if (!first || !second) throw new Error('no pods');
    await grouped([holds('crash-loop', first)], cart.all, store);
    expect(await grouped([holds('crash-loop', first), holds('crash-loop', second)], cart.all, store)).toEqual(['Deployment shop/cart: 2']);
  });
});
