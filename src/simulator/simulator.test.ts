import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendTo } from '../../test/contracts/kubernetes-api/send.ts';
import { at, listAt, succeeded } from '../../test/contracts/kubernetes-api/under-test.ts';
import { type Simulator, startSimulator } from './simulator.ts';

const startAt = Date.UTC(2026, 0, 1);
let simulator: Simulator;
let request: ReturnType<typeof sendTo>;
const deployments = '/apis/apps/v1/namespaces/default/deployments';

async function eventually(path: string, isThere: (body: unknown) => boolean): Promise<unknown> {
  for (let tries = 0; tries < 200; tries += 1) {
    const { body } = await request('GET', path);
    if (isThere(body)) return body;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${path} never came to it: ${JSON.stringify((await request('GET', path)).body).slice(0, 500)}`);
}

describe('a running simulator', () => {
  beforeAll(async () => {
    simulator = await startSimulator({ seed: 3, speed: 60, port: 0, startAt });
    simulator.cluster.addNode({ name: 'node-a', zone: 'a' });
    request = sendTo({ url: simulator.url, token: 'admin' });
  });
  afterAll(() => simulator.stop());

  it('rolls a Deployment out that a client makes', async () => {
    const spec = { replicas: 2, selector: { matchLabels: { app: 'cart' } } };
    const template = { metadata: { labels: { app: 'cart' } }, spec: { containers: [{ name: 'app', image: 'cart:1' }] } };
    succeeded(await request('POST', deployments, { body: { metadata: { name: 'cart' }, spec: { ...spec, template } } }));
    const body = await eventually(`${deployments}/cart`, (one) => at(one, 'status.readyReplicas') === 2);
    expect(at(body, 'status.observedGeneration')).toBe(1);
  });
  it('shows what the pods use, and what they write', async () => {
    const metrics = '/apis/metrics.k8s.io/v1beta1/namespaces/default/pods';
    const body = await eventually(metrics, (one) => listAt(one, 'items').length === 2);
    const [first] = listAt(body, 'items');
    expect(listAt(first, 'containers')[0]).toMatchObject({ name: 'app', usage: { memory: expect.stringMatching(/^\d+Ki$/) } });
    const log = await request('GET', `/api/v1/namespaces/default/pods/${at(first, 'metadata.name')}/log`);
    expect([log.status, typeof log.body]).toEqual([200, 'string']);
    const previous = await request('GET', `/api/v1/namespaces/default/pods/${at(first, 'metadata.name')}/log?previous=true`);
    expect([previous.status, at(previous.body, 'reason')]).toEqual([400, 'BadRequest']);
  });
  it('takes a namespace away with all that is in it', async () => {
    succeeded(await request('POST', '/api/v1/namespaces', { body: { metadata: { name: 'brief' } } }));
    succeeded(await request('POST', '/api/v1/namespaces/brief/configmaps', { body: { metadata: { name: 'left' } } }));
    const marked = succeeded(await request('DELETE', '/api/v1/namespaces/brief'));
    expect(at(marked.body, 'status.phase')).toBe('Terminating');
    await eventually('/api/v1/namespaces/brief', (one) => at(one, 'code') === 404);
    expect((await request('GET', '/api/v1/namespaces/brief/configmaps/left')).status).toBe(404);
  });
  it('counts the writes of clients, and none of its own controllers', () => {
    expect(simulator.api.effectiveWrites().map(({ method, resource, name }) => `${method} ${resource} ${name}`)).toEqual([
      'POST deployments.apps ',
      'POST namespaces ',
      'POST configmaps ',
      'DELETE namespaces brief',
    ]);
  });
  it('says loudly what it does not model', async () => {
    const type = 'application/apply-patch+yaml';
    const answer = await request('PATCH', `${deployments}/cart?fieldManager=x`, { body: {}, type });
    expect([answer.status, at(answer.body, 'message')]).toEqual([
      501,
      'the simulator does not model server-side apply: run this against a cluster',
    ]);
  });
  it('names itself and the token in its kubeconfig', () => {
    expect(JSON.parse(simulator.kubeconfig('mine'))).toMatchObject({
      clusters: [{ cluster: { server: simulator.url } }],
      users: [{ user: { token: 'mine' } }],
    });
  });
});
