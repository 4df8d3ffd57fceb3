import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { z } from 'zod';
import { KubeClient } from './kube-client.ts';

const run = promisify(execFile);

/** The root of the checkout. */
export const root = join(import.meta.dirname, '../../..');

/** The image that every node of the bed holds: busybox. */
export const busybox = 'kubemend.test/busybox:1';

/** What `test/bed/env` says of the services that run now. */
export interface Bed {
  /** The administrator's kubeconfig (client certificate, group system:masters). */
  readonly kubeconfig: string;
  readonly server: string;
  readonly ca: string;
  readonly auditLog: string;
  /** The one real node; undefined when only the control plane runs. */
  readonly node: string | undefined;
  readonly env: Readonly<Record<string, string>>;
}

const Env = z.looseObject({ KUBECONFIG: z.string(), KUBE_SERVER: z.string(), KUBE_CA: z.string(), KUBE_AUDIT_LOG: z.string() });
let known: Promise<Bed> | undefined;

/** The bed that runs; asked once. Throws with the mend when it does not run. */
export function bed(): Promise<Bed> {
  known ??= findBed();
  return known;
}

async function findBed(): Promise<Bed> {
  const { stdout } = await run(join(root, 'test/bed/env'));
  const words = stdout.split('\n').flatMap((line) => line.replace(/^export /, '').split(' '));
  const pairs = words
    .filter((word) => word.includes('='))
    .map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]);
  const env = Object.fromEntries(pairs);
  const parsed = Env.safeParse(env);
  if (!parsed.success) throw new Error('the test bed does not run: start it with test/bed/up node, or run test/real/run');
  return {
    kubeconfig: parsed.data.KUBECONFIG,
    server: parsed.data.KUBE_SERVER,
    ca: readFileSync(parsed.data.KUBE_CA, 'utf8'),
    auditLog: parsed.data.KUBE_AUDIT_LOG,
    node: env.KUBE_NODE,
    env: { ...env, PATH: `${env.TESTBED_BIN}:${process.env.PATH ?? ''}` },
  };
}

/** Whether a real node runs; suites that need containers skip, with this as their reason, when it does not. */
export async function hasNode(): Promise<boolean> {
  return (await bed()).node !== undefined;
}

/** Runs the bed's kubectl as the administrator, with `input` on stdin; returns stdout. Throws with stderr in the message. */
export async function kubectl(args: readonly string[], input?: string): Promise<string> {
  const { kubeconfig, env } = await bed();
  const child = run('kubectl', ['--kubeconfig', kubeconfig, ...args], { env: { ...process.env, ...env }, maxBuffer: 64 << 20 });
  child.child.stdin?.end(input ?? '');
  return (await child).stdout;
}

const Admin = z.object({
  users: z.array(z.object({ user: z.object({ 'client-certificate-data': z.string(), 'client-key-data': z.string() }) })).min(1),
});

/** A client of the API server as the administrator. */
export async function asAdmin(): Promise<KubeClient> {
  const { server, ca, kubeconfig } = await bed();
  const user = Admin.parse(parse(readFileSync(kubeconfig, 'utf8'))).users[0]?.user;
  if (!user) throw new Error(`no user in ${kubeconfig}`);
  const decode = (data: string) => Buffer.from(data, 'base64').toString('utf8');
  return new KubeClient({ server, ca, cert: decode(user['client-certificate-data']), key: decode(user['client-key-data']) });
}

/** A client of the API server with a bearer token. */
export async function withToken(token: string): Promise<KubeClient> {
  const { server, ca } = await bed();
  return new KubeClient({ server, ca, token });
}
