import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node';
import { CoreError } from '../../../core/errors.ts';
import { type Environment, hostOf, isLoopback } from './proxy.ts';

const tokenFile = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/** Which kubeconfig is wanted: a file and a context by name, or what the environment offers. */
export interface KubeconfigChoice {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  readonly environment: Environment;
}

/** A kubeconfig with its context chosen; `from` names where it came from. */
export interface LoadedKubeconfig {
  readonly config: KubeConfig;
  readonly from: string;
  readonly server: URL;
  readonly proxyUrl: string | undefined;
  readonly user: string;
  readonly context: string;
  readonly contexts: readonly string[];
}

/** Loads the named kubeconfig, else $KUBECONFIG, else ~/.kube/config, else the pod's own account. Throws `bad-kubeconfig` with the mend. */
export async function loadKubeconfig(choice: KubeconfigChoice): Promise<LoadedKubeconfig> {
  const client = await import('@kubernetes/client-node');
  const files = filesOf(choice);
  if (files.length > 0) return choose(mergeFiles(files, client.KubeConfig), choice.context, files.join(delimiter));
  if (!existsSync(tokenFile) || !choice.environment.KUBERNETES_SERVICE_HOST) throw nothingFound();
  const config = new client.KubeConfig();
  config.loadFromCluster();
  return choose(config, choice.context, 'the pod itself');
}

function filesOf(choice: KubeconfigChoice): readonly string[] {
  if (choice.kubeconfig) return [choice.kubeconfig];
  const named = (choice.environment.KUBECONFIG ?? '').split(delimiter).filter(Boolean);
  if (named.length > 0) return named;
  const usual = join(choice.environment.HOME ?? homedir(), '.kube', 'config');
  return existsSync(usual) ? [usual] : [];
}

function nothingFound(): CoreError {
  return new CoreError(
    'bad-kubeconfig',
    'there is no kubeconfig: $KUBECONFIG is not set, ~/.kube/config does not exist, and this is no pod. Name one with --kubeconfig FILE',
  );
}

/** As kubectl does: of two entries of the same name the first file's holds, and a file that is missing is passed over unless all are. */
function mergeFiles(files: readonly string[], Config: new () => KubeConfig): KubeConfig {
  const present = files.filter((file) => existsSync(file));
  if (present.length === 0) throw broken(files.join(delimiter), 'the file does not exist. Check --kubeconfig or $KUBECONFIG');
  const loaded = present.map((file) => loadFile(file, Config));
  const merged = new Config();
  merged.loadFromOptions({
    clusters: firstOfEachName(loaded.flatMap((config) => config.clusters)),
    users: firstOfEachName(loaded.flatMap((config) => config.users)),
    contexts: firstOfEachName(loaded.flatMap((config) => config.contexts)),
    currentContext: loaded.map((config) => config.currentContext).find(Boolean),
  });
  return merged;
}

function loadFile(file: string, Config: new () => KubeConfig): KubeConfig {
  const config = new Config();
  try {
    config.loadFromFile(file);
    for (const user of config.users) user.exec && prepareExec(user.exec, dirname(file));
    return config;
  } catch (error) {
    throw broken(file, `it cannot be read (${messageOf(error)}). Mend it, or make it anew; 'kubectl config view' must accept it`, error);
  }
}

/** What the exec protocol promises a plug-in: a command relative to the kubeconfig, and a description of the call in its environment. */
function prepareExec(
  exec: { apiVersion?: string; command?: string; env?: { name: string; value: string }[] | null },
  folder: string,
): void {
  if (exec.command?.includes('/') && !exec.command.startsWith('/')) exec.command = join(folder, exec.command);
  const value = JSON.stringify({
    apiVersion: exec.apiVersion ?? 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    spec: { interactive: false },
  });
  exec.env = [...(exec.env ?? []), { name: 'KUBERNETES_EXEC_INFO', value }];
}

function firstOfEachName<T extends { readonly name: string }>(entries: readonly T[]): readonly T[] {
  return entries.filter((entry, index) => entries.findIndex((other) => other.name === entry.name) === index);
}

function choose(config: KubeConfig, wanted: string | undefined, from: string): LoadedKubeconfig {
  const contexts = config.getContexts().map((context) => context.name);
  const name = wanted ?? config.getCurrentContext();
  const known = contexts.length > 0 ? `it has ${contexts.join(', ')}` : 'it has none';
  if (!name) throw broken(from, `it has no current context (${known}). Name one with --context`);
  const context = config.getContexts().find((one) => one.name === name);
  if (!context) throw broken(from, `it has no context '${name}' (${known}). Name one of these with --context`);
  const cluster = config.getCluster(context.cluster);
  if (!cluster)
    throw broken(from, `context '${name}' names the cluster '${context.cluster}', which it does not have. Add it, or name another context`);
  const user = config.getUser(context.user) ?? { name: context.user || 'nobody' };
  const server = serverOf(cluster.server, from);
  const direct = { ...cluster, proxyUrl: undefined, skipTLSVerify: cluster.skipTLSVerify || server.protocol === 'http:' };
  config.loadFromOptions({ clusters: [direct], users: [user], contexts: [{ ...context, user: user.name }], currentContext: name });
  return { config, from, server, proxyUrl: cluster.proxyUrl, user: user.name, context: name, contexts };
}

/** Credentials never leave the machine in clear text: plain http is for a server on this one (the simulator, kubectl proxy). */
function serverOf(text: string, from: string): URL {
  const server = URL.parse(text);
  if (!server || (server.protocol !== 'https:' && server.protocol !== 'http:'))
    throw broken(from, `its server '${text}' is no http(s) address. Mend clusters[].cluster.server`);
  if (server.protocol === 'http:' && !isLoopback(hostOf(server)))
    throw broken(from, `its server '${text}' would get credentials unencrypted. Use https, or 'kubectl proxy' on this machine`);
  return server;
}

function broken(from: string, what: string, cause?: unknown): CoreError {
  return new CoreError('bad-kubeconfig', `kubeconfig ${from}: ${what}`, { cause });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
}
