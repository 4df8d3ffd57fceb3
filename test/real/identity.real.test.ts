/** Who somebody is and may do, by a real API server's word: RBAC, TokenReview, SubjectAccessReview, and the HTTP API before them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openKubernetesCluster } from '../../src/adapters/cluster/kubernetes/kubernetes-cluster.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import type { Identity, Role } from '../../src/app/identity/identity.ts';
import { identitySource } from '../../src/app/identity/identity-source.ts';
import { notification, rawAlert } from '../fakes/alerts.ts';
import { quietLogger } from '../fakes/logger.ts';
import {
  actsOf,
  asAdmin,
  bodyOf,
  cleanUp,
  controller,
  deploy,
  hasNode,
  inPhase,
  installKubemend,
  newNamespace,
  onCleanUp,
  placeIn,
  pretendNode,
  pretendReady,
  rolledOut,
  storyOf,
  tokenOf,
  told,
  waitFor,
} from './harness.ts';

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const home = await installKubemend({ namespace: 'km-identity', identity: true });
const [shop, bank] = [await newNamespace({ optedIn: true }), await newNamespace({ optedIn: true })];
const cluster = await openKubernetesCluster({
  kubeconfig: home.kubeconfig,
  namespace: home.namespace,
  clock: systemClock,
  log: quietLogger,
  standsForElection: false,
});
const people = identitySource({ kubernetes: { audience: 'kubemend' } }, { clock: systemClock, log: quietLogger, reviews: cluster.reviews });
onCleanUp(() => cluster.stop());
afterAll(cleanUp, 180_000);

/** An account in `shop` with a role of the manifests there, or cluster-wide. */
async function person(name: string, role?: Role, where: 'shop' | 'cluster' = 'shop'): Promise<void> {
  const admin = await asAdmin();
  bodyOf(await admin.post(`/api/v1/namespaces/${shop}/serviceaccounts`, { metadata: { name } }));
  if (!role) return;
  const kind = where === 'shop' ? 'RoleBinding' : 'ClusterRoleBinding';
  const collection = where === 'shop' ? `${RBAC}/namespaces/${shop}/rolebindings` : `${RBAC}/clusterrolebindings`;
  const binding = where === 'shop' ? name : `${home.namespace}-${name}`;
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: `${home.namespace}-${role}` };
  const subjects = [{ kind: 'ServiceAccount', name, namespace: shop }];
  bodyOf(
    await admin.post(collection, { apiVersion: 'rbac.authorization.k8s.io/v1', kind, metadata: { name: binding }, roleRef, subjects }),
  );
  onCleanUp(() => admin.delete(`${collection}/${binding}`));
}

async function identityOf(name: string): Promise<Identity> {
  const identity = await people.identify(await tokenOf(shop, name, 'kubemend'));
  if (!identity) throw new Error(`the API server does not know ${name}`);
  return identity;
}

/** `viewer approver admin`, as far as the identity holds them there. */
async function rolesOf(identity: Identity, where: string | undefined): Promise<string> {
  const roles: readonly Role[] = ['viewer', 'approver', 'admin'];
  const held = await Promise.all(roles.map(async (role) => ((await identity.may(role, where)) ? role : '-')));
  return held.join(' ');
}

beforeAll(async () => {
  await person('vera', 'viewer');
  await person('ann', 'approver');
  await person('root', 'admin', 'cluster');
  await person('nobody');
});

describe('the people of a cluster', () => {
  it.each([
    ['vera', 'viewer - -', '- - -', '- - -'],
    ['ann', 'viewer approver -', '- - -', '- - -'],
    ['root', 'viewer approver admin', 'viewer approver admin', 'viewer approver admin'],
    ['nobody', '- - -', '- - -', '- - -'],
  ])('%s holds in the own namespace "%s", in another "%s", in the cluster "%s"', async (name, ...held) => {
    const [here, elsewhere, everywhere] = held;
    // The API server hears of a new binding a moment after it was stored, and a no is repeated for two seconds.
    await waitFor(`the roles of ${name}`, async () => (await rolesOf(await identityOf(name), shop)) === here, 15_000);
    const identity = await identityOf(name);
    expect(identity.name).toBe(`user:system:serviceaccount:${shop}:${name}`);
    expect([await rolesOf(identity, bank), await rolesOf(identity, undefined)]).toEqual([elsewhere, everywhere]);
  });

  it('are not known by a token that was made for the API server, or for somebody else', async () => {
    expect(await people.identify(await tokenOf(shop, 'root'))).toBeUndefined();
    expect(await people.identify(await tokenOf(shop, 'root', 'elsewhere'))).toBeUndefined();
    const own = await tokenOf(home.namespace, 'observer');
    expect(await people.identify(own)).toBeUndefined();
  });

  it('are not known by a token with another signature, or without one', async () => {
    const token = await tokenOf(shop, 'root', 'kubemend');
    const [header, payload, signature = ''] = token.split('.');
    const turned = `${signature.slice(0, 10)}${signature[10] === 'A' ? 'B' : 'A'}${signature.slice(11)}`;
    expect(await people.identify(`${header}.${payload}.${turned}`)).toBeUndefined();
    expect(await people.identify(`${header}.${payload}.`)).toBeUndefined();
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    expect(await people.identify(`${none}.${payload}.`)).toBeUndefined();
    expect((await people.identify(token))?.name).toContain(':root');
  });

  it('lose a role ten seconds after its binding is gone, and their name after the account is', async () => {
    await person('leaver', 'approver');
    await waitFor('the role', async () => (await identityOf('leaver')).may('approver', shop), 15_000);
    const token = await tokenOf(shop, 'leaver', 'kubemend');
    const held = await people.identify(token);
    const admin = await asAdmin();
    bodyOf(await admin.delete(`${RBAC}/namespaces/${shop}/rolebindings/leaver`));
    await waitFor('the end of the role', async () => !(await held?.may('approver', shop)), 15_000);
    bodyOf(await admin.delete(`/api/v1/namespaces/${shop}/serviceaccounts/leaver`));
    await waitFor('the end of the account', async () => (await people.identify(token)) === undefined, 15_000);
  });
});

