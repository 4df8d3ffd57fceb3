import { describe, expect, it } from 'vitest';
import { apiVersionOf, clusterWide, collectionOf, qualified, type Sample, samples } from './samples.ts';
import { at, expectFailure, type Given, listAt, patchTypes, succeeded, textAt } from './under-test.ts';

/** Each resource: created, read, listed, changed, refused and deleted. */
export function lifeCycleContract(given: Given): void {
  describe.each(samples)('$resource', (sample) => {
    const { resource, group, kind } = sample;
    const details = (name: string) => ({ name, ...(group !== '' && { group }), kind: resource });
    const path = () => collectionOf(sample, given().namespace);
    const create = (name: string) => given().request('POST', path(), { body: objectOf(sample, name) });

    it('are created with what the server fills in, and read back', async () => {
      const created = await create('life-read');
      expect(created.status).toBe(201);
      expect(created.body).toMatchObject({
        kind,
        apiVersion: apiVersionOf(sample),
        metadata: { name: 'life-read', namespace: given().namespace },
      });
      for (const field of ['uid', 'resourceVersion', 'creationTimestamp']) expect(textAt(created.body, `metadata.${field}`)).not.toBe('');
      const read = succeeded(await given().request('GET', `${path()}/life-read`));
      expect(at(read.body, 'metadata.uid')).toBe(at(created.body, 'metadata.uid'));
    });

    it('are refused under a name that is taken', async () => {
      await create('life-taken');
      const message = `${qualified(sample)} "life-taken" already exists`;
      expectFailure(await create('life-taken'), { code: 409, reason: 'AlreadyExists', message, details: details('life-taken') });
    });

    it('are not found under another name, whatever the verb', async () => {
      const failure = { code: 404, reason: 'NotFound', message: `${qualified(sample)} "none" not found`, details: details('none') };
      expectFailure(await given().request('GET', `${path()}/none`), failure);
      expectFailure(await given().request('DELETE', `${path()}/none`), failure);
      const patch = { body: { metadata: { labels: { a: 'b' } } }, type: patchTypes.merge };
      expectFailure(await given().request('PATCH', `${path()}/none`, patch), failure);
    });

    it('are refused a change on an old resourceVersion', async () => {
      await create('life-stale');
      const patch = { body: { metadata: { resourceVersion: '1', labels: { a: 'b' } } }, type: patchTypes.merge };
      const why = 'the object has been modified; please apply your changes to the latest version and try again';
      const message = `Operation cannot be fulfilled on ${qualified(sample)} "life-stale": ${why}`;
      expectFailure(await given().request('PATCH', `${path()}/life-stale`, patch), {
        code: 409,
        reason: 'Conflict',
        message,
        details: details('life-stale'),
      });
    });

    it('take a label, with a new resourceVersion and the same uid', async () => {
      const created = succeeded(await create('life-label'));
      const patch = { body: { metadata: { labels: { step: 'two' } } }, type: patchTypes.merge };
      const changed = succeeded(await given().request('PATCH', `${path()}/life-label`, patch));
      expect(at(changed.body, 'metadata.labels.step')).toBe('two');
      expect(at(changed.body, 'metadata.uid')).toBe(at(created.body, 'metadata.uid'));
      expect(at(changed.body, 'metadata.resourceVersion')).not.toBe(at(created.body, 'metadata.resourceVersion'));
      expect(at(changed.body, 'metadata.generation')).toBe(at(created.body, 'metadata.generation'));
    });

    it('are listed with the kind of the list, by label', async () => {
      succeeded(await given().request('POST', path(), { body: objectOf(sample, 'life-list', { mark: 'listed' }) }));
      const list = succeeded(await given().request('GET', `${path()}?labelSelector=mark%3Dlisted`));
      expect(list.body).toMatchObject({
        kind: `${kind}List`,
        apiVersion: apiVersionOf(sample),
        metadata: { resourceVersion: expect.any(String) },
      });
      const names = listAt(list.body, 'items').map((item) => at(item, 'metadata.name'));
      expect([names, at(listAt(list.body, 'items')[0], 'kind')]).toEqual([['life-list'], undefined]);
    });

    it('are deleted on the right uid only', async () => {
      const created = succeeded(await create('life-delete'));
      const uid = textAt(created.body, 'metadata.uid');
      const wrong = { body: { preconditions: { uid: '00000000-0000-0000-0000-000000000000' } } };
      expectFailure(await given().request('DELETE', `${path()}/life-delete`, wrong), {
        code: 409,
        reason: 'Conflict',
        message: new RegExp(`the UID in the precondition \\(0000.*\\) does not match the UID in record \\(${uid}\\)`),
      });
      const deleted = succeeded(
        await given().request('DELETE', `${path()}/life-delete`, { body: { propagationPolicy: 'Background', preconditions: { uid } } }),
      );
      const status = { kind: 'Status', status: 'Success', details: { ...details('life-delete'), uid } };
      expect(deleted.body).toMatchObject(sample.answersObject ? { kind, metadata: { uid } } : status);
      expect((await given().request('GET', `${path()}/life-delete`)).status).toBe(404);
    });
  });

  describe.each(clusterWide)('$resource of the cluster', (place) => {
    it('are listed, and not found under another name', async () => {
      const { resource, group, kind } = place;
      const list = succeeded(await given().request('GET', collectionOf(place)));
      expect(list.body).toMatchObject({ kind: `${kind}List`, apiVersion: apiVersionOf(place), items: expect.any(Array) });
      const failure = {
        code: 404,
        reason: 'NotFound',
        message: `${qualified(place)} "no-such" not found`,
        details: { name: 'no-such', ...(group !== '' && { group }), kind: resource },
      };
      expectFailure(await given().request('GET', `${collectionOf(place)}/no-such`), failure);
    });
  });
}

function objectOf({ content }: Sample, name: string, labels: Readonly<Record<string, string>> = {}): unknown {
  return { metadata: { name, labels }, ...content };
}
