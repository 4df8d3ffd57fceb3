import { expect, it } from 'vitest';
import { collectionOf, sampleOf } from './samples.ts';
import { at, expectFailure, type Given, listAt, patchTypes, succeeded, textAt } from './under-test.ts';

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

/** Creations and updates that the server completes or refuses, and deletions. */
export function writingContract(given: Given): void {
  const path = (kind: string) => collectionOf(sampleOf(kind), given().namespace);
  const create = (kind: string, body: unknown) => given().request('POST', path(kind), { body });
  async function deployment(name: string): Promise<string> {
    succeeded(await create('Deployment', { metadata: { name }, spec: { replicas: 0, paused: true, selector, template } }));
    return `${path('Deployment')}/${name}`;
  }
  const patch = (target: string, type: keyof typeof patchTypes, body: unknown) =>
    given().request('PATCH', target, { body, type: patchTypes[type] });

  it('names an object after generateName', async () => {
    const made = succeeded(await create('ConfigMap', { metadata: { generateName: 'gen-' } }));
    expect(textAt(made.body, 'metadata.name')).toMatch(/^gen-[a-z0-9]{5}$/);
  });
  it('refuses an object without a name', async () => {
    const message = 'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required';
    expectFailure(await create('ConfigMap', { metadata: {} }), { code: 422, reason: 'Invalid', message });
  });
  it('refuses a name that is none', async () => {
    const answer = await create('ConfigMap', { metadata: { name: 'Not_A_Name' } });
    expectFailure(answer, {
      code: 422,
      reason: 'Invalid',
      message: /^ConfigMap "Not_A_Name" is invalid: metadata.name: Invalid value: "Not_A_Name": a lowercase RFC 1123 subdomain/,
    });
    expect(listAt(answer.body, 'details.causes')[0]).toMatchObject({ reason: 'FieldValueInvalid', field: 'metadata.name' });
  });
  it('refuses an object of another namespace', async () => {
    const message = 'the namespace of the provided object does not match the namespace sent on the request';
    expectFailure(await create('ConfigMap', { metadata: { name: 'x', namespace: 'default' } }), {
      code: 400,
      reason: 'BadRequest',
      message,
    });
  });
  it('refuses an object in a namespace that is not there', async () => {
    const answer = await given().request('POST', collectionOf(sampleOf('ConfigMap'), 'no-such-namespace'), {
      body: { metadata: { name: 'x' } },
    });
    expectFailure(answer, {
      code: 404,
      reason: 'NotFound',
      message: 'namespaces "no-such-namespace" not found',
      details: { name: 'no-such-namespace', kind: 'namespaces' },
    });
  });
  it('refuses a body that is no JSON', async () => {
    expectFailure(await given().request('POST', path('ConfigMap'), { body: '{' }), { code: 400, reason: 'BadRequest' });
  });
  it('refuses a body of another kind', async () => {
    expectFailure(await create('ConfigMap', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' } }), {
      code: 400,
      reason: 'BadRequest',
    });
  });
  it('does not create under the name of an object', async () => {
    const failure = { code: 405, reason: 'MethodNotAllowed', message: 'the server does not allow this method on the requested resource' };
    expectFailure(await given().request('POST', `${path('ConfigMap')}/x`, { body: { metadata: { name: 'x' } } }), failure);
  });
  it('refuses a selector that does not fit the template', async () => {
    const answer = await create('Deployment', {
      metadata: { name: 'misfit' },
      spec: { selector: { matchLabels: { app: 'other' } }, template },
    });
    const message =
      /^Deployment\.apps "misfit" is invalid: spec\.template\.metadata\.labels: Invalid value: .*`selector` does not match template `labels`$/;
    expectFailure(answer, { code: 422, reason: 'Invalid', message, details: { name: 'misfit', group: 'apps', kind: 'Deployment' } });
  });
  it('refuses a pod without containers', async () => {
    const message = 'Pod "empty" is invalid: spec.containers: Required value';
    expectFailure(await create('Pod', { metadata: { name: 'empty' }, spec: { containers: [] } }), {
      code: 422,
      reason: 'Invalid',
      message,
    });
  });
  it('fills in Kubernetes’ defaults', async () => {
    const target = await deployment('defaults');
    const { body } = succeeded(await given().request('GET', target));
    const container = {
      imagePullPolicy: 'IfNotPresent',
      resources: {},
      terminationMessagePath: '/dev/termination-log',
      terminationMessagePolicy: 'File',
    };
    expect(at(body, 'spec')).toMatchObject({
      ...{
        progressDeadlineSeconds: 600,
        revisionHistoryLimit: 10,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      },
      template: {
        spec: {
          restartPolicy: 'Always',
          dnsPolicy: 'ClusterFirst',
          schedulerName: 'default-scheduler',
          securityContext: {},
          terminationGracePeriodSeconds: 30,
          containers: [container, container],
        },
      },
    });
    expect(at(body, 'spec.replicas')).toBe(0);
  });
  it('keeps uid and creation when an update leaves them out', async () => {
    const made = succeeded(await create('ConfigMap', { metadata: { name: 'put' }, data: { a: 'b' } }));
    const put = succeeded(
      await given().request('PUT', `${path('ConfigMap')}/put`, { body: { metadata: { name: 'put' }, data: { c: 'd' } } }),
    );
    expect(put.body).toMatchObject({
      data: { c: 'd' },
      metadata: { uid: at(made.body, 'metadata.uid'), creationTimestamp: at(made.body, 'metadata.creationTimestamp') },
    });
    expect(at(put.body, 'data.a')).toBeUndefined();
  });
  it('refuses an update under another name, with another uid, or of an old version', async () => {
    const made = succeeded(await create('ConfigMap', { metadata: { name: 'pinned' } }));
    const put = (metadata: object) => given().request('PUT', `${path('ConfigMap')}/pinned`, { body: { metadata } });
    const message = 'the name of the object (other) does not match the name on the URL (pinned)';
    expectFailure(await put({ name: 'other' }), { code: 400, reason: 'BadRequest', message });
    const uid = textAt(made.body, 'metadata.uid');
    const why = new RegExp(
      `^Operation cannot be fulfilled on configmaps "pinned": .*Precondition failed: UID in precondition: no-uid, UID in object meta: ${uid}$`,
    );
    expectFailure(await put({ name: 'pinned', uid: 'no-uid' }), { code: 409, reason: 'Conflict', message: why });
    expectFailure(await put({ name: 'pinned', resourceVersion: '1' }), { code: 409, reason: 'Conflict' });
  });
  it('keeps an object with a finalizer until that is gone', async () => {
    succeeded(await create('ConfigMap', { metadata: { name: 'held', finalizers: ['test.dev/hold'] } }));
    const target = `${path('ConfigMap')}/held`;
    const deleted = succeeded(await given().request('DELETE', target));
    expect(textAt(deleted.body, 'metadata.deletionTimestamp')).not.toBe('');
    expect(at(deleted.body, 'metadata.deletionGracePeriodSeconds')).toBe(0);
    succeeded(await patch(target, 'merge', { metadata: { finalizers: null } }));
    expect((await given().request('GET', target)).status).toBe(404);
  });
  it('holds an object that is deleted in the foreground until its dependents are gone', async () => {
    succeeded(await create('Deployment', { metadata: { name: 'foreground' }, spec: { replicas: 0, paused: true, selector, template } }));
    const target = `${path('Deployment')}/foreground`;
    const { body } = succeeded(await given().request('DELETE', target, { body: { propagationPolicy: 'Foreground' } }));
    expect(at(body, 'metadata.finalizers')).toEqual(['foregroundDeletion']);
    expect(textAt(body, 'metadata.deletionTimestamp')).not.toBe('');
  });
  it('creates nothing in a namespace that is going', async () => {
    const name = `${given().namespace}-going`;
    const maps = collectionOf(sampleOf('ConfigMap'), name);
    succeeded(await given().request('POST', '/api/v1/namespaces', { body: { metadata: { name } } }));
    succeeded(await given().request('POST', maps, { body: { metadata: { name: 'held', finalizers: ['test.dev/hold'] } } }));
    succeeded(await given().request('DELETE', `/api/v1/namespaces/${name}`));
    const cause = { reason: 'NamespaceTerminating', message: `namespace ${name} is being terminated`, field: 'metadata.namespace' };
    expectFailure(await given().request('POST', maps, { body: { metadata: { name: 'late' } } }), {
      code: 403,
      reason: 'Forbidden',
      message: `configmaps "late" is forbidden: unable to create new content in namespace ${name} because it is being terminated`,
      details: { name: 'late', kind: 'configmaps', causes: [cause] },
    });
    succeeded(await patch(`${maps}/held`, 'merge', { metadata: { finalizers: null } }));
  });
  it('marks a placed pod and leaves its end to the kubelet', async () => {
    const spec = { nodeName: 'no-such-node', terminationGracePeriodSeconds: 600, containers: [{ name: 'app', image: 'app:1' }] };
    succeeded(await create('Pod', { metadata: { name: 'graceful' }, spec }));
    const target = `${path('Pod')}/graceful`;
    const marked = succeeded(await given().request('DELETE', target));
    expect([at(marked.body, 'kind'), at(marked.body, 'metadata.deletionGracePeriodSeconds')]).toEqual(['Pod', 600]);
    expect((await given().request('GET', target)).status).toBe(200);
    succeeded(await given().request('DELETE', target, { body: { gracePeriodSeconds: 0 } }));
    expect((await given().request('GET', target)).status).toBe(404);
  });
  it('deletes what a selector means, and no more', async () => {
    for (const name of ['many-1', 'many-2']) succeeded(await create('ConfigMap', { metadata: { name, labels: { many: 'yes' } } }));
    succeeded(await create('ConfigMap', { metadata: { name: 'many-3', labels: { many: 'no' } } }));
    succeeded(await given().request('DELETE', `${path('ConfigMap')}?labelSelector=many%3Dyes`));
    const left = succeeded(await given().request('GET', `${path('ConfigMap')}?labelSelector=many`));
    expect(listAt(left.body, 'items').map((item) => at(item, 'metadata.name'))).toEqual(['many-3']);
  });
}
