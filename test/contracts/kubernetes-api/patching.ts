import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { collectionOf, sampleOf } from './samples.ts';
import { at, expectFailure, type Given, listAt, patchTypes, succeeded } from './under-test.ts';

const template = {
  metadata: { labels: { app: 'w' } },
  spec: {
    containers: [
      { name: 'app', image: 'app:1' },
      { name: 'side', image: 'side:1' },
    ],
  },
};
const selector = { matchLabels: { app: 'w' } };

/** What each type of patch does, what is refused of it, and what is kept of who changed what. */
export function patchingContract(given: Given): void {
  const path = (kind: string) => collectionOf(sampleOf(kind), given().namespace);
  const create = (kind: string, body: unknown) => given().request('POST', path(kind), { body });
  async function deployment(name: string): Promise<string> {
    succeeded(await create('Deployment', { metadata: { name }, spec: { replicas: 0, paused: true, selector, template } }));
    return `${path('Deployment')}/${name}`;
  }
  const patch = (target: string, type: keyof typeof patchTypes, body: unknown) =>
    given().request('PATCH', target, { body, type: patchTypes[type] });
  /** Sends again while a controller's write of the status comes between. */
  async function steadily(send: () => ReturnType<typeof patch>): Promise<Awaited<ReturnType<typeof patch>>> {
    for (let tries = 1; ; tries += 1) {
      const answer = await send();
      if (answer.status !== 409 || tries === 20) return answer;
      await sleep(100);
    }
  }

  it('refuses a change of the selector', async () => {
    const target = await deployment('fixed');
    const answer = await patch(target, 'json', [
      { op: 'replace', path: '/spec/selector/matchLabels', value: { app: 'other' } },
      { op: 'replace', path: '/spec/template/metadata/labels', value: { app: 'other' } },
    ]);
    expectFailure(answer, {
      code: 422,
      reason: 'Invalid',
      message: /^Deployment\.apps "fixed" is invalid: spec\.selector: Invalid value: .*field is immutable$/,
    });
  });
  it('refuses a change of a pod’s spec', async () => {
    const spec = { schedulerName: 'nobody', containers: [{ name: 'app', image: 'app:1' }] };
    succeeded(await create('Pod', { metadata: { name: 'rigid' }, spec }));
    const answer = await patch(`${path('Pod')}/rigid`, 'merge', { spec: { terminationGracePeriodSeconds: 5 } });
    expectFailure(answer, {
      code: 422,
      reason: 'Invalid',
      message: /^Pod "rigid" is invalid: spec: Forbidden: pod updates may not change fields other than /,
    });
  });
  it('counts a generation for the spec, and for a Deployment’s annotations, but for no label', async () => {
    const target = await deployment('generation');
    const generation = async (body: unknown) => at(succeeded(await patch(target, 'merge', body)).body, 'metadata.generation');
    expect(await generation({ metadata: { labels: { a: 'b' } } })).toBe(1);
    expect(await generation({ spec: { minReadySeconds: 1 } })).toBe(2);
    expect(await generation({ metadata: { annotations: { a: 'b' } } })).toBe(3);
  });
  it('changes nothing, not even the resourceVersion, when a patch says what stands', async () => {
    succeeded(await create('ConfigMap', { metadata: { name: 'same' }, data: { a: 'b' } }));
    const before = succeeded(await given().request('GET', `${path('ConfigMap')}/same`));
    const after = succeeded(await patch(`${path('ConfigMap')}/same`, 'merge', { data: { a: 'b' } }));
    expect(at(after.body, 'metadata.resourceVersion')).toBe(at(before.body, 'metadata.resourceVersion'));
  });
  it('takes values by JSON patch and refuses one that does not fit', async () => {
    const target = await deployment('json-patch');
    const pin = async () => {
      const { body } = succeeded(await given().request('GET', target));
      return [
        { op: 'replace', path: '/metadata/uid', value: at(body, 'metadata.uid') },
        { op: 'replace', path: '/metadata/resourceVersion', value: at(body, 'metadata.resourceVersion') },
      ];
    };
    const image = { op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'app:2' };
    const done = succeeded(await steadily(async () => patch(target, 'json', [...(await pin()), image])));
    expect(listAt(done.body, 'spec.template.spec.containers').map((one) => at(one, 'image'))).toEqual(['app:2', 'side:1']);
    const unfit = { code: 422, reason: 'Invalid', message: 'the server rejected our request due to an error in our request' };
    expectFailure(await patch(target, 'json', [{ op: 'replace', path: '/spec/none/here', value: 1 }]), unfit);
    expectFailure(await patch(target, 'json', [{ op: 'replace', path: '/spec/template/spec/containers/2', value: {} }]), unfit);
    expectFailure(await patch(target, 'json', [{ op: 'test', path: '/spec/replicas', value: 7 }]), unfit);
    expectFailure(await patch(target, 'json', [{ op: 'remove', path: '/spec/none' }]), unfit);
  });
  it('adds under a name with a slash, to a list before what stands there, and even by replace where nothing stood', async () => {
    const target = await deployment('json-add');
    const put = [
      { op: 'add', path: '/metadata/annotations', value: {} },
      { op: 'add', path: '/metadata/annotations/test.dev~1a', value: 'b' },
      { op: 'replace', path: '/spec/minReadySeconds', value: 7 },
      { op: 'add', path: '/spec/template/spec/containers/0', value: { name: 'first', image: 'first:1' } },
    ];
    const { body } = succeeded(await steadily(() => patch(target, 'json', put)));
    expect([at(body, 'metadata.annotations'), at(body, 'spec.minReadySeconds')]).toEqual([{ 'test.dev/a': 'b' }, 7]);
    expect(listAt(body, 'spec.template.spec.containers').map((one) => at(one, 'name'))).toEqual(['first', 'app', 'side']);
  });
  it('refuses a patch that names another uid as a change of the uid', async () => {
    const target = await deployment('other-uid');
    const answer = await patch(target, 'json', [{ op: 'replace', path: '/metadata/uid', value: 'other' }]);
    expect(answer.status === 409 || answer.status === 422).toBe(true);
    expectFailure(answer, { code: 422, reason: 'Invalid', message: /metadata.uid: Invalid value: "other": field is immutable/ });
  });
  it('takes a field away by a null in a merge patch, and replaces a list', async () => {
    const target = await deployment('merge');
    succeeded(await patch(target, 'merge', { metadata: { annotations: { a: '1', b: '2' } } }));
    const less = succeeded(await patch(target, 'merge', { metadata: { annotations: { a: null } } }));
    expect(at(less.body, 'metadata.annotations')).toEqual({ b: '2' });
    const one = succeeded(
      await patch(target, 'merge', { spec: { template: { spec: { containers: [{ name: 'only', image: 'only:1' }] } } } }),
    );
    expect(listAt(one.body, 'spec.template.spec.containers').map((item) => at(item, 'name'))).toEqual(['only']);
  });
  it('merges containers by name in a strategic patch', async () => {
    const target = await deployment('strategic');
    const containers = [{ name: 'side', image: 'side:2' }];
    const { body } = succeeded(await patch(target, 'strategic', { spec: { template: { spec: { containers } } } }));
    const images = listAt(body, 'spec.template.spec.containers').map((one) => `${at(one, 'name')}=${at(one, 'image')}`);
    expect(images.sort()).toEqual(['app=app:1', 'side=side:2']);
    const gone = succeeded(
      await patch(target, 'strategic', { spec: { template: { spec: { containers: [{ name: 'side', $patch: 'delete' }] } } } }),
    );
    expect(listAt(gone.body, 'spec.template.spec.containers').map((one) => at(one, 'name'))).toEqual(['app']);
  });
  it('puts containers into the order that a strategic patch says', async () => {
    const target = await deployment('ordered');
    const spec = { '$setElementOrder/containers': [{ name: 'side' }, { name: 'app' }], containers: [{ name: 'app', image: 'app:2' }] };
    const { body } = succeeded(await patch(target, 'strategic', { spec: { template: { spec } } }));
    const images = listAt(body, 'spec.template.spec.containers').map((one) => at(one, 'image'));
    expect(images).toEqual(['side:1', 'app:2']);
  });
  it('refuses a patch of an unknown type', async () => {
    const target = await deployment('media');
    const answer = await given().request('PATCH', target, { body: {}, type: 'application/json' });
    expectFailure(answer, {
      code: 415,
      reason: 'UnsupportedMediaType',
      message: '415: Unsupported Media Type',
    });
  });
  it('refuses a patch that is no JSON', async () => {
    const target = await deployment('broken');
    expectFailure(await given().request('PATCH', target, { body: '{', type: patchTypes.merge }), { code: 400, reason: 'BadRequest' });
    expectFailure(await given().request('PATCH', target, { body: '{"a":1}', type: patchTypes.json }), { code: 400, reason: 'BadRequest' });
  });
  it('writes a status beside the spec and neither touches the other', async () => {
    const spec = { schedulerName: 'nobody', containers: [{ name: 'app', image: 'app:1' }] };
    succeeded(await create('Pod', { metadata: { name: 'two-sides' }, spec, status: { phase: 'Running' } }));
    const target = `${path('Pod')}/two-sides`;
    expect(at(succeeded(await given().request('GET', target)).body, 'status.phase')).toBe('Pending');
    const changed = succeeded(
      await patch(`${target}/status`, 'merge', { status: { phase: 'Running' }, spec: { activeDeadlineSeconds: 5 } }),
    );
    expect([at(changed.body, 'status.phase'), at(changed.body, 'spec.activeDeadlineSeconds')]).toEqual(['Running', undefined]);
    expect(at(changed.body, 'metadata.generation')).toBe(1);
    const spec2 = succeeded(await patch(target, 'merge', { status: { phase: 'Failed' }, metadata: { labels: { a: 'b' } } }));
    expect(at(spec2.body, 'status.phase')).toBe('Running');
  });
  it('says who manages which field', async () => {
    const target = await deployment('managed');
    const body = { spec: { template: { spec: { containers: [{ name: 'app', image: 'app:3' }] } } } };
    const changed = succeeded(await given().request('PATCH', `${target}?fieldManager=mender`, { body, type: patchTypes.strategic }));
    const entry = listAt(changed.body, 'metadata.managedFields').find((one) => at(one, 'manager') === 'mender');
    const image = { 'f:spec': { 'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"app"}': { 'f:image': {} } } } } } };
    expect(entry).toMatchObject({ operation: 'Update', apiVersion: 'apps/v1', fieldsType: 'FieldsV1', fieldsV1: image });
    expect(at(entry, 'fieldsV1')).toEqual(image);
    const first = listAt(changed.body, 'metadata.managedFields').find((one) => at(one, 'manager') === 'contract');
    const owned = at(first, 'fieldsV1.f:spec.f:template.f:spec.f:containers.k:{"name":"app"}');
    expect([at(owned, 'f:name'), at(owned, 'f:image')]).toEqual([{}, undefined]);
  });
}
