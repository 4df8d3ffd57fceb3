/** The first closed loop on a real API server and kubelet, under the generated accounts: a bad rollout, from detection to verification. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Incident } from '../../src/core/model/incident.ts';
import {
  actsOf,
  asAdmin,
  bodyOf,
  cleanUp,
  cli,
  controller,
  type Deployed,
  deploy,
  field,
  hasNode,
  type Installation,
  inPhase,
  installKubemend,
  newNamespace,
  type Place,
  placeIn,
  rolledOut,
  setImage,
  storyOf,
  waitFor,
} from './harness.ts';

afterAll(cleanUp, 180_000);

const needsNode = test.skipIf(!(await hasNode()));
const home: Installation = await installKubemend({ namespace: 'km-first' });
const TYPO = 'kubemend.test/busybox:typo';
const actor = ':km-first:actor';

const place = () => placeIn(home);

function started(at: Place, namespace: string, mode: 'ask' | 'auto') {
  const process = controller(at, mode, namespace);
  running.push(process);
  return process;
}
const templateOf = async (workload: Deployed) => field(bodyOf(await (await asAdmin()).get(workload.path)), 'spec.template');
const imageOf = async (workload: Deployed) => field(await templateOf(workload), 'spec.containers.0.image');

const running: { stop(): Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
});

describe('a bad rollout on a real cluster', () => {
  needsNode('is detected, diagnosed, asked about, rolled back once on approval, and verified', { timeout: 300_000 }, async () => {
    const namespace = await newNamespace({ optedIn: true });
    const cart = await deploy(namespace, { name: 'cart', replicas: 2 });
    await rolledOut(cart);
    await delay(2_500); // it serves before the change that will be blamed
    const healthy = await templateOf(cart);
    const at = await place();
    const since = Date.now();
    const kubemend = started(at, namespace, 'ask');
    await kubemend.says(/kubemend runs/);
    await setImage(cart, TYPO);
    const asked = await inPhase(at, 'asked');
    expect(asked).toMatchObject({
      subject: { kind: 'Deployment', name: 'cart' },
      plan: { action: 'rollback-rollout', treats: 'bad-rollout' },
    });
    expect(await actsOf(actor, since)).toEqual([]);
    await cli(at, 'approve', asked.id);
    const resolved = await inPhase(at, 'resolved');
    expect(resolved).toMatchObject({ reason: 'recovered', attempts: [{ action: 'rollback-rollout', outcome: 'recovered' }] });
    await rolledOut(cart);
    expect(await templateOf(cart)).toEqual(healthy);
    const acts = await actsOf(actor, since);
    expect(acts.map(({ verb, resource, name }) => [verb, resource, name])).toEqual([['patch', 'apps/deployments', 'cart']]);
    const story = await storyOf(at, asked.id);
    expect(story.map(({ what }) => what)).toEqual(
      expect.arrayContaining(['opened', 'diagnosed', 'planned', 'asked', 'approval', 'intent', 'sent', 'acted', 'verified', 'ended']),
    );
    const intentAt = story.find(({ what }) => what === 'intent')?.at ?? Number.POSITIVE_INFINITY;
    expect(intentAt).toBeLessThanOrEqual(acts[0]?.at ?? 0);
    expect(await cli(at, 'audit', 'verify')).toMatchObject({ intact: true });
    await kubemend.stop();
  });

  needsNode(
    'is mended without a question in mode auto, and put back to the byte when that made it worse',
    { timeout: 400_000 },
    async () => {
      const namespace = await newNamespace({ optedIn: true });
      const admin = await asAdmin();
      const flags = `/api/v1/namespaces/${namespace}/configmaps`;
      bodyOf(await admin.post(flags, { metadata: { name: 'flags' }, data: { MODE: 'on' } }));
      const shop = await deploy(namespace, { name: 'shop', replicas: 2, container: { envFrom: [{ configMapRef: { name: 'flags' } }] } });
      await rolledOut(shop);
      await delay(2_500);
      await setImage(shop, TYPO);
      // The old version serves, and could not start again: its settings are gone.
      bodyOf(await admin.delete(`${flags}/flags`));
      const bad = await templateOf(shop);
      const at = await place();
      const since = Date.now();
      const kubemend = started(at, namespace, 'auto');
      await waitFor('the rollback', async () => (await actsOf(actor, since)).length === 1, 180_000);
      bodyOf(await admin.delete(`/api/v1/namespaces/${namespace}/pods`)); // as an outage of the node would
      const ended = await inPhase(at, 'escalated', 240_000);
      await kubemend.stop();
      expect(ended).toMatchObject({ reason: expect.stringContaining('undone'), attempts: [{ outcome: 'worse', undone: true }] });
      expect(await templateOf(shop)).toEqual(bad);
      expect((await actsOf(actor, since)).map(({ verb, name }) => [verb, name])).toEqual([
        ['patch', 'shop'],
        ['patch', 'shop'],
      ]);
    },
  );

  /** A question that was asked by a controller which then stopped, and was answered while nobody watched. */
  async function approvedMeanwhile(namespace: string, at: Place): Promise<Incident> {
    const first = started(at, namespace, 'ask');
    const asked = await inPhase(at, 'asked');
    await first.stop();
    await cli(at, 'approve', asked.id);
    return asked;
  }

  needsNode('is not rolled back on an approval for another spec', { timeout: 300_000 }, async () => {
    const namespace = await newNamespace({ optedIn: true });
    const cart = await deploy(namespace, { name: 'cart', replicas: 2 });
    await rolledOut(cart);
    await delay(2_500);
    const at = await place();
    const since = Date.now();
    await setImage(cart, TYPO);
    const asked = await approvedMeanwhile(namespace, at);
    await setImage(cart, `${TYPO}2`);
    const kubemend = started(at, namespace, 'ask');
    const refusal = async () =>
      (await storyOf(at, asked.id)).find(
        ({ what, ...rest }) => what === 'denied' && JSON.stringify(rest).includes('does not hold any more'),
      );
    await waitFor('the refusal in the audit chain', refusal, 60_000);
    await delay(10_000);
    await kubemend.stop();
    expect(await actsOf(actor, since)).toEqual([]);
    expect(await imageOf(cart)).toBe(`${TYPO}2`);
  });

  needsNode('is rolled back on an approval for the same spec with another status', { timeout: 300_000 }, async () => {
    const namespace = await newNamespace({ optedIn: true });
    const cart = await deploy(namespace, { name: 'cart', replicas: 2 });
    await rolledOut(cart);
    await delay(2_500);
    const at = await place();
    const since = Date.now();
    await setImage(cart, TYPO);
    await approvedMeanwhile(namespace, at);
    const before = field(bodyOf(await (await asAdmin()).get(cart.path)), 'metadata.resourceVersion');
    bodyOf(await (await asAdmin()).delete(`/api/v1/namespaces/${namespace}/pods/${await badPodOf(namespace)}`));
    await waitFor(
      'another status',
      async () => field(bodyOf(await (await asAdmin()).get(cart.path)), 'metadata.resourceVersion') !== before,
    );
    const kubemend = started(at, namespace, 'ask');
    await waitFor('the good image', async () => (await imageOf(cart)) === 'kubemend.test/busybox:1', 120_000);
    await kubemend.stop();
    expect(await actsOf(actor, since)).toHaveLength(1);
  });
});

async function badPodOf(namespace: string): Promise<string> {
  const items = z
    .array(z.looseObject({}))
    .parse(field(bodyOf(await (await asAdmin()).get(`/api/v1/namespaces/${namespace}/pods`)), 'items'));
  const bad = items.find((pod) => String(field(pod, 'spec.containers.0.image')).startsWith(TYPO));
  return String(field(bad, 'metadata.name'));
}
