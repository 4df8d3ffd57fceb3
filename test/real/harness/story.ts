import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { openSqliteStore } from '../../../src/adapters/store/sqlite/sqlite-store.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import type { Incident } from '../../../src/core/model/incident.ts';
import { root } from './bed.ts';
import type { Installation } from './installation.ts';
import { type KubemendPlace, type KubemendProcess, spawnKubemend } from './kubemend-process.ts';
import { waitFor } from './wait-for.ts';

/** Where one story's controller and commands work: the observer's account, a state directory and a configuration of their own. */
export interface Place extends KubemendPlace {
  readonly config: string;
}

/** A fresh place in an installation, with quick settings; `extra` is merged over the configuration. */
export async function placeIn(home: Installation, extra: Readonly<Record<string, unknown>> = {}): Promise<Place> {
  const folder = await mkdtemp(join(home.stateDir, 'story-'));
  const config = join(folder, 'kubemend.yaml');
  await writeFile(config, JSON.stringify({ gatherMs: '2s', stableMs: '5s', ownNamespace: home.namespace, ...extra }));
  return { kubeconfig: home.kubeconfig, stateDir: join(folder, 'state'), config };
}

/** Runs one command of kubemend to its end and gives the JSON that it prints. Throws with its stderr when it fails. */
export async function cli(at: Place, ...args: string[]): Promise<unknown> {
  const { stdout } = await promisify(execFile)(
    join(root, 'node_modules/.bin/node'),
    [join(root, 'src/cli/main.ts'), ...args, '--config', at.config, '--state-dir', at.stateDir, '--json'],
    { env: { ...process.env, KUBECONFIG: at.kubeconfig }, maxBuffer: 32 << 20 },
  );
  return JSON.parse(stdout);
}

/** The incidents in the controller's store, newest first; read beside it, as the command line does. */
export async function incidentsOf({ stateDir }: Place): Promise<readonly Incident[]> {
  const store = openSqliteStore({ stateDir, clock: systemClock });
  try {
    return await store.incidents({ since: 0 });
  } finally {
    await store.close();
  }
}

const Rows = z.array(z.looseObject({ entry: z.looseObject({ what: z.string(), at: z.number() }) }));
/** One entry of the audit chain. */
export type Told = z.infer<typeof Rows>[number]['entry'];

/** The audit entries of one incident, oldest first. */
export async function storyOf(at: Place, id: string): Promise<readonly Told[]> {
  return Rows.parse(await cli(at, 'audit', 'list', '--incident', id)).map(({ entry }) => entry);
}

/** Starts the controller on these namespaces; `cleanUp` ends it if nobody else did. */
export function controller(at: Place, mode: 'observe' | 'ask' | 'auto', ...namespaces: readonly string[]): KubemendProcess {
  const scope = namespaces.flatMap((namespace) => ['--namespace', namespace]);
  return spawnKubemend(['run', '--mode', mode, ...scope, '--config', at.config], at);
}

/** The first incident in this phase; when none comes, the error says where the incidents stand instead. */
export function inPhase(at: Place, phase: Incident['phase'], timeoutMs = 150_000): Promise<Incident> {
  return incidentThat(at, `is ${phase}`, (incident) => incident.phase === phase, timeoutMs);
}

/** The newest incident for which this holds; when none comes, the error says where the incidents stand instead. */
export async function incidentThat(
  at: Place,
  what: string,
  holds: (incident: Incident) => boolean,
  timeoutMs = 150_000,
): Promise<Incident> {
  const probe = async () => (await incidentsOf(at)).find(holds);
  return waitFor(`an incident that ${what}`, probe, { timeoutMs, everyMs: 1_000 }).catch(async (error: unknown) => {
    const seen = (await incidentsOf(at)).map((one) => ({
      ...{ id: one.id, is: one.phase, reason: one.reason, verdict: one.verdict, hypotheses: one.hypotheses },
      ...{ findings: one.findings.map(({ summary }) => summary), plan: one.plan?.summary, attempts: one.attempts },
    }));
    throw new Error(`${String(error)}; instead: ${JSON.stringify(seen, null, 2)}`);
  });
}

/** What is turned on a controller of the tests; see `test/faults/tuned-controller.ts`. */
export interface Tuning {
  readonly namespaces: readonly string[];
  readonly verify?: { readonly settleMs: number; readonly deadlineMs: number };
  readonly without?: readonly string[];
  readonly holdUntil?: string;
}

/** Starts a controller of the tests in mode auto; `cleanUp` ends it if nobody else did. */
export function tuned(at: Place, tuning: Tuning): KubemendProcess {
  const env = { TUNING: JSON.stringify({ config: at.config, ...tuning }) };
  return spawnKubemend([], { ...at, env, script: join(root, 'test/faults/tuned-controller.ts') });
}

/** Seconds between instants, for the report of a story: `act after 12.3 s`. */
export function secondsAfter(from: number, to: number | undefined): string {
  return to === undefined ? '?' : `${((to - from) / 1000).toFixed(1)} s`;
}
