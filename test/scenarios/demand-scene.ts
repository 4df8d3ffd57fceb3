import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import type { KubernetesCluster } from '../../src/adapters/cluster/kubernetes/kubernetes-cluster.ts';
import { loadConfig } from '../../src/app/config.ts';
import { type App, startApp } from '../../src/app/start.ts';
import type { Incident } from '../../src/core/model/incident.ts';
import { isReady, type Pod } from '../../src/core/model/objects.ts';
import type { SampleBlock } from '../../src/core/model/samples.ts';
import type { Clock } from '../../src/core/ports.ts';
import { standardSettings } from '../../src/core/series/series-watch.ts';
import { temporaryDirectory } from '../contracts/temporary-directory.ts';
import { fakeClock } from '../fakes/clock.ts';
import { type FakeCluster, fakeCluster } from '../fakes/cluster.ts';
import { deployed } from '../fakes/deployed.ts';
import { quietLogger } from '../fakes/logger.ts';
import { condition, NOON } from '../fakes/object-meta.ts';
import { container, deployment, namespace, node, pod, replicaSet } from '../fakes/objects.ts';
import { toldSource } from '../fakes/told-source.ts';

const STEP = standardSettings.stepMs;
const MINUTE = 60_000;
/** Cores that a pod may use. */
export const LIMIT = 0.5;

/** What a pod uses in a step, in cores, of so much demand in all; NaN: not told. */
type Spread = (demand: number, pods: readonly Pod[], place: number) => number;
export const evenly: Spread = (demand, pods) => Math.min(LIMIT, demand / pods.length);

/** `cart` with three pods, and kubemend as a configuration file starts it, on a clock that a test turns. */
export interface DemandScene {
  readonly cluster: FakeCluster;
  /** Lets so many steps pass with a demand (in cores) by step. */
  pass(steps: number, demandAt: (step: number) => number, spread?: Spread): Promise<void>;
  /** Ends kubemend and starts it again on the same state directory. */
  restart(): Promise<void>;
  incidents(): Promise<readonly Incident[]>;
  approve(incident: Incident): Promise<void>;
  replicas(): number;
  writes(): readonly string[];
}

/** Begins the scene; `series` is that section of the file. Throws what `startApp` throws. */
export async function demandScene(series: object = { mayAct: ['saturation-ahead'] }): Promise<DemandScene> {
  const clock = fakeClock(NOON);
  const cluster = fakeCluster(clock);
  const cart = carts(cluster, clock);
  const directory = temporaryDirectory();
  const file = join(directory, 'kubemend.yaml');
  const waits = { giveUpMs: '6h', stableMs: '1m', notify: { events: false } };
  writeFileSync(file, stringify({ mode: 'auto', stateDir: join(directory, 'state'), namespaces: ['shop'], ...waits, series }));
  const config = loadConfig({ config: file }, {});

  async function begin() {
    const [source, ending, naps] = [toldSource(), new AbortController(), new Set<number>()];
    const sleep: Clock['sleep'] = (ms, signal) => {
      naps.add(ms);
      return clock.sleep(ms, signal);
    };
    const app = await startApp(config, {
      ...{ clock: { now: clock.now, sleep }, log: quietLogger, cluster: aroundFake(cluster) },
      sources: { signals: [source], close: async () => undefined },
    });
    const running = app.run(ending.signal);
    // The loop of incidents and that of series have had their first turn when both wait; from then on the test calls them.
    while (![250, 1_000].every((ms) => naps.has(ms))) await nextTurn();
    return { app, source, end: () => endOf(app, running, ending) };
  }
  let now = await begin();
  onTestFinished(() => now.end());

  async function oneStep(demand: number, spread: Spread): Promise<void> {
    const pods = podsIn(cluster);
    await now.source.tell(cpuOf(pods, clock.now(), (place) => spread(demand, pods, place)));
    for (let part = 0; part < 3; part += 1) {
      await now.app.loop.look();
      await now.app.loop.mend();
      clock.advance(STEP / 3);
    }
  }
  return {
    cluster,
    async pass(steps, demandAt, spread = evenly) {
      for (let step = 0; step < steps; step += 1) await oneStep(demandAt(step) * (1 + 0.01 * Math.sin(step * 1.7)), spread);
    },
    async restart() {
      await now.end();
      now = await begin();
    },
    incidents: () => now.app.context.store.incidents({ since: 0 }),
    async approve({ plan, id, verdict }) {
      if (!plan || verdict === undefined) throw new Error(`incident ${id} has no plan to approve`);
      const at = clock.now();
      await now.app.context.store.commit({
        approval: { planHash: plan.hash, incidentId: id, decision: 'approved', by: 'ada', at, expiresAt: at + 10 * MINUTE },
        audit: [],
      });
    },
    replicas: cart.running,
    writes: () => cluster.effective.map(({ verb, target }) => `${verb} ${target}`),
  };
}

