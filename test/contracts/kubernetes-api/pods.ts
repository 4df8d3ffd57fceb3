import { describe, expect, it } from 'vitest';
import { collectionOf, sampleOf } from './samples.ts';
import { type Answered, at, expectFailure, type Given, listAt, patchTypes, succeeded, textAt } from './under-test.ts';

const resources = { requests: { cpu: '10m', memory: '8Mi' }, limits: { memory: '16Mi' } };

/** Eviction under budgets, resize in place, and logs that cannot be read. */
export function podContract(given: Given): void {
  const pods = () => collectionOf(sampleOf('Pod'), given().namespace);
  const budgets = () => collectionOf(sampleOf('PodDisruptionBudget'), given().namespace);
  /** A pod that looks as this phase says, on a node that no kubelet plays. */
  async function pod(name: string, app: string, isReady = true): Promise<string> {
    const spec = { nodeName: 'no-such-node', containers: [{ name: 'app', image: 'app:1', resources }] };
    succeeded(await given().request('POST', pods(), { body: { metadata: { name, labels: { app } }, spec } }));
    const status = { phase: 'Running', conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }] };
    const said = await given().request('PATCH', `${pods()}/${name}/status`, { body: { status }, type: patchTypes.merge });
    return textAt(succeeded(said).body, 'metadata.uid');
  }
  /** A pod that waits for a scheduler that there is not. */
  async function unplaced(name: string): Promise<void> {
    const spec = { schedulerName: 'nobody', containers: [{ name: 'app', image: 'app:1', resources }] };
    succeeded(await given().request('POST', pods(), { body: { metadata: { name }, spec } }));
  }
  async function budget(name: string, spec: Readonly<Record<string, unknown>>): Promise<void> {
    succeeded(await given().request('POST', budgets(), { body: { metadata: { name }, spec } }));
  }
  const evict = (name: string, deleteOptions: unknown = {}): Promise<Answered> =>
    given().request('POST', `${pods()}/${name}/eviction`, {
      body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name }, deleteOptions },
    });
  const isLeaving = async (name: string) => {
    const answer = await given().request('GET', `${pods()}/${name}`);
    return answer.status === 404 || at(answer.body, 'metadata.deletionTimestamp') !== undefined;
  };

  describe('an eviction', () => {
    it('ends a pod that no budget holds', async () => {
      await pod('free', 'free');
      const answer = await evict('free');
      expect([answer.status, at(answer.body, 'status')]).toEqual([201, 'Success']);
      expect(await isLeaving('free')).toBe(true);
    });
    it('is refused while the budget needs every pod', async () => {
      await pod('tight-1', 'tight');
      await pod('tight-2', 'tight');
      await budget('tight', { minAvailable: 2, selector: { matchLabels: { app: 'tight' } } });
      await given().budgetSettles('tight', { currentHealthy: 2, desiredHealthy: 2, disruptionsAllowed: 0, expectedPods: 2 });
      const causes = [{ reason: 'DisruptionBudget', message: 'The disruption budget tight needs 2 healthy pods and has 2 currently' }];
      const message = "Cannot evict pod as it would violate the pod's disruption budget.";
      expectFailure(await evict('tight-1'), { code: 429, reason: 'TooManyRequests', message, details: { causes } });
      expect(await isLeaving('tight-1')).toBe(false);
    });
    it('uses up what the budget allows', async () => {
      for (const number of [1, 2]) await pod(`spare-${number}`, 'spare');
      await budget('spare', { minAvailable: 1, selector: { matchLabels: { app: 'spare' } } });
      await given().budgetSettles('spare', { currentHealthy: 2, desiredHealthy: 1, disruptionsAllowed: 1, expectedPods: 2 });
      expect((await evict('spare-1')).status).toBe(201);
      expect((await evict('spare-2')).status).toBe(429);
    });
    it('uses up nothing in a dry run', async () => {
      for (const number of [1, 2]) await pod(`thrifty-${number}`, 'thrifty');
      await budget('thrifty', { minAvailable: 1, selector: { matchLabels: { app: 'thrifty' } } });
      await given().budgetSettles('thrifty', { currentHealthy: 2, desiredHealthy: 1, disruptionsAllowed: 1, expectedPods: 2 });
      const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'thrifty-1' } };
      for (let tries = 0; tries < 2; tries += 1)
        expect((await given().request('POST', `${pods()}/thrifty-1/eviction?dryRun=All`, { body })).status).toBe(201);
      expect((await evict('thrifty-2')).status).toBe(201);
    });
    it('is refused by a budget that selects by an expression, and by no other', async () => {
      for (const name of ['meant', 'other']) await pod(`by-${name}`, name);
      const selector = (operator: string) => ({ matchExpressions: [{ key: 'app', operator, values: ['meant'] }] });
      await budget('by-in', { minAvailable: 1, selector: selector('In') });
      await given().budgetSettles('by-in', { currentHealthy: 1, desiredHealthy: 1, disruptionsAllowed: 0, expectedPods: 1 });
      expect((await evict('by-meant')).status).toBe(429);
      expect((await evict('by-other')).status).toBe(201);
    });
    it('ends a pod that has not begun, whatever its budget says', async () => {
      await pod('begun', 'early');
      const spec = { schedulerName: 'nobody', containers: [{ name: 'app', image: 'app:1' }] };
      succeeded(await given().request('POST', pods(), { body: { metadata: { name: 'not-begun', labels: { app: 'early' } }, spec } }));
      await budget('early', { minAvailable: 2, selector: { matchLabels: { app: 'early' } } });
      await given().budgetSettles('early', { currentHealthy: 1, desiredHealthy: 2, disruptionsAllowed: 0, expectedPods: 2 });
      expect((await evict('begun')).status).toBe(429);
      expect((await evict('not-begun')).status).toBe(201);
    });
    it('is refused under two budgets', async () => {
      await pod('twice', 'twice');
      for (const name of ['twice-1', 'twice-2']) await budget(name, { minAvailable: 0, selector: { matchLabels: { app: 'twice' } } });
      for (const name of ['twice-1', 'twice-2']) {
        await given().budgetSettles(name, { currentHealthy: 1, desiredHealthy: 0, disruptionsAllowed: 1, expectedPods: 1 });
      }
      const message = 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';
      expectFailure(await evict('twice'), { code: 500, message });
    });
    it('is refused on another uid or an old version', async () => {
      const uid = await pod('exact', 'exact');
      expectFailure(await evict('exact', { preconditions: { uid: 'other' } }), {
        code: 409,
        reason: 'Conflict',
        message: /the UID in the precondition \(other\) does not match the UID in record/,
      });
      expectFailure(await evict('exact', { preconditions: { uid, resourceVersion: '1' } }), {
        code: 409,
        reason: 'Conflict',
        message: /the ResourceVersion in the precondition \(1\) does not match the ResourceVersion in record/,
      });
      expect(await isLeaving('exact')).toBe(false);
      expect((await evict('exact', { preconditions: { uid } })).status).toBe(201);
    });
    it('ends an unready pod whose budget is met without it', async () => {
      await pod('met-1', 'met');
      await pod('met-2', 'met', false);
      await budget('met', { minAvailable: 1, selector: { matchLabels: { app: 'met' } } });
      await given().budgetSettles('met', { currentHealthy: 1, desiredHealthy: 1, disruptionsAllowed: 0, expectedPods: 2 });
      expect((await evict('met-1')).status).toBe(429);
      expect((await evict('met-2')).status).toBe(201);
    });
    it('spares an unready pod whose budget is broken already', async () => {
      await pod('short-1', 'short', false);
      await budget('short', { minAvailable: 1, selector: { matchLabels: { app: 'short' } } });
      await given().budgetSettles('short', { currentHealthy: 0, desiredHealthy: 1, disruptionsAllowed: 0, expectedPods: 1 });
      expect((await evict('short-1')).status).toBe(429);
    });
    it('ends an unready pod when the budget always allows that', async () => {
      await pod('always-1', 'always', false);
      await budget('always', { minAvailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow', selector: { matchLabels: { app: 'always' } } });
      await given().budgetSettles('always', { currentHealthy: 0, desiredHealthy: 1, disruptionsAllowed: 0, expectedPods: 1 });
      expect((await evict('always-1')).status).toBe(201);
    });
    it('is not found for a missing pod', async () => {
      expectFailure(await evict('none'), { code: 404, reason: 'NotFound', message: 'pods "none" not found' });
    });
    it('is refused when the body names another pod', async () => {
      await pod('misnamed', 'misnamed');
      const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'another' } };
      expectFailure(await given().request('POST', `${pods()}/misnamed/eviction`, { body }), { code: 400, reason: 'BadRequest' });
    });
  });

  describe('a resize', () => {
    const resize = (name: string, container: unknown, metadata: unknown = {}) =>
      given().request('PATCH', `${pods()}/${name}/resize?fieldManager=resizer`, {
        body: { metadata, spec: { containers: [container] } },
        type: patchTypes.strategic,
      });

    it('changes requests and limits and nothing else', async () => {
      await unplaced('grow');
      const answer = succeeded(
        await resize('grow', { name: 'app', image: 'app:2', resources: { requests: { memory: '32Mi' }, limits: { memory: '64Mi' } } }),
      );
      const container = listAt(answer.body, 'spec.containers')[0];
      expect(container).toMatchObject({
        image: 'app:1',
        resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '64Mi' } },
      });
      expect(at(answer.body, 'metadata.generation')).toBe(2);
      const entry = listAt(answer.body, 'metadata.managedFields').find((one) => at(one, 'manager') === 'resizer');
      expect(entry).toMatchObject({ operation: 'Update', subresource: 'resize' });
    });
    it('is refused when a request is above its limit', async () => {
      await unplaced('above');
      const answer = await resize('above', { name: 'app', resources: { requests: { memory: '32Mi' }, limits: { memory: '16Mi' } } });
      expectFailure(answer, {
        code: 422,
        reason: 'Invalid',
        message:
          'Pod "above" is invalid: spec.containers[0].resources.requests: Invalid value: "32Mi": must be less than or equal to memory limit of 16Mi',
      });
    });
    it('is refused on an old version and on another uid', async () => {
      await unplaced('resize-pinned');
      const container = { name: 'app', resources: { limits: { memory: '32Mi' } } };
      expectFailure(await resize('resize-pinned', container, { resourceVersion: '1' }), { code: 409, reason: 'Conflict' });
      expectFailure(await resize('resize-pinned', container, { uid: 'other' }), {
        code: 422,
        reason: 'Invalid',
        message: 'Pod "resize-pinned" is invalid: metadata.uid: Invalid value: "other": field is immutable',
      });
    });
    it('is not found for a missing pod', async () => {
      expectFailure(await resize('none', { name: 'app' }), { code: 404, reason: 'NotFound', message: 'pods "none" not found' });
    });
  });

  describe('a log', () => {
    it('is not found for a missing pod', async () => {
      expectFailure(await given().request('GET', `${pods()}/none/log`), {
        code: 404,
        reason: 'NotFound',
        message: 'pods "none" not found',
      });
    });
    it('is refused for a container that the pod has not', async () => {
      await pod('logged', 'logged');
      const message = 'container other is not valid for pod logged';
      expectFailure(await given().request('GET', `${pods()}/logged/log?container=other`), { code: 400, reason: 'BadRequest', message });
    });
    it('is refused without a container’s name where there are two', async () => {
      const containers = ['one', 'two'].map((name) => ({ name, image: 'app:1' }));
      succeeded(
        await given().request('POST', pods(), { body: { metadata: { name: 'double' }, spec: { schedulerName: 'nobody', containers } } }),
      );
      const message = 'a container name must be specified for pod double, choose one of: [one two]';
      expectFailure(await given().request('GET', `${pods()}/double/log`), { code: 400, reason: 'BadRequest', message });
    });
  });
}
