import { expect, it } from 'vitest';
import { collectionOf, sampleOf } from './samples.ts';
import { expectFailure, type Given, succeeded } from './under-test.ts';

/** The metrics API, as far as it says the same without a running container. */
export function metricsContract(given: Given): void {
  const pods = () => `/apis/metrics.k8s.io/v1beta1/namespaces/${given().namespace}/pods`;

  it('lists what was measured of pods and of nodes', async () => {
    const list = succeeded(await given().request('GET', pods()));
    expect(list.body).toMatchObject({ kind: 'PodMetricsList', apiVersion: 'metrics.k8s.io/v1beta1', items: [] });
    const nodes = succeeded(await given().request('GET', '/apis/metrics.k8s.io/v1beta1/nodes'));
    expect(nodes.body).toMatchObject({ kind: 'NodeMetricsList', apiVersion: 'metrics.k8s.io/v1beta1', items: expect.any(Array) });
  });
  it('finds no measurement of what is not there', async () => {
    const pod = { code: 404, reason: 'NotFound', message: 'pods "none" not found', details: { name: 'none', kind: 'pods' } };
    expectFailure(await given().request('GET', `${pods()}/none`), pod);
    const node = { code: 404, reason: 'NotFound', message: 'node "none" not found', details: { name: 'none', kind: 'node' } };
    expectFailure(await given().request('GET', '/apis/metrics.k8s.io/v1beta1/nodes/none'), node);
  });
  it('finds no measurement of a pod that has not run', async () => {
    const body = { metadata: { name: 'unmeasured' }, ...sampleOf('Pod').content };
    succeeded(await given().request('POST', collectionOf(sampleOf('Pod'), given().namespace), { body }));
    const failure = { code: 404, reason: 'NotFound', message: 'pods "unmeasured" not found' };
    expectFailure(await given().request('GET', `${pods()}/unmeasured`), { ...failure, details: { name: 'unmeasured', kind: 'pods' } });
  });
  it('is listed as a group', async () => {
    const list = succeeded(await given().request('GET', '/apis/metrics.k8s.io/v1beta1'));
    expect(list.body).toMatchObject({ kind: 'APIResourceList', groupVersion: 'metrics.k8s.io/v1beta1' });
  });
}
