import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '../../../src/adapters/store/sqlite/sqlite-store.ts';
import type { AuditRow } from '../../../src/core/model/audit.ts';
import type { Store } from '../../../src/core/ports.ts';
import { ACTION_ID } from '../../../src/core/stages/effect.ts';
import type { EffectiveWrite } from '../../../src/simulator/api/effective-writes.ts';
import { startApiServer } from '../../../src/simulator/api-server.ts';
import { createClock } from '../../../src/simulator/clock.ts';
import { type Cluster, startCluster } from '../../../src/simulator/cluster/cluster.ts';
import { badImage } from '../../../src/simulator/cluster/faults/bad-image.ts';
import { type DrawnFault, type FaultScript, placeSetting } from '../../../src/simulator/cluster/faults/fault-script.ts';
import { goodRelease } from '../../../src/simulator/cluster/faults/good-release.ts';
import { hang } from '../../../src/simulator/cluster/faults/hang.ts';
import { createWorld } from '../../../src/simulator/create-world.ts';
import { kubeconfigOf } from '../../../src/simulator/kubeconfig.ts';
import { createRandom } from '../../../src/simulator/random.ts';
import { fakeClock } from '../../fakes/clock.ts';

/** World seconds in a second of the machine: the seconds that an act has between its live read and its write must do for a busy machine. */
const SPEED = 5;
/** A quiet watch is confirmed about every 5 s of the world, so that an act can be judged without waiting for minutes. */
const BOOKMARK_MS = 1_000;
const HEALTHY_MS = 1_200_000;
/** By then the fault shows, and has been seen long enough to be believed. */
const SICK_MS = 150_000;

/** What is told: a template that is put back, a pod that is evicted, or a template that is put back, makes it worse, and is undone. */
export const storyKinds = ['template', 'eviction', 'undo'] as const;
export type StoryKind = (typeof storyKinds)[number];
const scripts: Readonly<Record<StoryKind, FaultScript>> = { template: badImage, eviction: hang, undo: badImage };

/** An effective write of kubemend's with the audit rows that were durable when the API server took it. */
export interface Act {
  readonly write: EffectiveWrite;
  readonly rows: readonly AuditRow[];
  /** The action id that the written object carries, where it carries one. */
  readonly stamp: string | undefined;
}

/** A simulated cluster with one fault in it, and a place for one kubemend. */
export interface CrashWorld {
  readonly variant: string;
  readonly store: Store;
  /** What a doomed controller is told of its place, without `at`. */
  readonly doom: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string>>;
  acts(): Promise<readonly Act[]>;
  stop(): Promise<void>;
}

/** Starts a world in which the fault is there and kubemend has not come yet. The seed draws names, sizes and times. */
export async function startCrashWorld(kind: StoryKind, seed: number): Promise<CrashWorld> {
  const clock = createClock(Date.parse('2026-11-21T08:00:00Z'));
  const world = createWorld({ clock, seed });
  const api = await startApiServer(world, { port: 0, bookmarkMs: BOOKMARK_MS });
  const cluster = startCluster(world);
  for (const n of [1, 2, 3]) cluster.addNode({ name: `node-${n}`, zone: `zone-${n}` });
  for (const name of ['shop', 'kubemend']) world.objects.create('namespaces', { metadata: { name } });
  const folder = mkdtempSync(join(tmpdir(), 'kubemend-crash-'));
  const place = placeIn(folder, kubeconfigOf(api.url, 'admin'));
  const store = openSqliteStore({ stateDir: place.env.KUBEMEND_STATE_DIR, clock: fakeClock() });
  const witness = watchActs(cluster, store);
  const fault = placeFault(cluster, kind, seed);
  clock.step(HEALTHY_MS);
  fault.inject(cluster);
  if (kind === 'undo') worsenWhenWritten(cluster, fault);
  clock.step(SICK_MS);
  const time = { worldAt: clock.now(), machineAt: Date.now(), speed: SPEED };
  const stopClock = clock.run(SPEED);
  return {
    variant: fault.variant,
    store,
    doom: { ...place.doom, time },
    env: place.env,
    acts: () => Promise.all(api.effectiveWrites().filter(isAct).map(witness)),
    async stop() {
      stopClock();
      cluster.stop();
      await api.stop();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function placeIn(folder: string, kubeconfig: string) {
  const [config, kubeconfigFile, stateDir] = [join(folder, 'kubemend.yaml'), join(folder, 'kubeconfig'), join(folder, 'state')];
  writeFileSync(config, JSON.stringify({ gatherMs: 0, stableMs: 0, log: 'warn' }));
  writeFileSync(kubeconfigFile, kubeconfig);
  mkdirSync(stateDir, { mode: 0o700 });
  return {
    doom: { config, namespaces: ['shop'], ownNamespace: 'kubemend' },
    env: { KUBECONFIG: kubeconfigFile, KUBEMEND_STATE_DIR: stateDir },
  };
}

/** Its own Lease, tokens and Events change nothing of anybody's. */
function isAct({ resource, subresource }: EffectiveWrite): boolean {
  return !resource.startsWith('leases') && !resource.startsWith('events') && subresource !== 'token';
}

/** Reads the audit chain at the very moment of every change that an act may have made, while its request is still being answered. */
function watchActs({ world }: Cluster, store: Store): (write: EffectiveWrite) => Promise<Act> {
  const seen = new Map<number, { readonly rows: Promise<readonly AuditRow[]>; readonly stamp: string | undefined }>();
  world.objects.onChange(({ resource, object, before, resourceVersion }) => {
    const stamp = object.metadata.annotations?.[ACTION_ID];
    const isWritten = stamp !== before?.metadata.annotations?.[ACTION_ID];
    const isGoing = resource === 'pods' && object.metadata.deletionTimestamp !== before?.metadata.deletionTimestamp;
    if (isWritten || isGoing) seen.set(resourceVersion, { rows: store.audit({}), stamp });
  });
  return async (write) => {
    const moment = seen.get(write.resourceVersion);
    if (!moment) throw new Error(`nobody has seen the change of ${write.method} ${write.resource}/${write.subresource} ${write.name}`);
    return { write, rows: await moment.rows, stamp: moment.stamp };
  };
}

/** Deployments only: a StatefulSet takes a rollback and an eviction, and one act makes the plainer judgement. */
function placeFault(cluster: Cluster, kind: StoryKind, seed: number): DrawnFault {
  const random = createRandom(seed);
  const names = new Set<string>();
  const draw = (script: FaultScript): DrawnFault => {
    const drawn = script.draw(random, 'shop');
    const { resource, name } = drawn.subject;
    if (resource !== 'deployments.apps' || names.has(name)) return draw(script);
    names.add(name);
    return drawn;
  };
  const fault = draw(scripts[kind]);
  for (const one of [fault, draw(goodRelease), draw(goodRelease)]) placeSetting(cluster, one);
  return fault;
}

/** From the first act on, every pod of the workload ends as soon as it runs. */
function worsenWhenWritten({ world, behaviours }: Cluster, { subject }: DrawnFault): void {
  const end = world.objects.onChange(({ resource, object }) => {
    if (resource !== subject.resource || object.metadata.name !== subject.name || !object.metadata.annotations?.[ACTION_ID]) return;
    world.clock.schedule(world.clock.now(), () => {
      end();
      behaviours.add((pod) => pod.metadata.labels?.app === subject.name, { exitAfterMs: 100, exitCode: 1 });
    });
  });
}
