/** One of three pods hangs, beside a disruption budget: with room, without, and when the room goes between the last guard and the act. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import {
  actsOf,
  asAdmin,
  auditLog,
  bodyOf,
  cleanUp,
  controller,
  type Deployed,
  deploy,
  field,
  hasNode,
  inPhase,
  installKubemend,
  kubectl,
  newNamespace,
  placeIn,
  podsOf,
  rolledOut,
  secondsAfter,
  tuned,
  waitFor,
} from './harness.ts';

afterAll(cleanUp, 180_000);

const needsNode = test.skipIf(!(await hasNode()));

/** Serves for as long as its file is there; nothing but its own end brings the file back. */
const serving = {
  command: ['sh', '-c', 'touch /run/live; while :; do sleep 1; done'],
  container: { readinessProbe: { exec: { command: ['cat', '/run/live'] }, periodSeconds: 1, failureThreshold: 2 } },
};

interface Scene {
  readonly actor: string;
  readonly cart: Deployed;
  readonly budget: string;
}

/** Three ready pods and a budget by which so many of them must be healthy. */
async function sceneIn(home: string, minAvailable: number): Promise<Scene> {
  const namespace = await newNamespace({ optedIn: true });
  const budgets = `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`;
  const cart = await deploy(namespace, { name: 'cart', replicas: 3, ...serving });
  const spec = { minAvailable, selector: { matchLabels: { app: 'cart' } } };
  bodyOf(await (await asAdmin()).post(budgets, { metadata: { name: 'cart' }, spec }));
  await rolledOut(cart);
  const scene = { actor: `:${home}:actor`, cart, budget: `${budgets}/cart` };
  await reckonedUp(scene, minAvailable);
  return scene;
}

async function reckonedUp({ budget }: Scene, desiredHealthy: number): Promise<void> {
  const isSo = async () => {
    const { body } = await (await asAdmin()).get(budget);
    const isSeen = field(body, 'status.observedGeneration') === field(body, 'metadata.generation');
    return isSeen && field(body, 'status.desiredHealthy') === desiredHealthy && Number(field(body, 'status.currentHealthy')) >= 2;
  };
  await waitFor('the budget is reckoned up', isSo);
}

async function tighten(scene: Scene, minAvailable: number): Promise<void> {
  bodyOf(await (await asAdmin()).patch(scene.budget, { spec: { minAvailable } }));
  await reckonedUp(scene, minAvailable);
}

/** Takes one pod out of service for good; gives its name and when that was. */
async function hangOne({ cart }: Scene): Promise<{ readonly name: string; readonly hungAt: number }> {
  const [pod] = await podsOf(cart);
  const name = String(field(pod, 'metadata.name'));
  const hungAt = Date.now();
  await kubectl(['exec', '-n', cart.namespace, name, '--', 'rm', '/run/live']);
  return { name, hungAt };
}

/** What the API server was asked for that would end a pod, dry runs left out. */
async function evictionsBy({ actor }: Scene, since: number) {
  const asked = (await auditLog({ user: actor, since })).filter(({ dryRun, resource }) => !dryRun && resource.startsWith('core/pods'));
  expect(asked.filter(({ verb }) => verb.startsWith('delete'))).toEqual([]);
  return asked.filter(({ verb, resource }) => verb === 'create' && resource === 'core/pods/eviction');
}

