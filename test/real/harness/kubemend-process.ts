import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { root } from './bed.ts';
import { onCleanUp } from './clean-up.ts';
import { waitFor } from './wait-for.ts';

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A running kubemend, as a user starts it. */
export interface KubemendProcess {
  readonly pid: number;
  /** Everything printed so far. */
  stdout(): string;
  stderr(): string;
  readonly exited: Promise<Exit>;
  /** Resolves when the pattern stands in stdout or stderr. Throws with the output after `timeoutMs`, or at once when the process ended. */
  says(pattern: RegExp, timeoutMs?: number): Promise<void>;
  /** Sends the signal (SIGTERM unless said otherwise) and waits for the end; after 20 s it is killed and this throws. */
  stop(signal?: NodeJS.Signals): Promise<Exit>;
}

/** Where it works: whose kubeconfig, and where it keeps its state. */
export interface KubemendPlace {
  readonly kubeconfig: string;
  readonly stateDir: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The program, for tests of this harness. */
  readonly script?: string;
}

/** Starts `kubemend ARGS` from the checkout, unbuilt, under its own Node. `cleanUp` ends it if nobody else did. */
export function spawnKubemend(args: readonly string[], place: KubemendPlace): KubemendProcess {
  const env = { ...process.env, ...place.env, KUBECONFIG: place.kubeconfig, KUBEMEND_STATE_DIR: place.stateDir };
  const script = place.script ?? join(root, 'src/cli/main.ts');
  const child = spawn(join(root, 'node_modules/.bin/node'), [script, ...args], { env, cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  if (child.pid === undefined) throw new Error('node_modules/.bin/node could not be started: run npm ci');
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const exited = once(child, 'close').then(([code, signal]: unknown[]): Exit => exitOf(code, signal));
  onCleanUp(() => stop(child, exited, 'SIGTERM'));
  const output = () => `${stdout()}\n${stderr()}`;
  return {
    pid: child.pid,
    stdout,
    stderr,
    exited,
    says: async (pattern, timeoutMs = 60_000) => {
      const isSaid = async () => pattern.test(output()) || (hasEnded(child) && 'ended');
      const answer = await waitFor(`kubemend says ${pattern}`, isSaid, timeoutMs).catch((error: unknown) => {
        throw new Error(`${String(error)}; its output:\n${output()}`);
      });
      if (answer === 'ended') throw new Error(`kubemend ended without saying ${pattern}; its output:\n${output()}`);
    },
    stop: (signal = 'SIGTERM') => stop(child, exited, signal),
  };
}

async function stop(child: ChildProcess, exited: Promise<Exit>, signal: NodeJS.Signals): Promise<Exit> {
  if (hasEnded(child)) return exited;
  child.kill(signal);
  const killer = setTimeout(() => child.kill('SIGKILL'), 20_000);
  const exit = await exited;
  clearTimeout(killer);
  if (exit.signal === 'SIGKILL' && signal !== 'SIGKILL')
    throw new Error(`kubemend (pid ${child.pid}) did not end within 20 s of ${signal}`);
  return exit;
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    text += chunk;
  });
  return () => text;
}

function exitOf(code: unknown, signal: unknown): Exit {
  const isSignal = (value: unknown): value is NodeJS.Signals => typeof value === 'string' && value.startsWith('SIG');
  return { code: typeof code === 'number' ? code : null, signal: isSignal(signal) ? signal : null };
}