async function endOf(app: App, running: Promise<void>, ending: AbortController): Promise<void> {
  ending.abort();
  await running;
  await app.stop();
}

/** Puts `cart` and its neighbours into the cluster, and plays the controller that gives it as many pods as it is scaled to. */
function carts(cluster: FakeCluster, clock: Clock): { running(): number } {
  cluster.put(node('node-1', { allocatable: { cpuCores: 64, memoryBytes: 256 * 2 ** 30 }, createdAt: 0 }));
  for (const object of [namespace('shop'), ...['mail', 'pay', 'web', 'auth', 'search', 'stock'].flatMap((name) => deployed(name))])
    cluster.put(object);
  const cart = deployment('cart');
  const set = replicaSet('cart-1', { ownedBy: cart });
  for (const object of [cart, set]) cluster.put(object);
  const put = (place: number, since: number) =>
    cluster.put(
      pod(`cart-1-${place}`, {
        ...{ ownedBy: set, createdAt: since - 20_000 },
        containers: [container('app', { limits: { cpuCores: LIMIT, memoryBytes: 128 * 1024 ** 2 } })],
        conditions: [condition('Ready', { status: 'True', changedAt: since })],
      }),
    );
  for (const place of [0, 1, 2]) put(place, NOON - 60 * MINUTE);
  let running = 3;
  cluster.onWrite((write) => {
    if (write.verb !== 'scale') return;
    for (let place = running; place < write.replicas; place += 1) put(place, clock.now());
    for (let place = write.replicas; place < running; place += 1) cluster.remove(pod(`cart-1-${place}`).meta.ref);
    running = write.replicas;
    const { ref } = cart.meta;
    const observedGeneration = [...cluster.objects()].find(({ subject }) => subject.uid === ref.uid)?.object.meta.generation ?? 1;
    cluster.touch(ref, { readyReplicas: running, availableReplicas: running, updatedReplicas: running, observedGeneration });
  });
  return { running: () => running };
}

function podsIn(cluster: FakeCluster): readonly Pod[] {
  return [...cluster.objects()].flatMap(({ object }) =>
    object.kind === 'Pod' && object.meta.ref.name.startsWith('cart-1-') && isReady(object) ? [object] : [],
  );
}

function cpuOf(pods: readonly Pod[], at: number, use: (place: number) => number): SampleBlock {
  return {
    ...{ signal: 'samples', source: 'test', metric: 'cpuCores', at },
    subjects: pods.map(({ meta }) => ({ ref: meta.ref, part: 'app' })),
    values: Float64Array.from(pods, (_, place) => use(place)),
  };
}

/** The fake as an opened cluster that leads; nothing else of the adapter is asked for here. */
function aroundFake(cluster: FakeCluster): KubernetesCluster {
  const refuse = (what: string) => () => Promise.reject(new Error(`this scene has no ${what}`));
  return {
    ...{ reader: cluster, preview: cluster, writer: cluster, election: { epoch: () => 1 } },
    events: { create: refuse('events'), recount: refuse('events') },
    reviews: { holderOf: refuse('reviews'), isAllowed: refuse('reviews') },
    ...{ getJson: refuse('API'), openPodLog: refuse('logs'), checkLease: refuse('Lease'), checkSecondWall: refuse('second wall') },
    describe() {
      throw new Error('this scene describes no server');
    },
    ...{ waitForSync: async () => undefined, stop: async () => undefined },
  };
}