describe.concurrent('a hung pod on a real cluster', () => {
  needsNode('is evicted once and replaced while its budget has room', { timeout: 300_000 }, async () => {
    const home = await installKubemend({ namespace: 'km-hung' });
    const scene = await sceneIn('km-hung', 2);
    const at = await placeIn(home);
    const kubemend = controller(at, 'auto', scene.cart.namespace);
    await kubemend.says(/kubemend runs/);
    const { name, hungAt } = await hangOne(scene);
    const resolved = await inPhase(at, 'resolved', 240_000);
    await kubemend.stop();
    expect(resolved).toMatchObject({ reason: 'recovered', attempts: [{ action: 'evict-pod', outcome: 'recovered' }] });
    const acts = await actsOf(scene.actor, hungAt);
    expect(acts.map(({ verb, resource, name: target }) => [verb, resource, target])).toEqual([['create', 'core/pods/eviction', name]]);
    expect(await evictionsBy(scene, hungAt)).toHaveLength(1);
    await rolledOut(scene.cart);
    expect((await podsOf(scene.cart)).map((pod) => field(pod, 'metadata.name'))).not.toContain(name);
    console.info(
      `hung pod: evicted and recovered after ${[acts[0]?.at, resolved.endedAt].map((one) => secondsAfter(hungAt, one)).join(', ')}`,
    );
  });

  needsNode('is left alone while its budget has no room', { timeout: 300_000 }, async () => {
    const home = await installKubemend({ namespace: 'km-hung-tight' });
    const scene = await sceneIn('km-hung-tight', 3);
    const at = await placeIn(home);
    const kubemend = controller(at, 'auto', scene.cart.namespace);
    await kubemend.says(/kubemend runs/);
    const { hungAt } = await hangOne(scene);
    const denied = await inPhase(at, 'denied', 200_000);
    expect(denied.verdict).toMatchObject({
      decision: 'deny',
      reasons: expect.arrayContaining([expect.stringMatching(/^pdb-headroom: cart allows no disruption/)]),
    });
    await delay(30_000);
    await kubemend.stop();
    expect(await evictionsBy(scene, hungAt)).toEqual([]);
    expect(await actsOf(scene.actor, hungAt)).toEqual([]);
    console.info(`hung pod without room: denied after ${secondsAfter(hungAt, denied.phaseAt)}`);
  });

  needsNode.for([
    { title: 'is tried no more by a controller whose guard sees it', home: 'km-hung-race', without: [], least: 1, most: 1 },
    {
      title: 'is tried once in ten seconds by one without that guard',
      home: 'km-hung-blind',
      without: ['pdb-headroom', 'dry-run'],
      least: 3,
      // Bound by the gaps alone: how long a loaded machine takes to read the record is not its fault.
      most: Number.POSITIVE_INFINITY,
    },
  ])('whose budget is tightened between guard and act $title, and never deleted', { timeout: 400_000 }, async (variant) => {
    const home = await installKubemend({ namespace: variant.home });
    const scene = await sceneIn(variant.home, 2);
    const at = await placeIn(home);
    const holdUntil = join(home.stateDir, 'go');
    const kubemend = tuned(at, { namespaces: [scene.cart.namespace], without: variant.without, holdUntil });
    await kubemend.says(/kubemend runs/);
    const { name, hungAt } = await hangOne(scene);
    await kubemend.says(/about to write/, 200_000);
    await tighten(scene, 3);
    await writeFile(holdUntil, '');
    await delay(40_000);
    const tries = await evictionsBy(scene, hungAt);
    expect(tries.map(({ code }) => code)).toEqual(tries.map(() => 429));
    expect(tries.length).toBeGreaterThanOrEqual(variant.least);
    expect(tries.length).toBeLessThanOrEqual(variant.most);
    const gaps = tries.slice(1).map((one, index) => one.at - (tries[index]?.at ?? 0));
    expect(Math.min(Number.POSITIVE_INFINITY, ...gaps)).toBeGreaterThanOrEqual(10_000);
    expect(await actsOf(scene.actor, hungAt)).toEqual([]);
    await tighten(scene, 2);
    const resolved = await inPhase(at, 'resolved', 200_000);
    await kubemend.stop();
    expect(resolved).toMatchObject({ reason: 'recovered', attempts: [{ action: 'evict-pod', outcome: 'recovered' }] });
    const acts = await actsOf(scene.actor, hungAt);
    expect(acts.map(({ verb, resource, name: target }) => [verb, resource, target])).toEqual([['create', 'core/pods/eviction', name]]);
    console.info(
      `${variant.home}: ${tries.length} tries (gaps ${gaps.join(', ') || 'none'} ms), recovered after ${secondsAfter(hungAt, resolved.endedAt)}`,
    );
  });
});
