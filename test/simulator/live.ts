import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { loadConfig } from '../../src/app/config.ts';
import { worldTime } from '../../src/app/demo/world-time.ts';
import { type App, type Parts, startApp } from '../../src/app/start.ts';
import type { Incident } from '../../src/core/model/incident.ts';
import { type ApiServer, startApiServer } from '../../src/simulator/api-server.ts';
import { createClock } from '../../src/simulator/clock.ts';
import { type Cluster, startCluster } from '../../src/simulator/cluster/cluster.ts';
import type { NodeShape } from '../../src/simulator/cluster/kubelet/node-status.ts';
import { createWorld } from '../../src/simulator/create-world.ts';
import { kubeconfigOf } from '../../src/simulator/kubeconfig.ts';
import { quietLogger } from '../fakes/logger.ts';

/** A simulator that runs fast, with kubemend beside it on the same time. */
export interface Live {
  readonly cluster: Cluster;
  readonly api: ApiServer;
  /** Sends JSON to the API as the administrator; throws unless it is accepted. */
  send(method: string, path: string, body?: unknown, type?: string): Promise<Record<string, unknown>>;
  /** Starts kubemend on namespace `shop`; `more` is added to its configuration. */
  startKubemend(mode: 'observe' | 'ask' | 'auto', parts?: Partial<Parts>, more?: object): Promise<App>;
  /** Makes an App that somebody else runs and stops. */
  makeKubemend(mode: 'observe' | 'suggest' | 'ask' | 'auto', parts?: Partial<Parts>, more?: object): Promise<App>;
  /** Waits until `done` answers something, for so many seconds of the machine. Throws with what was waited for. */
  until<Answer>(
    what: string,
    done: () => Promise<Answer | undefined | false> | Answer | undefined | false,
    seconds?: number,
  ): Promise<Answer>;
  incidents(app: App): Promise<readonly Incident[]>;
  /** Passes seconds of the world's time. */
  pass(seconds: number): Promise<void>;
  stop(): Promise<void>;
}

/** World seconds in a second of the machine: the adapter's deadlines still leave a slow machine time to answer. */
const SPEED = 10;

/** When this process gets no turn for longer, the world waits: a busy machine must not look like a slow kubemend. */
const STALL_MS = 50;

/** How often a quiet watch gets a bookmark, in the world's time: kubemend holds one for dead that says nothing for half a minute. */
const BOOKMARK_MS = 10_000;

/** What a live simulator starts with. */
export interface LiveOptions {
  readonly seed?: number;
  readonly nodes?: readonly NodeShape[];
  /** Puts things into the cluster before kubemend comes. */
  readonly setting?: (cluster: Cluster) => void;
  /** For how many seconds the setting has stood when time begins to run. */
  readonly agedSeconds?: number;
}

/** Starts a simulator with three nodes and namespace `shop`. */
export async function goLive({ seed = 1, nodes = threeNodes, setting = () => {}, agedSeconds = 30 }: LiveOptions = {}): Promise<Live> {
  const drive = createClock(Date.parse('2026-11-21T08:00:00Z'));
  const world = createWorld({ clock: drive, seed });
  const api = await startApiServer(world, { port: 0, bookmarkMs: BOOKMARK_MS / SPEED });
  const cluster = startCluster(world);
  for (const shape of nodes) cluster.addNode(shape);
  for (const name of ['shop', 'kubemend']) {
    const labels = name === 'shop' ? { 'kubemend.dev/scope': 'enabled' } : {};
    world.objects.create('namespaces', { metadata: { name, labels } });
  }
  setting(cluster);
  drive.step(agedSeconds * 1_000);
  const stopClock = drive.run(SPEED, { longestStallMs: STALL_MS });
  const directory = mkdtempSync(join(tmpdir(), 'kubemend-live-'));
  const kubeconfig = join(directory, 'kubeconfig');
  writeFileSync(kubeconfig, kubeconfigOf(api.url, 'admin'));
  const stops: (() => Promise<void>)[] = [];
  const clock = worldTime(world.clock);
  async function send(method: string, path: string, body?: unknown, type = 'application/json'): Promise<Record<string, unknown>> {
    const headers = { authorization: 'Bearer admin', 'content-type': type };
    const response = await fetch(api.url + path, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
    const answer = (await response.json()) as Record<string, unknown>;
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
    return answer;
  }
  function makeKubemend(mode: string, parts: Partial<Parts> = {}, more: object = {}): Promise<App> {
    const config = loadConfig({ mode, kubeconfig, stateDir: join(directory, 'state'), namespaces: ['shop'], ...more }, {});
    return startApp(config, { clock, log: quietLogger, ...parts });
  }
  return {
    cluster,
    api,
    send,
    makeKubemend,
    async startKubemend(mode, parts, more) {
      const app = await makeKubemend(mode, parts, more);
      const ending = new AbortController();
      const running = app.run(ending.signal);
      stops.push(async () => {
        ending.abort();
        await running;
        await app.stop();
      });
      return app;
    },
    async until(what, done, seconds = 30) {
      for (const end = performance.now() + seconds * 1_000; performance.now() < end; await delay(50)) {
        const answer = await done();
        if (answer) return answer;
      }
      throw new Error(`in ${seconds} s there was no ${what}`);
    },
    incidents: (app) => app.context.store.incidents({ since: 0 }),
    pass: (seconds) => clock.sleep(seconds * 1_000),
    async stop() {
      for (const stop of stops.reverse()) await stop();
      stopClock();
      cluster.stop();
      await api.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

const threeNodes: readonly NodeShape[] = [1, 2, 3].map((n) => ({ name: `node-${n}`, zone: `zone-${n}` }));
