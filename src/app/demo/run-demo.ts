import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CoreError } from '../../core/errors.ts';
import type { AuditEntry } from '../../core/model/audit.ts';
import type { Incident } from '../../core/model/incident.ts';
import type { Clock, Logger } from '../../core/ports.ts';
import { type Config, loadConfig } from '../config.ts';
import { openStore } from '../open-store.ts';
import { type App, startApp } from '../start.ts';
import { MEMORY_ALERT, sendAlerts } from './alert-sender.ts';
import { type DemoCluster, startDemoCluster } from './demo-cluster.ts';
import { expectationsFor, lookAlikeExpectations } from './expectations.ts';
import { isAbout } from './fault-watch.ts';
import { memoryRule } from './memory-rule.ts';
import type { DemoOptions, DemoReport } from './news.ts';
import { playFaults } from './play-faults.ts';
import { tellingStore } from './telling-store.ts';
import { worldTime } from './world-time.ts';

/**
 * Starts a simulated cluster with kubemend beside it in mode `auto`, lets faults and look-alikes happen, and judges what became of them.
 * Throws `bad-usage` for a fault that is not known or a state directory in use, and an AbortError when the signal is aborted before the report.
 */
export async function runDemo(options: DemoOptions): Promise<DemoReport> {
  const startedAt = performance.now();
  const { speed, seed, signal } = options;
  const faults = expectationsFor(options.faults);
  await using ending = new AsyncDisposableStack();
  const stateDir = options.stateDir === undefined ? temporaryDirectory(ending) : newDirectory(options.stateDir);
  const demo = await startDemoCluster({ seed, speed, faults, lookAlikes: lookAlikeExpectations });
  ending.defer(() => demo.simulator.stop());
  const clock = worldTime(demo.simulator.world.clock);
  const { app, broken } = await startKubemend({ demo, stateDir, clock, options, ending });
  announce({ demo, stateDir, options });
  const play = { demo, app, options, secondsGone: () => (performance.now() - startedAt) / 1_000 };
  const report = await Promise.race([playFaults(play), broken]);
  if (!options.once) await Promise.race([aborted(signal), broken]);
  return report;
}

function temporaryDirectory(ending: AsyncDisposableStack): string {
  const directory = mkdtempSync(join(tmpdir(), 'kubemend-demo-'));
  ending.defer(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Another demo's acts and incidents would count against this one. Throws `bad-usage` for a directory that holds anything. */
function newDirectory(directory: string): string {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  if (readdirSync(directory).length === 0) return directory;
  throw new CoreError('bad-usage', `--state-dir ${directory} is not empty: a demo begins with an empty one, or without the flag`);
}

interface Start {
  readonly demo: DemoCluster;
  readonly stateDir: string;
  readonly clock: Clock;
  readonly options: DemoOptions;
  readonly ending: AsyncDisposableStack;
}

interface Alerting extends Pick<Start, 'demo' | 'clock'> {
  readonly app: App;
  readonly token: string;
}

/** A kubemend that works; `broken` rejects when it cannot go on, and never resolves. */
interface Running {
  readonly app: App;
  readonly broken: Promise<never>;
}

/** Kubemend as it runs in a real cluster, under the generated accounts, on the simulator's time; it works until the demo ends. */
async function startKubemend({ demo, stateDir, clock, options, ending }: Start): Promise<Running> {
  const token = randomBytes(24).toString('hex');
  const config = configure(demo, stateDir, token);
  const store = tellingStore(openStore(config, clock), tellerOf(demo, options));
  const app = await startApp(config, { clock, store, log: troubleLogger(clock, options) });
  ending.defer(() => app.stop());
  await app.cluster.waitForSync(options.signal);
  const stopping = new AbortController();
  const work = Promise.all([app.run(stopping.signal), alertIt({ demo, clock, app, token }, stopping.signal)]);
  ending.defer(async () => {
    stopping.abort();
    await Promise.allSettled([work]); // what broke it has been thrown by `broken`
  });
  return { app, broken: work.then(() => new Promise<never>(() => {})) };
}

/** The configuration of the demo's kubemend, with the files that it names. */
function configure({ observerKubeconfig }: DemoCluster, stateDir: string, token: string): Config {
  const kubeconfig = join(stateDir, 'observer.kubeconfig');
  const file = join(stateDir, 'webhook-token');
  writeFileSync(kubeconfig, observerKubeconfig, { mode: 0o600 });
  writeFileSync(file, token, { mode: 0o600 });
  const http = { listen: '127.0.0.1:0', webhook: { bearer: { file } } };
  const alerts = { map: { [MEMORY_ALERT]: { subject: 'pod', cause: 'memory-leak' } } };
  return loadConfig({ mode: 'auto', stateDir, kubeconfig, http, alerts }, {});
}

/** Lets the alert rule of those who have one speak to kubemend's webhook, until the signal is aborted. */
async function alertIt({ demo, clock, app, token }: Alerting, signal: AbortSignal): Promise<void> {
  const namespaces = demo.faults.filter(({ isAlerted }) => isAlerted).map(({ namespace }) => namespace);
  const url = await app.listen();
  if (url === undefined || namespaces.length === 0) return;
  await sendAlerts({ rule: memoryRule(demo.simulator.world, namespaces), clock, url, token }, signal);
}

function announce({ demo, stateDir, options }: Pick<Start, 'demo' | 'stateDir' | 'options'>): void {
  const { simulator, nodes, workloads, faults } = demo;
  const kubeconfig = join(stateDir, 'kubeconfig');
  writeFileSync(kubeconfig, simulator.kubeconfig(), { mode: 0o600 });
  const { speed, seed } = options;
  options.tell({ is: 'set', at: simulator.world.clock.now(), ...{ speed, seed, nodes, workloads, faults, kubeconfig, stateDir } });
}

function tellerOf({ faults, simulator }: DemoCluster, { tell }: DemoOptions): (incident: Incident, entry: AuditEntry) => void {
  return (incident, entry) =>
    tell({ is: 'told', at: simulator.world.clock.now(), fault: faults.find((fault) => isAbout(fault, incident)), incident, entry });
}

/** What kubemend would log as a warning or an error is news. */
function troubleLogger(clock: Clock, { tell }: DemoOptions): Logger {
  const trouble: Logger['warn'] = (message, fields = {}) => tell({ is: 'trouble', at: clock.now(), message, fields });
  return { debug: () => undefined, info: () => undefined, warn: trouble, error: trouble };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
