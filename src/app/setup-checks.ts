import { openKubernetesCluster } from '../adapters/cluster/kubernetes/kubernetes-cluster.ts';
import { systemClock } from '../adapters/system/clock.ts';
import { jsonLogger } from '../adapters/system/logger.ts';
import { CoreError } from '../core/errors.ts';
import type { Config } from './config.ts';
import { openStore } from './open-store.ts';

/** One line of `doctor`: what was tested, how it stands, and how to mend it. `off` is a feature that is off and may stay so. */
export interface SetupCheck {
  readonly what: string;
  readonly state: 'fine' | 'off' | 'wrong' | 'unreached';
  readonly says: string;
  readonly mend?: string;
}

const PATIENCE_MS = 10_000;

/** Tests the store and everything that kubemend needs of the cluster. Never throws for a failed test: that is an answer. */
export async function checkSetup(config: Config): Promise<readonly SetupCheck[]> {
  return [await checkStore(config), ...(await checkCluster(config))];
}

async function checkStore(config: Config): Promise<SetupCheck> {
  const what = 'store';
  try {
    const store = openStore(config, systemClock);
    const chain = await store.verifyAudit();
    await store.close();
    if (!chain.intact)
      return {
        what,
        state: 'wrong',
        says: `the audit chain is broken at row ${chain.brokenAt}: ${chain.why}`,
        mend: 'find out who wrote to the database; restore a backup',
      };
    return { what, state: 'fine', says: `${config.stateDir}, ${chain.rows} audit rows, chain intact` };
  } catch (error) {
    return { what, state: 'unreached', says: messageOf(error) };
  }
}

async function checkCluster(config: Config): Promise<readonly SetupCheck[]> {
  const { kubeconfig, context, cluster: id, ownNamespace } = config;
  try {
    const cluster = await openKubernetesCluster({
      clock: systemClock,
      log: jsonLogger('silent'),
      cluster: id,
      namespace: ownNamespace,
      ...(kubeconfig !== undefined && { kubeconfig }),
      ...(context !== undefined && { context }),
    });
    try {
      const synced = await cluster.waitForSync(AbortSignal.timeout(PATIENCE_MS)).then(
        () => undefined,
        (error: unknown) => messageOf(error),
      );
      if (synced === undefined) await electionSettled(cluster);
      return linesOf(cluster.describe(), synced);
    } finally {
      await cluster.stop();
    }
  } catch (error) {
    return [
      {
        what: 'cluster',
        state: error instanceof CoreError && error.code === 'cluster-refused' ? 'wrong' : 'unreached',
        says: messageOf(error),
      },
    ];
  }
}

type Cluster = Awaited<ReturnType<typeof openKubernetesCluster>>;
type Report = ReturnType<Cluster['describe']>;

async function electionSettled(cluster: Cluster): Promise<void> {
  const until = systemClock.now() + 5_000;
  while (systemClock.now() < until) {
    const { election } = cluster.describe();
    if (election.problem !== undefined || election.holder !== undefined) return;
    await systemClock.sleep(100);
  }
}

function linesOf(report: Report, unsynced: string | undefined): SetupCheck[] {
  const answered = report.kinds.some((kind) => kind.state === 'synced' || kind.state === 'forbidden');
  if (!answered) {
    const why = report.kinds.find((kind) => kind.lastError !== undefined)?.lastError ?? unsynced ?? 'no answer';
    return [
      {
        what: 'cluster',
        state: 'unreached',
        says: `${report.server} as ${report.user}: ${why}`,
        mend: 'check the address, the network and the credentials of the kubeconfig',
      },
    ];
  }
  return [
    { what: 'cluster', state: 'fine', says: `${report.server} as ${report.user}, Kubernetes ${report.version ?? 'of unknown version'}` },
    ...report.kinds
      .filter((kind) => kind.state !== 'synced')
      .map(
        ({ kind, state, lastError }): SetupCheck => ({
          what: `read ${kind}`,
          state: 'wrong',
          says: `${state}${lastError === undefined ? '' : `: ${lastError}`}`,
          mend: `what needs ${kind} is off; apply \`kubemend manifests\` as an administrator to grant it`,
        }),
      ),
    report.election.problem === undefined
      ? { what: 'lease', state: 'fine', says: `held by ${report.election.holder ?? 'nobody yet'}` }
      : { what: 'lease', state: 'wrong', says: report.election.problem, mend: 'without the Lease kubemend only observes' },
    report.secondWall
      ? { what: 'second wall', state: 'fine', says: 'writes run under the actor, whom the admission policy holds back' }
      : {
          what: 'second wall',
          state: 'wrong',
          says: report.secondWallWhy,
          mend: 'apply `kubemend manifests` as an administrator and run as the observer account',
        },
  ];
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
