import { afterAll, beforeAll, describe } from 'vitest';
import { sendTo } from '../contracts/kubernetes-api/send.ts';
import { type ApiUnderTest, kubernetesApiContract } from '../contracts/kubernetes-api.ts';
import { asAdmin, bed, bodyOf, cleanUp, field, newNamespace, onCleanUp, waitFor } from './harness.ts';

const isReal = process.env.KUBEMEND_REAL === '1' && Boolean(process.env.KUBECONFIG);
let api: ApiUnderTest | undefined;

/** A token of an account that may do everything, for a client certificate is no bearer token. */
async function adminToken(namespace: string): Promise<string> {
  const admin = await asAdmin();
  const name = `contract-${namespace}`;
  bodyOf(await admin.post(`/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata: { name } }));
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' };
  const subjects = [{ kind: 'ServiceAccount', name, namespace }];
  const bindings = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings';
  bodyOf(await admin.post(bindings, { metadata: { name }, roleRef, subjects }));
  onCleanUp(() => admin.delete(`${bindings}/${name}`));
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
  const token = field(bodyOf(await admin.post(path, { spec: { expirationSeconds: 3600 } })), 'status.token');
  if (typeof token !== 'string') throw new Error('the API server gave no token');
  return token;
}

async function open(): Promise<ApiUnderTest> {
  const namespace = await newNamespace({ optedIn: false });
  const admin = await asAdmin();
  const { server, ca } = await bed();
  return {
    namespace,
    request: sendTo({ url: server, ca, token: await adminToken(namespace) }),
    async budgetSettles(name, wanted) {
      const path = `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets/${name}`;
      await waitFor(`the budget ${name}`, async () => {
        const budget = bodyOf(await admin.get(path));
        const isSeen = field(budget, 'status.observedGeneration') === field(budget, 'metadata.generation');
        return isSeen && Object.entries(wanted).every(([name, value]) => field(budget, `status.${name}`) === value);
      });
    },
  };
}

describe.skipIf(!isReal)('a real API server (needs KUBECONFIG and KUBEMEND_REAL=1: test/real/run)', () => {
  beforeAll(async () => {
    api = await open();
  });
  afterAll(cleanUp);
  kubernetesApiContract(() => {
    if (!api) throw new Error('the API server is not open');
    return api;
  });
});
