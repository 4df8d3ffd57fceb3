import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ResourceRef } from '../../src/core/model/resource.ts';
import type { ClusterWrite, Json } from '../../src/core/model/write.ts';
import {
  closeAll,
  leading,
  liveOf,
  namespace,
  open,
  own,
  pinsHold,
  prepare,
  readyPods,
  refTo,
  scene,
  WRONG_UID,
  writeTo,
} from './adapter-scene.ts';
import { asAdmin, bodyOf, field, kubectl, onCleanUp, setImage, waitFor } from './harness.ts';

const isReal = process.env.KUBEMEND_REAL === '1' && Boolean(process.env.KUBECONFIG);
describe.skipIf(!isReal)('the Kubernetes adapter on a real API server (needs KUBECONFIG and KUBEMEND_REAL=1: test/real/run)', () => {
  beforeAll(prepare);
  afterAll(closeAll);

  test('lists every kind and keeps their age', () => {
    const { kinds, version } = scene.cluster.describe();
    expect(version).toMatch(/^v1\./);
    expect(kinds.filter((kind) => kind.state !== 'synced')).toEqual([]);
    expect(kinds).toHaveLength(20);
    expect(scene.cluster.reader.ageMs('Pod')).toBeLessThan(60_000);
  });

  test('sees an object come, change and go by its watch', async () => {
    const admin = await asAdmin();
    const path = `/api/v1/namespaces/${own}/configmaps`;
    const seen = (name: string) =>
      [...scene.cluster.reader.objects()].find(({ object }) => object.kind === 'ConfigMap' && object.meta.ref.name === name);
    bodyOf(await admin.post(path, { metadata: { name: 'note' }, data: { secret: 'not-for-us' } }));
    await waitFor('the ConfigMap in view', async () => seen('note'), 5_000);
    bodyOf(await admin.patch(`${path}/note`, { metadata: { labels: { step: 'two' } } }));
    const changed = await waitFor('the change in view', async () => seen('note')?.object.meta.labels.step === 'two' && seen('note'), 5_000);
    expect(JSON.stringify(changed)).not.toContain('not-for-us');
    await admin.delete(`${path}/note`);
    await waitFor('the end of it in view', async () => seen('note') === undefined, 5_000);
  });

  test('hears events about its objects', async () => {
    const event = await waitFor('an event', async () =>
      [...scene.cluster.reader.events()].find((one) => one.subject.name === 'deployment'),
    );
    expect(event).toMatchObject({ reason: 'ScalingReplicaSet', subject: { kind: 'Deployment', apiGroup: 'apps' } });
  });

  test('reads live, and calls another uid and a missing name gone', async () => {
    const { ref, object, specSeen } = await liveOf('Deployment', 'deployment');
    expect(specSeen).toBe(`generation:${object.meta.generation}`);
    expect(await scene.cluster.reader.live(ref)).toBeDefined();
    expect(await scene.cluster.reader.live({ ...ref, uid: WRONG_UID })).toBeUndefined();
    expect(await scene.cluster.reader.live(refTo('Deployment', 'none'))).toBeUndefined();
  });

  test.each(['Deployment', 'StatefulSet', 'DaemonSet'] as const)(
    'rolls a %s back to a recorded revision, pinned and stamped',
    async (kind) => {
      const name = kind.toLowerCase();
      const before = await liveOf(kind, name);
      await waitFor('the first revision', async () => (await scene.cluster.reader.revisions(before.ref)).length === 1);
      const deployed = { kind, namespace, name, uid: before.ref.uid ?? '', path: `/apis/apps/v1/namespaces/${namespace}/${name}s/${name}` };
      await setImage(deployed, 'kubemend.test/busybox:typo');
      const revisions = await waitFor('the second revision', async () => {
        const found = await scene.cluster.reader.revisions(before.ref);
        return found.length === 2 && found;
      });
      const [first, second] = revisions;
      expect(first?.template).toEqual(before.template);
      expect(second?.template).toEqual((await liveOf(kind, name)).template);
      const pods = await waitFor('a pod of the old revision', async () => {
        const all = [...scene.cluster.reader.objects()].map(({ object }) => object);
        const found = all.filter((object) => object.kind === 'Pod' && object.meta.labels.app === name);
        return found.length > 0 && found;
      });
      const hashes = pods.map(({ meta }) => meta.labels['pod-template-hash'] ?? meta.labels['controller-revision-hash']);
      expect(revisions.map((revision) => revision.podHash)).toEqual(expect.arrayContaining(hashes));

      const template: Json = first?.template ?? null;
      const rollback = (target: ResourceRef): ClusterWrite => ({ verb: 'replace-template', target, template });
      expect(await writeTo(kind, name, rollback, true)).toMatchObject({ is: 'done' });
      expect((await liveOf(kind, name)).template).toEqual(second?.template);
      await pinsHold(kind, name, rollback);
      const answer = await writeTo(kind, name, rollback);
      const after = await liveOf(kind, name);
      expect(answer).toEqual({ is: 'done', specAfter: after.specSeen });
      expect(after.template).toEqual(before.template);
      expect(after.object.meta.annotations).toMatchObject({
        'kubemend.dev/action-id': `act-${name}`,
        'kubemend.dev/epoch': `${scene.cluster.election.epoch()}`,
      });
      expect(after.object.meta.managers.find((manager) => manager.manager === 'kubemend')?.touches).toContain('template');
    },
  );

  test.each(['Deployment', 'StatefulSet'] as const)('scales a %s by its subresource, pinned', async (kind) => {
    const name = kind.toLowerCase();
    const scale = (target: ResourceRef): ClusterWrite => ({ verb: 'scale', target, replicas: 2 });
    await pinsHold(kind, name, scale);
    expect(await writeTo(kind, name, scale)).toEqual({ is: 'done' });
    const { object } = await liveOf(kind, name);
    expect(object).toMatchObject({ replicas: 2 });
    expect(object.meta.managers).toContainEqual(
      expect.objectContaining({ manager: 'kubemend', subresource: 'scale', touches: ['replicas'] }),
    );
  });

  test('is refused by admission, with its reason, and changes nothing', async () => {
    const name = `${namespace}-ceiling`;
    const match = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } };
    const rules = [{ apiGroups: ['apps'], apiVersions: ['v1'], operations: ['UPDATE'], resources: ['deployments/scale'] }];
    const validations = [{ expression: 'object.spec.replicas <= 10', message: 'at most 10 replicas' }];
    const policy = { metadata: { name }, spec: { failurePolicy: 'Fail', matchConstraints: { resourceRules: rules }, validations } };
    const binding = { metadata: { name }, spec: { policyName: name, validationActions: ['Deny'], matchResources: match } };
    const admin = await asAdmin();
    const path = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolic';
    bodyOf(await admin.post(`${path}ies`, policy));
    bodyOf(await admin.post(`${path}ybindings`, binding));
    onCleanUp(() => admin.delete(`${path}ies/${name}`));
    onCleanUp(() => admin.delete(`${path}ybindings/${name}`));
    const answer = await waitFor('the refusal', async () => {
      const tried = await writeTo('Deployment', 'deployment', (target) => ({ verb: 'scale', target, replicas: 11 }), true);
      return tried.is === 'refused' && tried;
    });
    expect(answer.why).toContain('at most 10 replicas');
  });

  test('is refused what is no valid template', async () => {
    const write = (target: ResourceRef): ClusterWrite => ({
      verb: 'replace-template',
      target,
      template: { metadata: { labels: { app: 'x' } }, spec: { containers: [] } },
    });
    expect(await writeTo('Deployment', 'deployment', write)).toMatchObject({ is: 'refused' });
  });

  test('is blocked by a disruption budget, and by two of them', async () => {
    const admin = await asAdmin();
    await readyPods('guarded', 2);
    const budgets = `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`;
    const spec = { minAvailable: 2, selector: { matchLabels: { app: 'guarded' } } };
    bodyOf(await admin.post(budgets, { metadata: { name: 'one' }, spec }));
    await waitFor('the budget', async () => Number(field((await admin.get(`${budgets}/one`)).body, 'status.currentHealthy')) === 2);
    const evict = (target: ResourceRef): ClusterWrite => ({ verb: 'evict', target });
    const blocked = await writeTo('Pod', 'guarded-0', evict);
    expect(blocked).toMatchObject({ is: 'blocked', why: expect.stringContaining('disruption budget one needs 2 healthy pods') });
    if (blocked.is === 'blocked') expect(blocked.retryAfterMs).toBeGreaterThanOrEqual(10_000);
    bodyOf(await admin.post(budgets, { metadata: { name: 'two' }, spec }));
    expect(await writeTo('Pod', 'guarded-0', evict)).toMatchObject({ is: 'blocked', why: expect.stringContaining('more than one') });
  });

  test('evicts a pod by uid and resourceVersion alone', async () => {
    await readyPods('free', 1);
    const evict = (target: ResourceRef): ClusterWrite => ({ verb: 'evict', target });
    await pinsHold('Pod', 'free-0', evict);
    expect(await writeTo('Pod', 'free-0', evict, true)).toEqual({ is: 'done' });
    const { ref } = await liveOf('Pod', 'free-0');
    expect(await writeTo('Pod', 'free-0', evict)).toEqual({ is: 'done' });
    await waitFor('the end of the pod', async () => {
      const found = await scene.cluster.reader.live(ref);
      return found === undefined || found.object.meta.deletedAt !== undefined;
    });
  });

  test('resizes a pod in place, pinned', async () => {
    await readyPods('small', 1, { schedulingGates: [{ name: 'kad.test/hold' }] });
    const containers = [{ name: 'app', requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '32Mi' } }];
    const resize = (target: ResourceRef): ClusterWrite => ({ verb: 'resize', target, containers });
    await pinsHold('Pod', 'small-0', resize);
    const answer = await writeTo('Pod', 'small-0', resize);
    const after = await liveOf('Pod', 'small-0');
    expect(answer).toEqual({ is: 'done', specAfter: after.specSeen });
    expect(after.resources).toEqual({ app: { requests: containers[0]?.requests, limits: containers[0]?.limits } });
    expect(after.object.meta.managers).toContainEqual(
      expect.objectContaining({ manager: 'kubemend', subresource: 'resize', touches: ['resources'] }),
    );
  });

  test('sends nothing under an epoch that is not its own', async () => {
    const { ref, resourceVersion } = await liveOf('Deployment', 'deployment');
    const stamp = { actionId: 'old', epoch: (await leading(scene.cluster)) - 1 };
    const write: ClusterWrite = { verb: 'scale', target: ref, replicas: 3 };
    expect(await scene.cluster.writer.write(write, resourceVersion, stamp)).toMatchObject({
      is: 'changed',
      why: expect.stringContaining('epoch'),
    });
  });

  test('elects one of two, and hands over with a higher epoch', async () => {
    const contested = `${own}-lease`;
    const admin = await asAdmin();
    bodyOf(await admin.post('/api/v1/namespaces', { metadata: { name: contested } }));
    onCleanUp(() => admin.delete(`/api/v1/namespaces/${contested}`));
    const [left, right] = await Promise.all([open({ own: contested }), open({ own: contested })]);
    const first = await waitFor('one leader', async () => [left, right].find((one) => one.election.epoch() !== undefined));
    const second = first === left ? right : left;
    expect(first.election.epoch()).toBe(1);
    expect(second.election.epoch()).toBeUndefined();
    await first.stop();
    expect(await leading(second)).toBe(2);
  });

  test('says why it cannot be elected where its namespace does not exist', async () => {
    const one = await open({ own: `${own}-missing` });
    const { problem } = await waitFor('the reason', async () => one.describe().election.problem !== undefined && one.describe().election);
    expect(problem).toContain(`Create namespace ${own}-missing`);
    expect(one.election.epoch()).toBeUndefined();
  });

  test('writes as the actor once there is one, and says which wall stands', async () => {
    const scale = (target: ResourceRef): ClusterWrite => ({ verb: 'scale', target, replicas: 1 });
    expect(scene.cluster.describe()).toMatchObject({
      secondWall: false,
      secondWallWhy: expect.stringContaining(`create service account ${own}/actor`),
    });
    await kubectl(['-n', own, 'create', 'serviceaccount', 'actor']);
    const other = await open({ standsForElection: true });
    await scene.cluster.stop();
    scene.cluster = other;
    await scene.cluster.waitForSync(AbortSignal.timeout(20_000));
    expect(await writeTo('Deployment', 'deployment', scale)).toMatchObject({
      is: 'refused',
      why: expect.stringContaining(`system:serviceaccount:${own}:actor`),
    });
    expect(scene.cluster.describe()).toMatchObject({ secondWall: true, secondWallWhy: `writes run as system:serviceaccount:${own}:actor` });
  });
});
