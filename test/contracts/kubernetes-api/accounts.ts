import { setTimeout as sleep } from 'node:timers/promises';
import { type Answered, at, type Given, succeeded, textAt } from './under-test.ts';

/** Where roles are kept. */
export const RBAC = '/apis/rbac.authorization.k8s.io/v1';

/** Accounts with roles in the suite's namespace. */
export interface Accounts {
  /** Makes an account of this name that may do what the rules say in the namespace; gives its token. */
  account(name: string, rules?: readonly unknown[]): Promise<string>;
  /** Waits until the server lets the account do what the rule says. */
  holds(name: string, rule: unknown): Promise<void>;
  userOf(name: string): string;
  /** `/api/v1/namespaces/NAME` of the suite. */
  core(): string;
  /** Sends as the administrator. */
  post(path: string, body: unknown): Promise<Answered>;
}

/** Makes accounts on the server under test. */
export function accountsOf(given: Given): Accounts {
  const core = () => `/api/v1/namespaces/${given().namespace}`;
  const post = (path: string, body: unknown): Promise<Answered> => given().request('POST', path, { body });
  /** A real server hears of a new binding a moment later than it has stored it. */
  async function holds(name: string, rule: unknown): Promise<void> {
    const [group, verb, wanted] = ['apiGroups.0', 'verbs.0', 'resources.0'].map((path) => textAt(rule, path));
    const [resource, subresource] = (wanted ?? '').split('/');
    const resourceAttributes = { namespace: given().namespace, group, verb, resource, subresource, name: at(rule, 'resourceNames.0') };
    const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec: { user: userOf(name), resourceAttributes } };
    for (let tries = 0; tries < 50; tries += 1) {
      if (at((await post('/apis/authorization.k8s.io/v1/subjectaccessreviews', body)).body, 'status.allowed') === true) return;
      await sleep(100);
    }
    throw new Error(`the server never allowed ${name} what it was bound to: ${JSON.stringify(rule)}`);
  }
  async function account(name: string, rules: readonly unknown[] = []): Promise<string> {
    succeeded(await post(`${core()}/serviceaccounts`, { metadata: { name } }));
    const local = `${RBAC}/namespaces/${given().namespace}`;
    succeeded(await post(`${local}/roles`, { metadata: { name }, rules }));
    const subjects = [{ kind: 'ServiceAccount', name, namespace: given().namespace }];
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name };
    succeeded(await post(`${local}/rolebindings`, { metadata: { name }, roleRef, subjects }));
    for (const rule of rules.slice(0, 1)) await holds(name, rule);
    const token = succeeded(await post(`${core()}/serviceaccounts/${name}/token`, { spec: { expirationSeconds: 3600 } }));
    return textAt(token.body, 'status.token');
  }
  const userOf = (name: string) => `system:serviceaccount:${given().namespace}:${name}`;

  return { account, holds, userOf, core, post };
}
