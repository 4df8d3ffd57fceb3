/** Faults from their first sign to their end on a real API server and kubelet, under the generated accounts. Each story has its own installation. */
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
  newNamespace,
  placeIn,
  podsOf,
  rolledOut,
  secondsAfter,
  setImage,
  storyOf,
  tuned,
} from './harness.ts';

afterAll(cleanUp, 180_000);

const needsNode = test.skipIf(!(await hasNode()));
const started = Date.now();
const templateOf = async ({ path }: Deployed) => field(bodyOf(await (await asAdmin()).get(path)), 'spec.template');

describe.concurrent('on a real cluster', () => {
  needsNode('a StatefulSet is rolled back, and the pod that is stuck in the bad revision is evicted', { timeout: 300_000 }, async () => {
    const home = await installKubemend({ namespace: 'km-ordered' });
    const namespace = await newNamespace({ optedIn: true });
    const db = await deploy(namespace, { name: 'db', kind: 'StatefulSet', replicas: 2 });
    await rolledOut(db);
    await delay(2_500); // it serves before the change that will be blamed
    const healthy = await templateOf(db);
    // A rest of a minute is the least that the cooldown guard takes; a rollback that helps shows that within seconds here.
    const at = await placeIn(home, { guards: { cooldown: { restMs: 60_000 } } });
    const kubemend = tuned(at, { namespaces: [namespace], verify: { settleMs: 2_000, deadlineMs: 40_000 } });
    await kubemend.says(/kubemend runs/);
    const brokenAt = Date.now();
    await setImage(db, 'kubemend.test/busybox:typo');
    const resolved = await inPhase(at, 'resolved', 240_000);
    await kubemend.stop();
    expect(resolved).toMatchObject({
      reason: 'recovered',
      attempts: [
        { action: 'rollback-rollout', outcome: 'unchanged', undone: false },
        { action: 'evict-pod', outcome: 'recovered' },
      ],
    });
    await rolledOut(db);
    expect(await templateOf(db)).toEqual(healthy);
    const acts = await actsOf(':km-ordered:actor', brokenAt);
    expect(acts.map(({ verb, resource, name }) => [verb, resource, name])).toEqual([
      ['patch', 'apps/statefulsets', 'db'],
      ['create', 'core/pods/eviction', 'db-1'],
    ]);
    const times = [...acts.map(({ at: actedAt }) => actedAt), resolved.endedAt].map((instant) => secondsAfter(brokenAt, instant));
    console.info(`StatefulSet: rolled back, evicted and recovered after ${times.join(', ')}`);
  });

  needsNode('a container that outgrows its limit is given more in place, and is not killed again', { timeout: 400_000 }, async () => {
    const home = await installKubemend({ namespace: 'km-memory' });
    const namespace = await newNamespace({ optedIn: true });
    const cart = await deploy(namespace, { name: 'cart', replicas: 1, ...needing(45, 0.5) });
    await rolledOut(cart);
    const [pod] = await podsOf(cart);
    const name = String(field(pod, 'metadata.name'));
    const at = await placeIn(home);
    const kubemend = controller(at, 'auto', namespace);
    await kubemend.says(/kubemend runs/);
    const resolved = await inPhase(at, 'resolved', 340_000);
    await kubemend.stop();
    expect(resolved).toMatchObject({ reason: 'recovered', attempts: [{ action: 'adjust-resources', outcome: 'recovered' }] });
    const acts = await actsOf(':km-memory:actor', started);
    expect(acts.map(({ verb, resource, name: target }) => [verb, resource, target])).toEqual([['patch', 'core/pods/resize', name]]);
    const [after] = await podsOf(cart);
    expect(field(after, 'metadata.uid')).toBe(field(pod, 'metadata.uid'));
    expect(field(after, 'spec.containers.0.resources.limits.memory')).toBe('64Mi');
    const { killedAt, startedAt } = livesOf(after);
    expect(killedAt).toBeLessThan(acts[0]?.at ?? 0);
    expect((resolved.endedAt ?? 0) - startedAt).toBeGreaterThan(110_000);
    const times = [acts[0]?.at, resolved.endedAt].map((instant) => secondsAfter(killedAt, instant));
    console.info(`memory limit in place: resized and recovered ${times.join(', ')} after the kill`);
  });

  needsNode('a container that its limit never lets start is given more in the template', { timeout: 400_000 }, async () => {
    const home = await installKubemend({ namespace: 'km-memory-template' });
    const namespace = await newNamespace({ optedIn: true });
    // Whoever wrote the template is given two minutes to put it right, the least that the guard takes.
    const at = await placeIn(home, { guards: { 'owner-conflict': { editQuietMs: 120_000 } } });
    const kubemend = controller(at, 'auto', namespace);
    await kubemend.says(/kubemend runs/);
    const brokenAt = Date.now();
    const cart = await deploy(namespace, { name: 'cart', replicas: 1, ...needing(45, 0) });
    const resolved = await inPhase(at, 'resolved', 340_000);
    await kubemend.stop();
    expect(resolved).toMatchObject({ reason: 'recovered', attempts: [{ action: 'adjust-resources', outcome: 'recovered' }] });
    const acts = await actsOf(':km-memory-template:actor', brokenAt);
    expect(acts.map(({ verb, resource, name }) => [verb, resource, name])).toEqual([['patch', 'apps/deployments', 'cart']]);
    await rolledOut(cart);
    const [after, ...more] = await podsOf(cart);
    expect(more).toEqual([]);
    expect(field(after, 'spec.containers.0.resources.limits.memory')).toBe('64Mi');
    expect(field(after, 'status.containerStatuses.0.restartCount')).toBe(0);
    const times = [acts[0]?.at, resolved.endedAt].map((instant) => secondsAfter(brokenAt, instant));
    console.info(`memory limit in the template: raised and recovered after ${times.join(', ')}`);
  });

  needsNode('a first deployment whose image cannot be pulled is told to a person, and nothing is done', { timeout: 300_000 }, async () => {
    const home = await installKubemend({ namespace: 'km-first-image' });
    const namespace = await newNamespace({ optedIn: true });
    const at = await placeIn(home);
    const kubemend = controller(at, 'auto', namespace);
    await kubemend.says(/kubemend runs/);
    const brokenAt = Date.now();
    const shop = await deploy(namespace, { name: 'shop', image: 'kubemend.test/busybox:never-built' });
    const before = await templateOf(shop);
    const escalated = await inPhase(at, 'escalated', 240_000);
    await kubemend.stop();
    expect(escalated).toMatchObject({ subject: { kind: 'Deployment', name: 'shop' }, attempts: [] });
    expect(escalated.reason).toMatch(/no action .*treats this here \(likeliest cause: image-/);
    expect((await storyOf(at, escalated.id)).map(({ what }) => what)).not.toContain('intent');
    expect(await templateOf(shop)).toEqual(before);
    expect(await auditLog({ user: ':km-first-image:actor', since: brokenAt, effective: true })).toEqual([]);
    expect(await actsOf(':km-first-image:observer', brokenAt)).toEqual([]);
    console.info(`image: escalated after ${secondsAfter(brokenAt, escalated.endedAt)}: ${escalated.reason}`);
  });
});

/** Under a limit of 32 MiB: takes so many MiB, pausing after each, and then lives on. */
function needing(mebibytes: number, pauseS: number) {
  const take = `for (i = 0; i < ${mebibytes}; i++) { a[i] = s i; ${pauseS > 0 ? `system("sleep ${pauseS}")` : ''} }`;
  return { command: ['awk', `BEGIN { s = sprintf("%1048576s", ""); ${take}; while (1) system("sleep 5") }`] };
}

/** When the container was last killed for want of memory, and when it was started after that. */
function livesOf(pod: unknown): { readonly killedAt: number; readonly startedAt: number } {
  const status = field(pod, 'status.containerStatuses.0');
  expect(field(status, 'lastState.terminated.reason')).toBe('OOMKilled');
  const instant = (path: string) => Date.parse(String(field(status, path)));
  return { killedAt: instant('lastState.terminated.finishedAt'), startedAt: instant('state.running.startedAt') };
}