async function onNoNode(pods: readonly string[]): Promise<void> {
  await pretendNode('km-identity-pretended');
  for (const pod of pods) await pretendReady(shop, pod);
}

describe('the HTTP API of a controller in the cluster', () => {
  it('lets an approver of the namespace answer, and nobody else', { timeout: 200_000 }, async () => {
    const map = { ContainerMemoryLeaking: { subject: 'pod', cause: 'memory-leak' } };
    const http = { listen: '127.0.0.1:0', identity: 'kubernetes' };
    const at = await placeIn(home, { gatherMs: '1s', detectEveryMs: '1s', http, alerts: { map } });
    const till = await deploy(shop, { name: 'till', kind: 'StatefulSet', replicas: 3, spec: { podManagementPolicy: 'Parallel' } });
    const calm = await deploy(shop, { name: 'calm', kind: 'StatefulSet', replicas: 1 });
    if (!(await hasNode())) await onNoNode(['till-0', 'till-1', 'till-2', 'calm-0']);
    for (const workload of [till, calm]) await rolledOut(workload);
    const running = controller(at, 'auto', shop);
    await running.says(/kubemend runs/, 60_000);
    const [, url = ''] = /"url":"(http:[^"]+)"/.exec(`${running.stdout()}${running.stderr()}`) ?? [];
    const call = async (path: string, token?: string, body?: unknown): Promise<{ readonly status: number; readonly body: unknown }> => {
      const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
      const answer = await fetch(url + path, { headers, ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }) });
      return { status: answer.status, body: await answer.json() };
    };
    const alert = rawAlert({ alertname: 'ContainerMemoryLeaking', namespace: shop, pod: 'till-0' }, { startsAt: new Date().toISOString() });
    expect((await call('/webhook/alertmanager', undefined, notification([alert]))).status).toBe(200);
    const asked = await inPhase(at, 'asked', 90_000);

    const since = Date.now();
    const approval = { decision: 'approve', planHash: asked.plan?.hash };
    const answer = async (token?: string) => (await call(`/api/v1/incidents/${asked.id}/approval`, token, approval)).status;
    const seen = async (token?: string) => (await call(`/api/v1/incidents/${asked.id}`, token)).status;
    const [vera, ann, nobody] = await Promise.all(['vera', 'ann', 'nobody'].map((name) => tokenOf(shop, name, 'kubemend')));
    const others = await tokenOf(shop, 'root');
    expect([await seen(), await seen(others), await seen(nobody), await seen(vera)]).toEqual([401, 401, 404, 200]);
    expect([await answer(), await answer(others), await answer(nobody), await answer(vera)]).toEqual([401, 401, 404, 403]);
    expect(await actsOf(`:${home.namespace}:actor`, since)).toEqual([]);
    expect(await answer(ann)).toBe(201);
    await waitFor('the eviction', async () => (await actsOf(`:${home.namespace}:actor`, since)).length > 0, 60_000);
    expect(await actsOf(`:${home.namespace}:actor`, since)).toMatchObject([{ resource: 'core/pods/eviction', name: 'till-0' }]);
    const rows = await storyOf(at, asked.id);
    expect(rows.find(({ what }) => what === 'approval')).toMatchObject({ actor: `user:system:serviceaccount:${shop}:ann` });
    await waitFor('the act is told', async () => (await told(shop, 'till')).some(({ reason }) => reason === 'ActionTaken'));
    expect((await told(shop, 'till')).map(({ reason }) => reason)).toEqual(expect.arrayContaining(['IncidentOpened', 'ApprovalNeeded']));
    expect((await running.stop()).code).toBe(0);
  });
});
