import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Clock, ClusterPreview, ClusterReader, ClusterWriter, Election, Logger, OpenPodLog } from '../../../core/ports.ts';
import { createActor, type SecondWall } from './actor.ts';
import { type Api, createApi } from './api.ts';
import { type Connection, connect } from './connection.ts';
import { createEventWriter, type EventWriter } from './event-writer.ts';
import { createLeaseElection, type LeaseReport } from './lease.ts';
import { checkLease, type LeaseCheck } from './lease-check.ts';
import { liveObjectOf, readLive } from './live.ts';
import { createPodLog } from './pod-log.ts';
import { createReflectors, type KindReport, type Reflectors } from './reflectors.ts';
import { createReviews, type Reviews } from './reviews.ts';
import { readRevisions } from './revisions.ts';
import { checkSecondWall } from './second-wall-check.ts';
import { missingIn, readServerVersion, type ServerVersion } from './server-version.ts';
import { createWriter } from './writer.ts';

/** How a cluster is reached and under which names kubemend works there. */
export interface KubernetesOptions {
  /** A kubeconfig file; else $KUBECONFIG, ~/.kube/config, or the pod's own account. */
  readonly kubeconfig?: string;
  readonly context?: string;
  /** The cluster's id in every reference; `default` if not given. */
  readonly cluster?: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** The namespace of kubemend's own Lease, actor and ConfigMap; `kubemend` if not given. */
  readonly namespace?: string;
  /** The service account under which writes run; `actor` if not given. */
  readonly actor?: string;
  /** False: never stands for election, so that it can never write (for checks and one-time reads). */
  readonly standsForElection?: boolean;
}

/** The state of everything that this adapter does, for people and `doctor`. */
export interface ClusterReport extends SecondWall {
  readonly server: string;
  readonly user: string;
  readonly context: string;
  readonly contexts: readonly string[];
  /** Where the kubeconfig came from. */
  readonly from: string;
  /** Undefined until the server has said it. */
  readonly version: string | undefined;
  readonly kinds: readonly KindReport[];
  readonly election: LeaseReport;
}

/** An open cluster. Whoever opened it stops it. */
export interface KubernetesCluster {
  readonly reader: ClusterReader;
  readonly preview: ClusterPreview;
  readonly writer: ClusterWriter;
  readonly election: Election;
  readonly events: EventWriter;
  readonly reviews: Reviews;
  /** Reads a path of the API once. Rejects with an error that has the answer's `status`, where there was one. */
  getJson(path: string, signal: AbortSignal): Promise<unknown>;
  readonly openPodLog: OpenPodLog;
  describe(): ClusterReport;
  /** Whether this process could stand for election, found by a dry run: the Lease stays as it is. Never throws: `problem` says what failed. */
  checkLease(): Promise<LeaseCheck>;
  /** Whether the actor is to be had and is held back, found by a dry run. Throws `cluster-unreachable` when nobody can say. */
  checkSecondWall(): Promise<SecondWall>;
  /** Resolves when every kind is listed or known to be forbidden. Rejects with the signal's reason, or `cluster-refused` for a server that is too old. */
  waitForSync(signal: AbortSignal): Promise<void>;
  /** Gives the Lease back and closes every connection. */
  stop(): Promise<void>;
}

/**
 * Opens a cluster and begins to watch it; an API server that does not answer yet is tried for ever. Throws `bad-kubeconfig`, and
 * `cluster-refused` for a server older than Kubernetes 1.30.
 */
export async function openKubernetesCluster(options: KubernetesOptions): Promise<KubernetesCluster> {
  const { kubeconfig, context, clock } = options;
  const connection = await connect({ kubeconfig, context, environment: process.env }, clock);
  const api = createApi(connection, clock);
  const version = createVersionCheck(api, options.log);
  try {
    await version.ask();
  } catch (error) {
    await connection.close();
    throw error;
  }
  return assemble({ options, connection, api, version });
}

interface Parts {
  readonly options: KubernetesOptions;
  readonly connection: Connection;
  readonly api: Api;
  readonly version: VersionCheck;
}

function assemble({ options, connection, api, version }: Parts): KubernetesCluster {
  const { clock, log, cluster = 'default', namespace = 'kubemend', actor: account = 'actor', standsForElection = true } = options;
  const reflectors = createReflectors({ api, cluster, namespace, clock, log });
  const election = createLeaseElection({ api, namespace, name: 'kubemend', identity: `${hostname()}_${randomUUID()}`, clock, log });
  const actor = createActor({ api, namespace, account, isLeading: () => election.epoch() !== undefined, clock, log });
  const writer = createWriter({
    api,
    cluster,
    identity: actor,
    epoch: election.epoch,
    missing: (write) => missingIn(version.known(), write),
  });
  const stopping = new AbortController();
  const work = [reflectors.run(stopping.signal), ...(standsForElection ? [election.run(stopping.signal)] : [])];
  return {
    reader: readerOf(reflectors, api, cluster),
    preview: writer,
    writer,
    election,
    events: createEventWriter(api),
    reviews: createReviews(api),
    getJson: (path, signal) => api.readOnce({ path, signal }),
    openPodLog: createPodLog(api),
    describe: () => ({
      ...identityOf(connection),
      version: version.known()?.text,
      kinds: reflectors.report(),
      election: election.report(),
      ...actor.describe(),
    }),
    checkLease: () => checkLease(api, { namespace, name: 'kubemend' }, clock.now()),
    checkSecondWall: () => checkSecondWall(api, { namespace, account }),
    async waitForSync(signal) {
      await unlessAborted(reflectors.settled, signal);
      await version.ask();
    },
    async stop() {
      stopping.abort(new Error('stopped'));
      await Promise.all(work);
      await connection.close();
    },
  };
}

function readerOf(reflectors: Reflectors, api: Api, cluster: string): ClusterReader {
  return {
    objects: () => reflectors.states(),
    events: () => reflectors.events.events(),
    ageMs: (kind) => reflectors.ageMs(kind),
    async live(ref) {
      const raw = await readLive(api, ref, cluster);
      return raw === undefined ? undefined : liveObjectOf(raw, ref);
    },
    revisions: (workload) => readRevisions(api, workload, cluster),
  };
}

function identityOf({ server, user, context, contexts, from }: Connection) {
  return { server: server.href.replace(/\/$/, ''), user, context, contexts, from };
}

interface VersionCheck {
  known(): ServerVersion | undefined;
  ask(): Promise<void>;
}

/** Learns the version once; while the server does not answer, it stays unknown. */
function createVersionCheck(api: Api, log: Logger): VersionCheck {
  let known: ServerVersion | undefined;
  return {
    known: () => known,
    async ask() {
      if (known) return;
      try {
        known = await readServerVersion(api);
      } catch (error) {
        if (!(error instanceof Error && 'retryable' in error && error.retryable)) throw error;
        log.warn('the API server does not tell its version yet', { error: error.message });
      }
    },
  };
}

function unlessAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
