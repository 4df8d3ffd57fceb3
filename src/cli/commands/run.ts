import { type Config, loadConfig } from '../../app/config.ts';
import { startApp } from '../../app/start.ts';
import { CoreError } from '../../core/errors.ts';
import { resourceName } from '../../core/model/resource.ts';
import { print } from '../print.ts';
import { untilStopped } from '../until-stopped.ts';
import type { Common } from '../with-operator.ts';

interface RunFlags {
  readonly mode?: string;
  readonly dryRun?: boolean;
  readonly namespace?: readonly string[];
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly ownNamespace?: string;
  readonly listen?: string;
  readonly prometheusUrl?: string;
  readonly record?: string;
  readonly once?: boolean;
}

/** `run`: the controller, until it is told to stop (a second signal stops at once). */
export async function run(common: Common, flags: RunFlags): Promise<void> {
  const { namespace, once, ...rest } = flags;
  const config = loadConfig({ ...rest, stateDir: common.stateDir, config: common.config, namespaces: namespace }, process.env);
  await untilStopped(async (signal) => {
    const app = await startApp(config);
    try {
      await control(app, { common, config, once: once === true, signal });
    } finally {
      await app.stop();
    }
  });
}

interface Control {
  readonly common: Common;
  readonly config: Config;
  readonly once: boolean;
  readonly signal: AbortSignal;
}

async function control(app: App, { common, config, once, signal }: Control): Promise<void> {
  const url = once ? undefined : await app.listen();
  const isSynced = await synced(app, signal);
  if (signal.aborted) return;
  if (!isSynced && once) throw new CoreError('cluster-unreachable', unsynced(app));
  if (!isSynced) app.context.log.warn('not everything is in view yet; nothing is done on what cannot be seen', { why: unsynced(app) });
  const { server, user } = app.cluster.describe();
  const where =
    config.namespaces.length > 0 ? `namespaces ${config.namespaces.join(', ')}` : 'namespaces labelled kubemend.dev/scope=enabled';
  app.context.log.info('kubemend runs', { mode: app.context.settings.mode, scope: where, server, user, stateDir: config.stateDir, url });
  if (once) await runOnce(app, common);
  else await app.run(signal);
}

type App = Awaited<ReturnType<typeof startApp>>;

/** Waits for the first view of the cluster, for a minute at most; a server that does not answer is tried on for ever. */
async function synced({ cluster }: App, stopping: AbortSignal): Promise<boolean> {
  const patience = AbortSignal.timeout(60_000);
  try {
    await cluster.waitForSync(AbortSignal.any([stopping, patience]));
    return true;
  } catch (error) {
    if (stopping.aborted || patience.aborted) return false;
    throw error;
  }
}

function unsynced({ cluster }: App): string {
  const { server, kinds } = cluster.describe();
  const missing = kinds.find(({ state }) => state !== 'synced' && state !== 'forbidden');
  return `${server}: ${missing ? `${missing.kind} ${missing.state}: ${missing.lastError ?? 'no answer'}` : 'no answer'}; see \`kubemend doctor\``;
}

async function runOnce({ loop, context }: App, common: Common): Promise<void> {
  const findings = await loop.look();
  await loop.mend();
  if (findings.length > 0) process.exitCode = 1;
  const incidents = await context.store.incidents({ open: true });
  print(common.output, { findings, incidents }, () =>
    findings.length === 0
      ? 'nothing found'
      : findings.map((finding) => `${resourceName(finding.subject)}  ${finding.detector}: ${finding.summary}`).join('\n'),
  );
}
