import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kindSourceOf } from '../../src/adapters/cluster/kubernetes/kind-source.ts';
import { type KubernetesCluster, openKubernetesCluster } from '../../src/adapters/cluster/kubernetes/kubernetes-cluster.ts';
import { writeAnswerOf } from '../../src/adapters/cluster/kubernetes/write-answer.ts';
import { requestOf } from '../../src/adapters/cluster/kubernetes/write-request.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import type { Kind } from '../../src/core/model/objects.ts';
import type { ResourceRef } from '../../src/core/model/resource.ts';
import type { ClusterWrite, Json } from '../../src/core/model/write.ts';
import type { WriteAnswer } from '../../src/core/ports.ts';
import { quietLogger } from '../fakes/logger.ts';
import { asAdmin, bodyOf, busybox, cleanUp, deploy, field, kubectl, onCleanUp, setImage, waitFor } from './harness.ts';

const isReal = process.env.KUBEMEND_REAL === '1' && Boolean(process.env.KUBECONFIG);
const WRONG_UID = '00000000-0000-0000-0000-000000000000';
const namespace = `kad-${randomBytes(4).toString('hex')}`;
const own = `${namespace}-own`;
const groups: Partial<Record<Kind, string>> = { Pod: '', Namespace: '', Node: '' };

describe.skipIf(!isReal)('the Kubernetes adapter on a real API server (needs KUBECONFIG and KUBEMEND_REAL=1: test/real/run)', () => {
  let cluster: KubernetesCluster;
  const opened: KubernetesCluster[] = [];

  async function open(options: { standsForElection?: boolean; own?: string } = {}): Promise<KubernetesCluster> {
    const { standsForElection = true, own: ownNamespace = own } = options;
    const one = await openKubernetesCluster({ clock: systemClock, log: quietLogger, namespace: ownNamespace, standsForElection });
    opened.push(one);
    return one;
  }
  function refTo(kind: Kind, name: string, uid?: string): ResourceRef {
    return { cluster: 'default', apiGroup: groups[kind] ?? 'apps', kind, namespace, name, ...(uid && { uid }) };
  }
  async function liveOf(kind: Kind, name: string) {
    const found = await waitFor(`${kind} ${name}`, () => cluster.reader.live(refTo(kind, name)));
    return { ...found, ref: found.object.meta.ref, resourceVersion: found.object.meta.resourceVersion };
  }
  async function leading(one: KubernetesCluster): Promise<number> {
    return waitFor('leadership', async () => one.election.epoch(), 30_000);
  }
  /** Sends a write until no controller's status update comes between its read and it. */
  async function writeTo(kind: Kind, name: string, make: (target: ResourceRef) => ClusterWrite, isDryRun = false): Promise<WriteAnswer> {
    const stamp = { actionId: `act-${name}`, epoch: await leading(cluster) };
    return waitFor(`a steady ${kind} ${name}`, async () => {
      const { ref, resourceVersion } = await liveOf(kind, name);
      const write = make(ref);
      const answer = await (isDryRun
        ? cluster.preview.tryOut(write, resourceVersion, stamp)
        : cluster.writer.write(write, resourceVersion, stamp));
      return answer.is === 'changed' ? undefined : answer;
    });
  }

  beforeAll(async () => {
    const admin = await asAdmin();
    for (const name of [namespace, own]) {
      bodyOf(await admin.post('/api/v1/namespaces', { metadata: { name, labels: { guarded: String(name === namespace) } } }));
      onCleanUp(() => admin.delete(`/api/v1/namespaces/${name}`));
    }
    await waitFor(
      'the default account',
      async () => (await admin.get(`/api/v1/namespaces/${namespace}/serviceaccounts/default`)).status === 200,
    );
    for (const kind of ['Deployment', 'StatefulSet', 'DaemonSet'] as const)
      await deploy(namespace, { kind, name: kind.toLowerCase(), replicas: 1 });
    cluster = await open();
    await cluster.waitForSync(AbortSignal.timeout(20_000));
  });
  afterAll(async () => {
    await Promise.all(opened.map((one) => one.stop()));
    await cleanUp();
  });

  test('lists every kind and keeps their age', () => {
    const { kinds, version } = cluster.describe();
    expect(version).toMatch(/^v1\./);
    expect(kinds.filter((kind) => kind.state !== 'synced')).toEqual([]);
    expect(kinds).toHaveLength(20);
    expect(cluster.reader.ageMs('Pod')).toBeLessThan(60_000);
  });

  test('sees an object come, change and go by its watch', async () => {
    const admin = await asAdmin();
    const path = `/api/v1/namespaces/${own}/configmaps`;
    const seen = (name: string) =>
      [...cluster.reader.objects()].find(({ object }) => object.kind === 'ConfigMap' && object.meta.ref.name === name);
    bodyOf(await admin.post(path, { metadata: { name: 'note' }, data: { secret: 'not-for-us' } }));
    await waitFor('the ConfigMap in view', async () => seen('note'), 5_000);
    bodyOf(await admin.patch(`${path}/note`, { metadata: { labels: { step: 'two' } } }));
    const changed = await waitFor('the change in view', async () => seen('note')?.object.meta.labels.step === 'two' && seen('note'), 5_000);
    expect(JSON.stringify(changed)).not.toContain('not-for-us');
    await admin.delete(`${path}/note`);
    await waitFor('the end of it in view', async () => seen('note') === undefined, 5_000);
  });

  test('hears events about its objects', async () => {
    const event = await waitFor('an event', async () => [...cluster.reader.events()].find((one) => one.subject.name === 'deployment'));
    expect(event).toMatchObject({ reason: 'ScalingReplicaSet', subject: { kind: 'Deployment', apiGroup: 'apps' } });
  });

  test('reads live, and calls another uid and a missing name gone', async () => {
    const { ref, object, specSeen } = await liveOf('Deployment', 'deployment');
    expect(specSeen).toBe(`generation:${object.meta.generation}`);
    expect(await cluster.reader.live(ref)).toBeDefined();
    expect(await cluster.reader.live({ ...ref, uid: WRONG_UID })).toBeUndefined();
    expect(await cluster.reader.live(refTo('Deployment', 'none'))).toBeUndefined();
  });

  test.each(['Deployment', 'StatefulSet', 'DaemonSet'] as const)(
    'rolls a %s back to a recorded revision, pinned and stamped',
    async (kind) => {
      const name = kind.toLowerCase();
      const before = await liveOf(kind, name);
      await waitFor('the first revision', async () => (await cluster.reader.revisions(before.ref)).length === 1);
      const deployed = { kind, namespace, name, uid: before.ref.uid ?? '', path: `/apis/apps/v1/namespaces/${namespace}/${name}s/${name}` };
      await setImage(deployed, 'kubemend.test/busybox:typo');
      const revisions = await waitFor('the second revision', async () => {
        const found = await cluster.reader.revisions(before.ref);
        return found.length === 2 && found;
      });
      const [first, second] = revisions;
      expect(first?.template).toEqual(before.template);
      expect(second?.template).toEqual((await liveOf(kind, name)).template);
      const pods = await waitFor('a pod of the old revision', async () => {
        const all = [...cluster.reader.objects()].map(({ object }) => object);
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
        'kubemend.dev/epoch': `${cluster.election.epoch()}`,
      });
      expect(after.object.meta.managers.find((manager) => manager.manager === 'kubemend')?.touches).toContain('template');
    },
  );

  /** The same request without our own look before it. */
  async function saysServer(write: ClusterWrite, resourceVersion: string, uid: string): Promise<WriteAnswer> {
    const source = kindSourceOf(write.target);
    if (!source) throw new Error(`no source for ${write.target.kind}`);
    const stamp = { actionId: 'never', epoch: 1 };
    const request = requestOf({ write, uid, resourceVersion, stamp, isDryRun: false }, source, {});
    const admin = await asAdmin();
    const type = request.contentType?.includes('strategic') ? 'strategic' : 'json';
    const answer = await (request.method === 'POST'
      ? admin.post(request.path, request.body)
      : admin.patch(request.path, request.body, type));
    return writeAnswerOf('test', { ...answer, retryAfterMs: undefined });
  }

  /** Whatever is wrong with the pin, the API server itself says `changed`. */
  async function pinsHold(kind: Kind, name: string, make: (target: ResourceRef) => ClusterWrite): Promise<void> {
    const { ref, resourceVersion, specSeen } = await liveOf(kind, name);
    const stamp = { actionId: 'never', epoch: await leading(cluster) };
    const foreign = make({ ...ref, uid: WRONG_UID });
    for (const send of [cluster.writer.write, cluster.preview.tryOut]) {
      expect(await send(foreign, resourceVersion, stamp), 'another uid').toMatchObject({ is: 'changed' });
      expect(await send(make(ref), '1', stamp), 'an old resourceVersion').toMatchObject({ is: 'changed' });
    }
    expect(await saysServer(foreign, resourceVersion, WRONG_UID), 'another uid, by the server').toMatchObject({ is: 'changed' });
    expect(await saysServer(make(ref), '1', ref.uid ?? ''), 'an old resourceVersion, by the server').toMatchObject({ is: 'changed' });
    const after = await liveOf(kind, name);
    expect([after.specSeen, after.object.meta.deletedAt]).toEqual([specSeen, undefined]);
  }

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

  /** Pods that look ready on a node that no kubelet plays: the budget counts them, and nothing else happens to them. */
  async function readyPods(app: string, count: number, pod: Record<string, unknown> = { nodeName: 'kad-no-such-node' }): Promise<void> {
    const admin = await asAdmin();
    const path = `/api/v1/namespaces/${namespace}/pods`;
    for (let index = 0; index < count; index += 1) {
      const resources = { requests: { cpu: '10m', memory: '8Mi' }, limits: { memory: '16Mi' } };
      const spec = { ...pod, terminationGracePeriodSeconds: 0, containers: [{ name: 'app', image: busybox, resources }] };
      bodyOf(await admin.post(path, { metadata: { name: `${app}-${index}`, labels: { app } }, spec }));
      const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
      bodyOf(await admin.patch(`${path}/${app}-${index}/status`, { status }));
    }
  }

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
      const found = await cluster.reader.live(ref);
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
    const stamp = { actionId: 'old', epoch: (await leading(cluster)) - 1 };
    const write: ClusterWrite = { verb: 'scale', target: ref, replicas: 3 };
    expect(await cluster.writer.write(write, resourceVersion, stamp)).toMatchObject({
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
    expect(cluster.describe()).toMatchObject({
      secondWall: false,
      secondWallWhy: expect.stringContaining(`create service account ${own}/actor`),
    });
    await kubectl(['-n', own, 'create', 'serviceaccount', 'actor']);
    const other = await open({ standsForElection: true });
    await cluster.stop();
    cluster = other;
    await cluster.waitForSync(AbortSignal.timeout(20_000));
    expect(await writeTo('Deployment', 'deployment', scale)).toMatchObject({
      is: 'refused',
      why: expect.stringContaining(`system:serviceaccount:${own}:actor`),
    });
    expect(cluster.describe()).toMatchObject({ secondWall: true, secondWallWhy: `writes run as system:serviceaccount:${own}:actor` });
  });
});
