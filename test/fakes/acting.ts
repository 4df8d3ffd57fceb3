/** What tests of actions share: incidents, facts over a fake cluster, and an act with its undo as the stages carry them out. */
import type { Cause } from '../../src/core/model/diagnosis.ts';
import type { Finding } from '../../src/core/model/finding.ts';
import type { Incident } from '../../src/core/model/incident.ts';
import type { KubeObject } from '../../src/core/model/objects.ts';
import type { ResourceRef } from '../../src/core/model/resource.ts';
import type { ClusterWrite } from '../../src/core/model/write.ts';
import type { Action, Facts, Proposal } from '../../src/core/plugins.ts';
import type { LiveObject } from '../../src/core/ports.ts';
import { inverseOf } from '../../src/core/stages/effect.ts';
import { viewOf } from '../../src/core/view.ts';
import { fakeClock } from './clock.ts';
import { type FakeCluster, fakeCluster } from './cluster.ts';
import { NOON } from './object-meta.ts';

/** A finding about an object, seen to hold just now. */
export function findingOn({ meta }: KubeObject, options: Partial<Finding> = {}): Finding {
  const evidence = [{ id: `evidence-of-${meta.ref.name}`, source: 'watch:Pod', at: NOON }];
  return { detector: 'test', subject: meta.ref, summary: 'it is sick', score: 1, evidence, since: NOON - 60_000, at: NOON, ...options };
}

/** A diagnosed incident about an object, with one finding about it and one about each sick object. */
export function incidentOn(subject: KubeObject, sick: readonly KubeObject[] = [], options: Partial<Incident> = {}): Incident {
  const times = { openedAt: NOON - 60_000, phaseAt: NOON, wakeAt: NOON };
  const findings = [subject, ...sick].map((object) => findingOn(object));
  const rest = { findings, hypotheses: [], attempts: [], redecisions: 0 };
  return { id: 'incident', version: 1, phase: 'diagnosed', subject: subject.meta.ref, ...times, ...rest, ...options };
}

/** An act of this incident that was taken five minutes ago and did not help. */
export function attempt(action: string, target: string, options: Partial<Incident['attempts'][number]> = {}): Incident['attempts'][number] {
  return { actionId: `${action}-1`, action, target, at: NOON - 5 * 60_000, outcome: 'unchanged', undone: false, ...options };
}

/** An object of the cluster; a pair adds the parts that only a live read gives. */
export type Placed = KubeObject | readonly [KubeObject, Pick<LiveObject, 'template' | 'resources'>];

/** A fake cluster with these objects at noon. */
export function clusterOf(...objects: Placed[]): FakeCluster {
  const cluster = fakeCluster(fakeClock(NOON));
  for (const one of objects) {
    if ('meta' in one) cluster.put(one);
    else cluster.put(...one);
  }
  return cluster;
}

/** All that an action may look at, now. */
export function factsOf(cluster: FakeCluster): Facts {
  return { now: NOON, view: viewOf(cluster, NOON), cluster };
}

/** What the action proposes for the incident. */
export async function proposed(action: Action, incident: Incident, cluster: FakeCluster, cause?: Cause): Promise<Proposal | undefined> {
  return await action.propose(incident, cause ?? action.treats[0] ?? 'unknown', factsOf(cluster));
}

/** Carries out the proposal's write, then its inverse; returns what stood live before, after the act, and after the undo. */
export async function doneAndUndone(action: Action, { target, input }: Proposal, cluster: FakeCluster) {
  const before = await liveOf(cluster, target);
  const write = action.write(input);
  const undo = inverseOf(write, before);
  const acted = await carryOut(cluster, write);
  const undone = undo && (await carryOut(cluster, undo));
  return { write, undo, before, acted, undone };
}

async function carryOut(cluster: FakeCluster, write: ClusterWrite): Promise<LiveObject> {
  const { object } = await liveOf(cluster, write.target);
  const answer = await cluster.write(write, object.meta.resourceVersion, { actionId: 'act', epoch: 1 });
  if (answer.is !== 'done') throw new Error(`the fake cluster answered ${answer.is}`);
  return liveOf(cluster, write.target);
}

async function liveOf(cluster: FakeCluster, ref: ResourceRef): Promise<LiveObject> {
  const live = await cluster.live(ref);
  if (!live) throw new Error(`no ${ref.name} to read`);
  return live;
}
