import { loadConfig } from '../../app/config.ts';
import { startApp } from '../../app/start.ts';
import { resourceName } from '../../core/model/resource.ts';
import { print } from '../print.ts';
import type { Common } from '../with-operator.ts';

interface RunFlags {
  readonly mode?: string;
  readonly dryRun?: boolean;
  readonly namespace?: readonly string[];
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly ownNamespace?: string;
  readonly listen?: string;
  readonly once?: boolean;
}

/** `run`: the controller, until it is told to stop (a second signal stops at once). */
export async function run(common: Common, flags: RunFlags): Promise<void> {
  const { namespace, once, ...rest } = flags;
  const config = loadConfig({ ...rest, stateDir: common.stateDir, config: common.config, namespaces: namespace }, process.env);
  const stop = new AbortController();
  const onSignal = () => (stop.signal.aborted ? process.exit(130) : stop.abort());
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  const app = await startApp(config);
  try {
    const url = once ? undefined : await app.listen();
    await app.cluster.waitForSync(AbortSignal.any([stop.signal, AbortSignal.timeout(60_000)]));
    const { server, user } = app.cluster.describe();
    const where =
      config.namespaces.length > 0 ? `namespaces ${config.namespaces.join(', ')}` : 'namespaces labelled kubemend.dev/scope=enabled';
    app.context.log.info('kubemend runs', { mode: app.context.settings.mode, scope: where, server, user, stateDir: config.stateDir, url });
    if (once) await runOnce(app, common);
    else await app.run(stop.signal);
  } finally {
    await app.stop();
  }
}

async function runOnce({ loop, context }: Awaited<ReturnType<typeof startApp>>, common: Common): Promise<void> {
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
