/** `kubemend doctor` on a real cluster: for each trouble a line that names it and its mend, and the exit code that fits. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { asAdmin, bodyOf, cleanUp, field, installKubemend, kubectl, root, waitFor } from './harness.ts';

afterAll(cleanUp, 180_000);

const Lines = z.array(z.object({ what: z.string(), state: z.string(), says: z.string(), mend: z.string().optional() }));

interface Answer {
  readonly code: number;
  readonly lines: z.infer<typeof Lines>;
  readonly tookMs: number;
}

const home = await installKubemend({ namespace: 'km-doctor' });

async function doctor(kubeconfig: string, ownNamespace = home.namespace): Promise<Answer> {
  const stateDir = await mkdtemp(join(home.stateDir, 'doctor-'));
  const args = ['doctor', '--kubeconfig', kubeconfig, '--own-namespace', ownNamespace, '--state-dir', stateDir, '--json'];
  const from = performance.now();
  const ended = await promisify(execFile)(join(root, 'node_modules/.bin/node'), [join(root, 'src/cli/main.ts'), ...args]).then(
    ({ stdout }) => ({ code: 0, stdout }),
    (error: unknown) => z.object({ code: z.number(), stdout: z.string() }).parse(error),
  );
  return { code: ended.code, lines: Lines.parse(JSON.parse(ended.stdout)), tookMs: performance.now() - from };
}

/** The kubeconfig with one of its words replaced. */
async function changed(from: RegExp, to: string): Promise<string> {
  const text = await readFile(home.kubeconfig, 'utf8');
  expect(text).toMatch(from);
  const file = join(await mkdtemp(join(home.stateDir, 'kubeconfig-')), 'config');
  await writeFile(file, text.replace(from, to), { mode: 0o600 });
  return file;
}
const troubles = ({ lines }: Answer) => lines.filter(({ state }) => state !== 'fine');

/** Takes something away from the installation for one test, and gives it back. */
async function without<T>(kind: string, name: string, work: () => Promise<T>): Promise<T> {
  const local = ['role', 'rolebinding'].includes(kind) ? ['-n', home.namespace] : [];
  const kept = await kubectl(['get', kind, name, ...local, '-o', 'json']);
  const { metadata, ...rest } = z
    .looseObject({ metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }) })
    .parse(JSON.parse(kept));
  const back = JSON.stringify({ ...rest, metadata: { name: metadata.name, namespace: metadata.namespace, labels: metadata.labels } });
  await kubectl(['delete', kind, name, ...local]);
  try {
    return await work();
  } finally {
    await kubectl(['apply', '-f', '-'], back);
  }
}

/** Whether the Lease is there, and in which version. */
async function leaseVersion(): Promise<unknown> {
  return field(
    (await (await asAdmin()).get(`/apis/coordination.k8s.io/v1/namespaces/${home.namespace}/leases/kubemend`)).body,
    'metadata.resourceVersion',
  );
}

