import { Agent } from 'undici';
import { createApi } from '../../../src/adapters/cluster/kubernetes/api.ts';
import type { Connection } from '../../../src/adapters/cluster/kubernetes/connection.ts';
import { kindSources, projectionOf } from '../../../src/adapters/cluster/kubernetes/kind-source.ts';
import { liveObjectOf, readLive } from '../../../src/adapters/cluster/kubernetes/live.ts';
import { readRevisions } from '../../../src/adapters/cluster/kubernetes/revisions.ts';
import { createWriter } from '../../../src/adapters/cluster/kubernetes/writer.ts';
import type { ObjectState } from '../../../src/core/model/signal.ts';
import { evidenceOf } from '../../../src/core/model/timeline.ts';
import type { ClusterWrite } from '../../../src/core/model/write.ts';
import type { Facts } from '../../../src/core/plugins.ts';
import type { ClusterReader, WriteAnswer } from '../../../src/core/ports.ts';
import { viewOf } from '../../../src/core/view.ts';
import { startApiServer } from '../../../src/simulator/api-server.ts';
import { isResourceName } from '../../../src/simulator/resources.ts';
import type { World } from '../../../src/simulator/world.ts';

const CLUSTER = 'default';
const stamp = { actionId: 'act', epoch: 1 };
const agent = new Agent({ pipelining: 0, keepAliveTimeout: 1 });

/** kubemend's own way to a simulated cluster whose time stands still meanwhile: real requests, the real projection, no watches. */
export interface Hand {
  /** What is known now, with what is `said` about the objects besides. */
  facts(said?: Pick<ClusterReader, 'readings' | 'scaleUps'>): Facts;
  tryOut(write: ClusterWrite): Promise<WriteAnswer>;
  write(write: ClusterWrite): Promise<WriteAnswer>;
  letGo(): Promise<void>;
}

/** Takes hold of a world; whoever does so lets go of it. */
export async function takeHold(world: World): Promise<Hand> {
  const server = await startApiServer(world, { port: 0 });
  const sleep = () => Promise.reject(new Error('time stands still: nothing may wait for it'));
  const api = createApi(connectionTo(server.url), { now: world.clock.now, sleep });
  const identity = { token: async () => undefined, reject: () => {} };
  const writer = createWriter({ api, cluster: CLUSTER, identity, epoch: () => stamp.epoch, missing: () => undefined });
  const reader: ClusterReader = {
    objects: () => statesOf(world),
    events: () => [],
    ageMs: () => 1_000,
    async live(ref) {
      const raw = await readLive(api, ref, CLUSTER);
      return raw === undefined ? undefined : liveObjectOf(raw, ref);
    },
    revisions: (workload) => readRevisions(api, workload, CLUSTER),
  };
  async function versionOf({ target }: ClusterWrite): Promise<string> {
    return (await reader.live(target))?.object.meta.resourceVersion ?? '';
  }
  return {
    facts: (said = {}) => ({ now: world.clock.now(), view: viewOf({ ...reader, ...said }, world.clock.now()), cluster: reader }),
    tryOut: async (write) => writer.tryOut(write, await versionOf(write), stamp),
    write: async (write) => writer.write(write, await versionOf(write), stamp),
    letGo: server.stop,
  };
}

function connectionTo(url: string): Connection {
  const credentials = { headers: { authorization: 'Bearer admin' }, requests: agent, reflectors: agent };
  return {
    ...{ server: new URL(url), user: 'admin', context: 'simulated', contexts: [], from: 'the test' },
    own: async () => credentials,
    bearer: async () => credentials,
    forget: () => {},
    close: async () => {},
  };
}

function statesOf(world: World): ObjectState[] {
  return kindSources.flatMap((source) => {
    const name = source.apiGroup === '' ? source.plural : `${source.plural}.${source.apiGroup}`;
    if (!isResourceName(name)) throw new Error(`the simulator has no ${name}`);
    const objects = world.objects.list(name).map(projectionOf(source, CLUSTER));
    return objects.map((object) => ({
      ...{ signal: 'object' as const, id: evidenceOf(object), subject: object.meta.ref },
      ...{ at: world.clock.now(), object },
    }));
  });
}
