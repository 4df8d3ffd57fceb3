import { describe, expect, it } from 'vitest';
import { collectionOf, qualified, sampleOf } from './samples.ts';
import { at, expectFailure, type Given, listAt, patchTypes, succeeded, textAt } from './under-test.ts';

/** The scale subresource. */
export function scalingContract(given: Given): void {
  describe.each(['Deployment', 'StatefulSet', 'ReplicaSet'])('the scale of a %s', (kind) => {
    const sample = sampleOf(kind);
    const path = (name: string) => `${collectionOf(sample, given().namespace)}/${name}`;
    async function make(name: string): Promise<string> {
      const { spec } = Object(sample.content);
      const body = { metadata: { name }, spec: { ...spec, ...(kind === 'Deployment' && { paused: true }) } };
      return textAt(succeeded(await given().request('POST', collectionOf(sample, given().namespace), { body })).body, 'metadata.uid');
    }
    const scale = (name: string, body: unknown, type: keyof typeof patchTypes = 'json') =>
      given().request('PATCH', `${path(name)}/scale?fieldManager=scaler`, { body, type: patchTypes[type] });

    it('is read', async () => {
      const uid = await make('scale-read');
      const { body } = succeeded(await given().request('GET', `${path('scale-read')}/scale`));
      expect(body).toMatchObject({
        kind: 'Scale',
        apiVersion: 'autoscaling/v1',
        metadata: { name: 'scale-read', uid },
        spec: {},
        status: { replicas: 0, selector: 'app=sample' },
      });
    });
    it('sets the replicas, raises the generation and names the manager', async () => {
      await make('scale-set');
      const answer = await scale('scale-set', { spec: { replicas: 1 } }, 'merge');
      expect([answer.status, at(answer.body, 'spec.replicas')]).toEqual([200, 1]);
      const { body } = succeeded(await given().request('GET', path('scale-set')));
      expect([at(body, 'spec.replicas'), at(body, 'metadata.generation')]).toEqual([1, 2]);
      const entry = listAt(body, 'metadata.managedFields').find((one) => at(one, 'manager') === 'scaler');
      expect(entry).toMatchObject({ operation: 'Update', subresource: 'scale', fieldsV1: { 'f:spec': { 'f:replicas': {} } } });
      succeeded(await scale('scale-set', { spec: { replicas: 0 } }, 'merge'));
    });
    it('is refused on an old version and on another uid', async () => {
      const uid = await make('scale-pinned');
      const stale = await scale('scale-pinned', { metadata: { resourceVersion: '1' }, spec: { replicas: 1 } }, 'merge');
      expectFailure(stale, {
        code: 409,
        reason: 'Conflict',
        message: /^Operation cannot be fulfilled on .*"scale-pinned": the object has been modified/,
      });
      const other = await scale('scale-pinned', [
        { op: 'replace', path: '/metadata/uid', value: 'other' },
        { op: 'add', path: '/spec/replicas', value: 1 },
      ]);
      expectFailure(other, {
        code: 409,
        reason: 'Conflict',
        message: new RegExp(`Precondition failed: UID in precondition: other, UID in object meta: ${uid}`),
      });
    });
    it('is refused below zero', async () => {
      await make('scale-negative');
      expectFailure(await scale('scale-negative', { spec: { replicas: -1 } }, 'merge'), {
        code: 422,
        reason: 'Invalid',
        message: /spec\.replicas: Invalid value: -1: must be greater than or equal to 0/,
      });
    });
    it('is not found for a missing one', async () => {
      expectFailure(await given().request('GET', `${path('none')}/scale`), {
        code: 404,
        reason: 'NotFound',
        message: `${qualified(sample)} "none" not found`,
      });
    });
  });
}