describe('doctor', () => {
  test('finds nothing wrong with the generated installation, and does not take the Lease', async () => {
    const before = await leaseVersion();
    const answer = await doctor(home.kubeconfig);
    expect(troubles(answer)).toEqual([]);
    expect(answer.code).toBe(0);
    expect(answer.lines.map(({ what }) => what)).toEqual(['store', 'cluster', 'lease', 'second wall']);
    expect(await leaseVersion()).toEqual(before);
  });

  test('says which address does not answer', async () => {
    const answer = await doctor(await changed(/server: \S+/, 'server: https://127.0.0.1:9'));
    expect(troubles(answer)).toEqual([
      {
        what: 'cluster',
        state: 'unreached',
        says: expect.stringMatching(/127\.0\.0\.1:9 as observer: .*ECONNREFUSED/),
        mend: expect.stringContaining('check the address'),
      },
    ]);
    expect(answer.code).toBe(3);
    expect(answer.tookMs).toBeLessThan(15_000);
  });

  test('says which file is not there', async () => {
    const answer = await doctor('/nowhere/kubeconfig');
    expect(troubles(answer)).toEqual([
      { what: 'cluster', state: 'unreached', says: expect.stringMatching(/\/nowhere\/kubeconfig: the file does not exist/) },
    ]);
    expect(answer.code).toBe(3);
  });

  test('tells a wrong token from a dead server', async () => {
    const answer = await doctor(await changed(/token: \S+/, 'token: wrong'));
    expect(troubles(answer)).toEqual([
      {
        what: 'cluster',
        state: 'wrong',
        says: expect.stringMatching(/401: Unauthorized/),
        mend: expect.stringContaining('renew the token'),
      },
    ]);
    expect(answer.code).toBe(1);
  });

  test('names each kind that may not be read in a line of its own', async () => {
    const path = '/apis/rbac.authorization.k8s.io/v1/clusterroles/km-doctor-observer';
    const role = bodyOf(await (await asAdmin()).get(path));
    const rules = z.array(z.looseObject({ resources: z.array(z.string()) })).parse(field(role, 'rules'));
    const fewer = rules.map((rule) => ({
      ...rule,
      resources: rule.resources.filter((name) => !['nodes', 'poddisruptionbudgets'].includes(name)),
    }));
    const filled = fewer.filter(({ resources }) => resources.length > 0);
    bodyOf(await (await asAdmin()).patch(path, { rules: filled }));
    try {
      await waitFor('the role is narrower', async () => (await (await home.asObserver()).get('/api/v1/nodes')).status === 403);
      const answer = await doctor(home.kubeconfig);
      expect(troubles(answer)).toEqual(
        ['PodDisruptionBudget', 'Node'].map((kind) => ({
          what: `read ${kind}`,
          state: 'wrong',
          says: expect.stringMatching(/403: .*cannot list resource/),
          mend: expect.stringContaining('kubemend manifests'),
        })),
      );
      expect(answer.code).toBe(1);
    } finally {
      bodyOf(await (await asAdmin()).patch(path, { rules }));
    }
  });

  test('says that the second wall is not up: no token, no actor, no policy', async () => {
    const wallOf = (answer: Answer) => ({ code: answer.code, trouble: troubles(answer) });
    const mend = expect.stringContaining('run as the observer account');
    const noPolicy = await without('validatingadmissionpolicybinding', 'km-doctor-actor', async () => {
      await new Promise((resolve) => setTimeout(resolve, 2_000)); // the API server takes a change of policy into use a moment later
      return doctor(home.kubeconfig);
    });
    expect(wallOf(noPolicy)).toEqual({
      code: 1,
      trouble: [
        { what: 'second wall', state: 'wrong', says: expect.stringMatching(/^no admission policy holds km-doctor\/actor back/), mend },
      ],
    });
    const elsewhere = await doctor(home.kubeconfig, 'default');
    expect(elsewhere.code).toBe(1);
    expect(troubles(elsewhere)).toEqual([
      expect.objectContaining({ what: 'read ConfigMap', state: 'wrong' }),
      {
        what: 'lease',
        state: 'wrong',
        says: expect.stringMatching(/403.*Allow get, create and update on leases/),
        mend: expect.stringContaining('only observes'),
      },
      { what: 'second wall', state: 'wrong', says: expect.stringMatching(/create service account default\/actor/), mend },
    ]);
  });

  test('says that the Lease may not be held', async () => {
    const path = `/apis/rbac.authorization.k8s.io/v1/namespaces/${home.namespace}/roles/kubemend-observer`;
    const rules = z
      .array(z.looseObject({ resources: z.array(z.string()) }))
      .parse(field(bodyOf(await (await asAdmin()).get(path)), 'rules'));
    bodyOf(await (await asAdmin()).patch(path, { rules: rules.filter(({ resources }) => !resources.includes('leases')) }));
    try {
      const leases = `/apis/coordination.k8s.io/v1/namespaces/${home.namespace}/leases/kubemend`;
      await waitFor('the role is narrower', async () => (await (await home.asObserver()).get(leases)).status === 403);
      const answer = await doctor(home.kubeconfig);
      expect(troubles(answer)).toEqual([
        { what: 'lease', state: 'wrong', says: expect.stringMatching(/403.*leases/), mend: expect.stringContaining('only observes') },
      ]);
      expect(answer.code).toBe(1);
    } finally {
      bodyOf(await (await asAdmin()).patch(path, { rules }));
    }
  });
});
