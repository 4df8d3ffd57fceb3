import type { KubernetesCluster } from '../adapters/cluster/kubernetes/kubernetes-cluster.ts';
import { whyNoMetrics } from '../adapters/sources/metrics-api/metrics-api-source.ts';
import { systemClock } from '../adapters/system/clock.ts';
import { CoreError } from '../core/errors.ts';
import type { Config } from './config.ts';
import { openReader } from './open-cluster.ts';
import { openStore } from './open-store.ts';
import { checkPrometheus } from './prometheus-check.ts';
import type { SetupCheck } from './setup-check.ts';

const PATIENCE_MS = 10_000;
/** When no kind could be read by then and every one failed, waiting longer says nothing new. */
const FIRST_ANSWERS_MS = 2_500;
const APPLY = 'apply `kubemend manifests` as an administrator';

/** Tests the store, everything that kubemend needs of the cluster, and the Prometheus that is configured. Never throws for a failed test: that is an answer. */
export async function checkSetup(config: Config): Promise<readonly SetupCheck[]> {
  const { prometheus } = config;
  const ofPrometheus = prometheus ? [await checkPrometheus(prometheus, process.env)] : [];
  return [await checkStore(config), ...(await checkCluster(config)), ...ofPrometheus];
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
  let cluster: KubernetesCluster | undefined;
  try {
    cluster = await openReader(config);
    await answersOf(cluster);
    return [...(await linesOf(cluster)), ...(config.metrics ? [await metricsLine(cluster)] : [])];
  } catch (error) {
    const isRefused = error instanceof CoreError && error.code === 'cluster-refused';
    return [{ what: 'cluster', state: isRefused ? 'wrong' : 'unreached', says: messageOf(error) }];
  } finally {
    await cluster?.stop();
  }
}

/** Waits until every kind is read or known to be out of reach; not longer than our patience. */
async function answersOf(cluster: KubernetesCluster): Promise<void> {
  const startedAt = systemClock.now();
  let isSettled = false;
  const settled = cluster.waitForSync(AbortSignal.timeout(PATIENCE_MS)).then(
    () => undefined,
    (error: unknown) => error,
  );
  void settled.then(() => {
    isSettled = true;
  });
  while (!isSettled) {
    const isHopeless = cluster.describe().kinds.every(({ state, lastError }) => state !== 'synced' && lastError !== undefined);
    if (isHopeless && systemClock.now() - startedAt > FIRST_ANSWERS_MS) return;
    await systemClock.sleep(50);
  }
  const error = await settled;
  if (error instanceof CoreError) throw error;
}

async function linesOf(cluster: KubernetesCluster): Promise<readonly SetupCheck[]> {
  const report = cluster.describe();
  const answered = report.kinds.some((kind) => kind.state === 'synced' || kind.state === 'forbidden');
  if (!answered) return [unanswered(report)];
  return [
    { what: 'cluster', state: 'fine', says: `${report.server} as ${report.user}, Kubernetes ${report.version ?? 'of unknown version'}` },
    ...report.kinds.filter((kind) => kind.state !== 'synced').map(unread),
    await leaseLine(cluster),
    await wallLine(cluster),
  ];
}

type Report = ReturnType<KubernetesCluster['describe']>;

function unanswered({ server, user, kinds }: Report): SetupCheck {
  const why = kinds.find((kind) => kind.lastError !== undefined)?.lastError ?? `no answer within ${PATIENCE_MS / 1000} s`;
  const says = `${server} as ${user}: ${why}`;
  if (/: 401:/.test(why)) {
    const mend = 'the API server is there and does not accept the credentials: renew the token or certificate of this kubeconfig user';
    return { what: 'cluster', state: 'wrong', says, mend };
  }
  const mend = `check the address, the network and the certificate authority; \`kubectl cluster-info\` must work with the same kubeconfig`;
  return { what: 'cluster', state: 'unreached', says, mend };
}

function unread({ kind, state, lastError }: Report['kinds'][number]): SetupCheck {
  const says = lastError ?? (state === 'forbidden' ? 'not permitted, or not there' : `not read within ${PATIENCE_MS / 1000} s`);
  const what = `read ${kind}`;
  if (state !== 'forbidden')
    return { what, state: 'unreached', says, mend: `what needs ${kind} stays unknown until the API server answers` };
  return { what, state: 'wrong', says, mend: `${APPLY}; until then what needs ${kind} is unknown, and unknown permits no act` };
}

async function leaseLine(cluster: KubernetesCluster): Promise<SetupCheck> {
  const { holder, problem } = await cluster.checkLease();
  if (problem === undefined)
    return { what: 'lease', state: 'fine', says: holder === undefined ? 'free; we may hold it' : `held by ${holder}` };
  return { what: 'lease', state: 'wrong', says: problem, mend: `${APPLY}; without the Lease kubemend only observes` };
}

async function wallLine(cluster: KubernetesCluster): Promise<SetupCheck> {
  const what = 'second wall';
  try {
    const { secondWall, secondWallWhy: says } = await cluster.checkSecondWall();
    if (secondWall) return { what, state: 'fine', says };
    return { what, state: 'wrong', says, mend: `${APPLY}, and run as the observer account` };
  } catch (error) {
    return { what, state: 'unreached', says: messageOf(error) };
  }
}

async function metricsLine(cluster: KubernetesCluster): Promise<SetupCheck> {
  const what = 'metrics API';
  const problem = await whyNoMetrics(cluster.getJson, AbortSignal.timeout(PATIENCE_MS));
  return problem === undefined ? { what, state: 'fine', says: 'metrics.k8s.io answers' } : { what, state: 'wrong', says: problem };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
