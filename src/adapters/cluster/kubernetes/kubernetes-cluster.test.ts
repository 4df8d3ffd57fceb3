import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type FakeApiServer, fakeApiServer, json, status } from '../../../../test/fakes/api-server.ts';
import { quietLogger } from '../../../../test/fakes/logger.ts';
import { systemClock } from '../../system/clock.ts';
import { type KubernetesCluster, openKubernetesCluster } from './kubernetes-cluster.ts';

let server: FakeApiServer;
let cluster: KubernetesCluster | undefined;
beforeEach(async () => {
  server = await fakeApiServer();
});
afterEach(async () => {
  await cluster?.stop();
  cluster = undefined;
  await server.stop();
});

const open = async () => {
  cluster = await openKubernetesCluster({ kubeconfig: server.kubeconfig, clock: systemClock, log: quietLogger, standsForElection: false });
  return cluster;
};
/** A small cluster of this version, in which nodes may not be read and nothing happens. */
function serve(gitVersion: string): void {
  server.answer((seen, response) => {
    if (seen.path === '/version') return json(response, { gitVersion });
    if (seen.path.endsWith('/nodes')) return status(response, 403, 'nodes is forbidden');
    if (seen.query.has('watch')) return response.writeHead(200).flushHeaders();
    const metadata = { name: 'one', namespace: 's', uid: seen.path, resourceVersion: '5', creationTimestamp: '2026-01-01T00:00:00Z' };
    return json(response, {
      kind: 'AnyList',
      metadata: { resourceVersion: '9' },
      items: seen.path.endsWith('/pods') ? [{ metadata }] : [],
    });
  });
}

describe('an open cluster', () => {
  test('is synced when every kind is listed or known to be forbidden, and says which', async () => {
    serve('v1.36.3');
    const { reader, waitForSync, describe: report } = await open();
    await waitForSync(AbortSignal.timeout(30_000));
    expect([...reader.objects()].map(({ object }) => object.kind)).toEqual(['Pod']);
    expect([reader.ageMs('Pod'), reader.ageMs('Node')]).toEqual([expect.any(Number), undefined]);
    const { kinds, version, server: address, user, context } = report();
    expect({ version, address, user, context }).toEqual({ version: 'v1.36.3', address: server.url, user: 'me', context: 'fake' });
    expect(kinds.filter(({ state }) => state !== 'synced').map(({ kind, state, lastError }) => [kind, state, lastError])).toEqual([
      ['Node', 'forbidden', expect.stringContaining('nodes is forbidden')],
    ]);
  });

  test('reads of ConfigMaps their metadata alone, and in its own namespace alone', async () => {
    serve('v1.36.3');
    await (await open()).waitForSync(AbortSignal.timeout(30_000));
    const asked = () => server.seen.filter((seen) => seen.path.endsWith('/configmaps'));
    await vi.waitFor(() => expect(asked().length).toBeGreaterThan(1), { timeout: 15_000 });
    expect(new Set(asked().map((seen) => seen.path))).toEqual(new Set(['/api/v1/namespaces/kubemend/configmaps']));
    for (const seen of asked())
      expect(seen.headers.accept).toMatch(/^application\/json;as=PartialObjectMetadata(List)?;g=meta.k8s.io;v=v1$/);
  });

  test('asks for no leadership where it shall not, and then writes nothing', async () => {
    serve('v1.36.3');
    const { election, writer } = await open();
    const target = { cluster: 'default', apiGroup: '', kind: 'Pod', namespace: 's', name: 'one', uid: 'u' };
    expect(await writer.write({ verb: 'evict', target }, '5', { actionId: 'a', epoch: 1 })).toMatchObject({ is: 'changed' });
    expect(election.epoch()).toBeUndefined();
    expect(server.seen.filter((seen) => seen.method !== 'GET' || seen.path.includes('leases'))).toEqual([]);
  });

  test('refuses a server that is too old, with the reason', async () => {
    serve('v1.29.9-eks-1');
    await expect(open()).rejects.toMatchObject({ code: 'cluster-refused', message: expect.stringContaining('v1.29.9-eks-1') });
  });

  test('goes on without a server, and is there when the server is', { timeout: 20_000 }, async () => {
    server.answer((_seen, response) => status(response, 503, 'starting'));
    const { waitForSync, reader } = await open();
    await expect(waitForSync(AbortSignal.timeout(50))).rejects.toThrow('timeout');
    expect(reader.ageMs('Pod')).toBeUndefined();
    serve('v1.36.3');
    await waitForSync(AbortSignal.timeout(15_000));
    expect(reader.ageMs('Pod')).toBeDefined();
  });

  test('leaves no connection behind when it is stopped', async () => {
    serve('v1.36.3');
    const { waitForSync, stop } = await open();
    await waitForSync(AbortSignal.timeout(30_000));
    cluster = undefined;
    await stop();
    const { length } = server.seen;
    await systemClock.sleep(100);
    expect(server.seen).toHaveLength(length);
  });

  test('refuses to resize in place on a server that cannot', async () => {
    serve('v1.32.0');
    const { preview } = await open();
    const target = { cluster: 'default', apiGroup: '', kind: 'Pod', namespace: 's', name: 'one', uid: 'u' };
    const write = { verb: 'resize' as const, target, containers: [{ name: 'app', requests: {}, limits: {} }] };
    expect(await preview.tryOut(write, '5', { actionId: 'a', epoch: 1 })).toEqual({
      is: 'refused',
      why: 'in-place resize needs Kubernetes 1.33, and the API server is v1.32.0',
    });
  });
});
