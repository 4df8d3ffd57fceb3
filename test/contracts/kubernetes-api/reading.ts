import { expect, it } from 'vitest';
import { collectionOf, sampleOf } from './samples.ts';
import { at, expectFailure, type Given, listAt, succeeded, textAt } from './under-test.ts';

const namesOf = (body: unknown) => listAt(body, 'items').map((item) => at(item, 'metadata.name'));

/** Lists by page and selector, metadata only, and reads that cannot be answered. */
export function readingContract(given: Given): void {
  const maps = () => collectionOf(sampleOf('ConfigMap'), given().namespace);
  const pods = () => collectionOf(sampleOf('Pod'), given().namespace);
  const get = (path: string, accept?: string) => given().request('GET', path, accept === undefined ? {} : { accept });
  async function threeMaps(group: string): Promise<string> {
    for (const number of [1, 2, 3]) {
      const metadata = { name: `${group}-${number}`, labels: { group, number: String(number) } };
      succeeded(await given().request('POST', maps(), { body: { metadata } }));
    }
    return `${maps()}?labelSelector=group%3D${group}`;
  }

  it('gives a list by pages, each item once, with one resourceVersion', async () => {
    const path = await threeMaps('paged');
    const first = succeeded(await get(`${path}&limit=2`));
    const token = textAt(first.body, 'metadata.continue');
    const second = succeeded(await get(`${path}&limit=2&continue=${encodeURIComponent(token)}`));
    expect([...namesOf(first.body), ...namesOf(second.body)]).toEqual(['paged-1', 'paged-2', 'paged-3']);
    expect(at(second.body, 'metadata.resourceVersion')).toBe(at(first.body, 'metadata.resourceVersion'));
    expect(at(second.body, 'metadata.continue')).toBeUndefined();
  });
  it('refuses a continue token that is none', async () => {
    expectFailure(await get(`${maps()}?limit=1&continue=nonsense`), {
      code: 400,
      reason: 'BadRequest',
      message: /^invalid continue token: continue key is not valid: /,
    });
  });
  it.each([
    ['number=2', ['2']],
    ['number!=2', ['1', '3']],
    ['number in (1,3)', ['1', '3']],
    ['number notin (1,3)', ['2']],
    ['!number', []],
    ['number', ['1', '2', '3']],
    ['number==1', ['1']],
  ])('selects by the label selector %s', async (selector, numbers) => {
    const group = `sel-${Buffer.from(selector).toString('hex').slice(0, 24)}`;
    await threeMaps(group);
    const list = succeeded(await get(`${maps()}?labelSelector=${encodeURIComponent(`group=${group},${selector}`)}`));
    expect(namesOf(list.body)).toEqual(numbers.map((number) => `${group}-${number}`));
  });
  it('takes an object without the label for one with another value', async () => {
    const path = await threeMaps('bare');
    succeeded(await given().request('POST', maps(), { body: { metadata: { name: 'bare-0', labels: { group: 'bare' } } } }));
    for (const selector of ['number!=1', 'number notin (1)']) {
      const list = succeeded(await get(`${path}${encodeURIComponent(`,${selector}`)}`));
      expect(namesOf(list.body), selector).toEqual(['bare-0', 'bare-2', 'bare-3']);
    }
  });
  it('refuses a label selector that cannot be read', async () => {
    expectFailure(await get(`${maps()}?labelSelector=${encodeURIComponent('a in b')}`), { code: 400, reason: 'BadRequest' });
  });
  it('selects by name, and pods by node', async () => {
    await threeMaps('named');
    expect(namesOf(succeeded(await get(`${maps()}?fieldSelector=metadata.name%3Dnamed-2`)).body)).toEqual(['named-2']);
    const spec = { nodeName: 'no-such-node', containers: [{ name: 'app', image: 'x:1' }] };
    succeeded(await given().request('POST', pods(), { body: { metadata: { name: 'placed' }, spec } }));
    expect(namesOf(succeeded(await get(`${pods()}?fieldSelector=spec.nodeName%3Dno-such-node`)).body)).toContain('placed');
    expect(namesOf(succeeded(await get(`${pods()}?fieldSelector=spec.nodeName%3Danother`)).body)).toEqual([]);
  });
  it('refuses a field that cannot be selected by', async () => {
    expectFailure(await get(`${pods()}?fieldSelector=spec.color%3Dred`), {
      code: 400,
      reason: 'BadRequest',
      message: 'field label not supported: spec.color',
    });
  });
  it('selects events by what they are about', async () => {
    const path = collectionOf({ resource: 'events', group: '', version: 'v1' }, given().namespace);
    const uid = '11111111-2222-3333-4444-555555555555';
    for (const [name, about] of [
      ['event-mine', uid],
      ['event-other', 'other'],
    ]) {
      const involvedObject = { kind: 'Pod', namespace: given().namespace, name: 'p', uid: about };
      const body = { metadata: { name }, involvedObject, reason: 'Killing', type: 'Normal', message: 'm' };
      succeeded(await given().request('POST', path, { body }));
    }
    expect(namesOf(succeeded(await get(`${path}?fieldSelector=involvedObject.uid%3D${uid}`)).body)).toEqual(['event-mine']);
  });
  it('gives only metadata when asked so', async () => {
    const path = await threeMaps('partial');
    const accept = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
    const list = succeeded(await get(path, accept));
    expect(list.body).toMatchObject({ kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1' });
    expect(Object.keys(Object(listAt(list.body, 'items')[0])).sort()).toEqual(['apiVersion', 'kind', 'metadata']);
    const one = succeeded(await get(`${maps()}/partial-1`, 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1'));
    expect(one.body).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { name: 'partial-1' } });
  });
  it('orders a list by name', async () => {
    for (const name of ['order-b', 'order-a', 'order-c']) {
      succeeded(await given().request('POST', maps(), { body: { metadata: { name, labels: { order: 'yes' } } } }));
    }
    expect(namesOf(succeeded(await get(`${maps()}?labelSelector=order`)).body)).toEqual(['order-a', 'order-b', 'order-c']);
  });
  it('lists all namespaces at once', async () => {
    await threeMaps('wide');
    const list = succeeded(await get(`${collectionOf(sampleOf('ConfigMap'))}?labelSelector=group%3Dwide`));
    expect(namesOf(list.body)).toEqual(['wide-1', 'wide-2', 'wide-3']);
  });
  it('finds no resource under a name that it does not know', async () => {
    const failure = { code: 404, reason: 'NotFound', message: 'the server could not find the requested resource' };
    expectFailure(await get(`/api/v1/namespaces/${given().namespace}/unknowns`), failure);
    expectFailure(await get(`/apis/apps/v1/namespaces/${given().namespace}/unknowns/x`), failure);
    expectFailure(await get(`${pods()}/placed/unknown`), failure);
  });
  it('does not answer for a version that is still to come', async () => {
    const answer = await get(`${maps()}?resourceVersion=9000000000000`);
    const causes = [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }];
    const message = /^Timeout: Too large resource version: 9000000000000, current: \d+$/;
    expectFailure(answer, { code: 504, reason: 'Timeout', message, details: { causes, retryAfterSeconds: 1 } });
  });
  it('refuses a resourceVersion that is no number', async () => {
    expectFailure(await get(`${maps()}?resourceVersion=abc`), {
      ...{ code: 400, reason: 'BadRequest' },
      message: 'invalid resource version: resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax',
    });
  });
}
