import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { actions } from '../../../src/actions/index.ts';
import { type ManifestOptions, manifestsFor, manifestsYaml } from '../../../src/app/manifests.ts';
import { asAdmin, bed, kubectl, withToken } from './bed.ts';
import { onCleanUp } from './clean-up.ts';
import { bodyOf, field, type KubeClient } from './kube-client.ts';
import { waitFor } from './wait-for.ts';
import { removeNamespace } from './workloads.ts';

/** kubemend's accounts, roles and second wall, in force. */
export interface Installation {
  readonly namespace: string;
  /** A kubeconfig file for the observer's account, which is who kubemend runs as; good for two hours. */
  readonly kubeconfig: string;
  /** An empty folder for `--state-dir`. */
  readonly stateDir: string;
  asObserver(): Promise<KubeClient>;
  asActor(): Promise<KubeClient>;
}

/**
 * Applies the generated manifests as the administrator and waits until the second wall refuses. `cleanUp` takes all of it away.
 * A namespace other than `kubemend` keeps a second installation apart from the first.
 */
export async function installKubemend(wish: Partial<ManifestOptions> = {}): Promise<Installation> {
  const options = { ...wish, namespace: wish.namespace ?? 'kubemend', actions: wish.actions ?? actions };
  const { namespace } = options;
  onCleanUp(() => uninstall(options));
  await kubectl(['apply', '-f', '-'], manifestsYaml(options));
  const folder = await mkdtemp(join(tmpdir(), 'kubemend-real-'));
  onCleanUp(() => rm(folder, { recursive: true, force: true }));
  const kubeconfig = join(folder, 'observer.kubeconfig');
  await writeFile(kubeconfig, await kubeconfigOf(await tokenOf(namespace, 'observer')), { mode: 0o600 });
  const stateDir = await mkdtemp(join(folder, 'state-'));
  await chmod(stateDir, 0o700);
  await wallStands(namespace);
  const client = (account: string) => async () => withToken(await tokenOf(namespace, account));
  return { namespace, kubeconfig, stateDir, asObserver: client('observer'), asActor: client('actor') };
}

/** A token of an account, good for two hours, asked for as the administrator; for the API server unless another audience is named. */
export async function tokenOf(namespace: string, account: string, audience?: string): Promise<string> {
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`;
  const body = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { expirationSeconds: 7200, ...(audience && { audiences: [audience] }) },
  };
  return String(field(bodyOf(await (await asAdmin()).post(path, body)), 'status.token'));
}

async function kubeconfigOf(token: string): Promise<string> {
  const { server, ca } = await bed();
  const cluster = { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') };
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'bed',
    clusters: [{ name: 'bed', cluster }],
    users: [{ name: 'observer', user: { token } }],
    contexts: [{ name: 'bed', context: { cluster: 'bed', user: 'observer' } }],
  });
}

/**
 * The API server takes a new policy into use a moment after it was stored. Asked by a dry run that only the wall refuses: for that
 * moment RBAC lets the actor make a ConfigMap.
 */
async function wallStands(namespace: string): Promise<void> {
  const admin = await asAdmin();
  const roles = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
  const role = { metadata: { name: 'wall-probe' }, rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['create'] }] };
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'wall-probe' };
  const subjects = [{ kind: 'ServiceAccount', name: 'actor', namespace }];
  await admin.post(`${roles}/roles`, role);
  await admin.post(`${roles}/rolebindings`, { metadata: { name: 'wall-probe' }, roleRef, subjects });
  const actor = await withToken(await tokenOf(namespace, 'actor'));
  const probe = () => actor.post(`/api/v1/namespaces/${namespace}/configmaps?dryRun=All`, { metadata: { name: 'wall-probe' } });
  try {
    await waitFor('the second wall refuses', async () => (await probe()).message.includes('kubemend has no action that does this'));
  } finally {
    await admin.delete(`${roles}/rolebindings/wall-probe`);
    await admin.delete(`${roles}/roles/wall-probe`);
  }
}

async function uninstall(options: ManifestOptions): Promise<() => Promise<unknown>> {
  // The wall stands last but one: the power goes first.
  const wide = manifestsFor(options).filter((manifest) => manifest.metadata.namespace === undefined && manifest.kind !== 'Namespace');
  for (const { kind, metadata } of wide.toReversed()) await kubectl(['delete', kind, metadata.name, '--ignore-not-found', '--wait=false']);
  return removeNamespace(await asAdmin(), options.namespace ?? 'kubemend');
}
