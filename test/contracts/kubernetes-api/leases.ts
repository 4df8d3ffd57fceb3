import { expect, it } from 'vitest';
import { collectionOf, sampleOf } from './samples.ts';
import { at, expectFailure, type Given, succeeded } from './under-test.ts';

/** Leases: the compare-and-set on which an election rests. */
export function leaseContract(given: Given): void {
  const path = () => collectionOf(sampleOf('Lease'), given().namespace);
  const put = (name: string, body: unknown) => given().request('PUT', `${path()}/${name}`, { body });
  async function make(name: string): Promise<unknown> {
    const spec = { holderIdentity: 'one', leaseDurationSeconds: 15, renewTime: '2026-01-01T00:00:00.000000Z' };
    return succeeded(await given().request('POST', path(), { body: { metadata: { name }, spec } })).body;
  }

  it('are replaced on the version that was read, and only once', async () => {
    const read = Object(await make('race'));
    const mine = { ...read, spec: { ...read.spec, holderIdentity: 'two' } };
    expect(at((await put('race', mine)).body, 'spec.holderIdentity')).toBe('two');
    expectFailure(await put('race', { ...read, spec: { ...read.spec, holderIdentity: 'three' } }), { code: 409, reason: 'Conflict' });
  });
  it('are not replaced without a version', async () => {
    await make('unpinned');
    const answer = await put('unpinned', { metadata: { name: 'unpinned' }, spec: { holderIdentity: 'x' } });
    expectFailure(answer, {
      code: 422,
      reason: 'Invalid',
      message: /metadata\.resourceVersion: Invalid value: .*must be specified for an update/,
    });
  });
  it('are created by an update when there is none', async () => {
    const answer = await put('fresh', { metadata: { name: 'fresh' }, spec: { holderIdentity: 'x' } });
    expect(answer.status).toBe(201);
  });
  it('are created by one of two at once', async () => {
    const post = () => given().request('POST', path(), { body: { metadata: { name: 'both' }, spec: { holderIdentity: 'x' } } });
    const answers = await Promise.all([post(), post()]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
  });
}
