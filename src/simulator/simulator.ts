import { type ApiServer, startApiServer } from './api-server.ts';
import { createClock } from './clock.ts';
import { type Cluster, startCluster } from './cluster/cluster.ts';
import { createWorld } from './create-world.ts';
import { kubeconfigOf } from './kubeconfig.ts';
import { runNamespaceLifecycle } from './namespace-lifecycle.ts';
import type { World } from './world.ts';

/** How a simulator is run. */
export interface SimulatorOptions {
  readonly seed: number;
  /** World seconds in a second of the machine. */
  readonly speed: number;
  /** Time stands still while this process gets no turn for so many ms of the machine: for those who watch from within the same process. */
  readonly longestStallMs?: number;
  /** Of 127.0.0.1; 0: any free port. */
  readonly port: number;
  /** The world's first instant, epoch ms. */
  readonly startAt: number;
  /** Lets kubectl in, which sends no token over plain HTTP, as the administrator. */
  readonly admitsAnonymous?: boolean;
  /** What stands in the cluster before time begins to run, and for how long it has stood then, in ms of the world. */
  readonly past?: { readonly place: (cluster: Cluster) => void; readonly agedMs: number };
}

/** A running simulator: a modelled cluster behind a Kubernetes API. */
export interface Simulator {
  readonly url: string;
  readonly world: World;
  readonly cluster: Cluster;
  readonly api: ApiServer;
  /** A kubeconfig with the administrator's token, or with another that `api.tokens` knows. */
  kubeconfig(token?: string): string;
  stop(): Promise<void>;
}

/** How often a quiet watch gets a bookmark, in the world's time: whoever watches on that time must not hold the watch for dead. */
const BOOKMARK_MS = 10_000;

/** Starts a world, its cluster without any node but those of its past, and its API server. Throws when the port is taken. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { seed, speed, port, startAt, past, admitsAnonymous = false, longestStallMs } = options;
  const clock = createClock(startAt);
  const world = createWorld({ clock, seed });
  const api = await startApiServer(world, { port, admitsAnonymous, bookmarkMs: BOOKMARK_MS / speed });
  const cluster = startCluster(world);
  const stopNamespaces = runNamespaceLifecycle(world);
  past?.place(cluster);
  clock.step(past?.agedMs ?? 0);
  const stopClock = clock.run(speed, longestStallMs === undefined ? {} : { longestStallMs });
  return {
    ...{ url: api.url, world, cluster, api },
    kubeconfig: (token = 'admin') => kubeconfigOf(api.url, token),
    async stop() {
      stopClock();
      stopNamespaces();
      cluster.stop();
      await api.stop();
    },
  };
}
