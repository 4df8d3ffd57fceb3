import { expect, it } from 'vitest';
import { expectFailure, type Given, patchTypes, succeeded } from './under-test.ts';

/** Kubernetes events, as whoever tells something writes them. */
export function eventContract(given: Given): void {
  const core = () => `/api/v1/namespaces/${given().namespace}`;
  const post = (path: string, body: unknown) => given().request('POST', path, { body });

  it('keeps an event under its name, and lets its count be raised', async () => {
    const times = { firstTimestamp: '2026-01-01T00:00:00Z', lastTimestamp: '2026-01-01T00:00:00Z' };
    const involvedObject = { kind: 'Pod', name: 'none', namespace: given().namespace, uid: 'u' };
    const event = { metadata: { name: 'none.1' }, involvedObject, type: 'Normal', reason: 'Told', message: 'x', count: 1, ...times };
    succeeded(await post(`${core()}/events`, event));
    expectFailure(await post(`${core()}/events`, event), { code: 409, reason: 'AlreadyExists' });
    const raise = { body: { count: 2, lastTimestamp: '2026-01-01T00:01:00Z' }, type: patchTypes.merge };
    const raised = await given().request('PATCH', `${core()}/events/none.1`, raise);
    expect(raised.body).toMatchObject({ count: 2, firstTimestamp: times.firstTimestamp, lastTimestamp: '2026-01-01T00:01:00Z' });
  });
}
