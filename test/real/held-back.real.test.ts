/** What holds an act back on a real cluster though everything else speaks for it: the red button, and another leader. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import {
  actsOf,
  asAdmin,
  bodyOf,
  cleanUp,
  cli,
  controller,
  deploy,
  field,
  hasNode,
  incidentsOf,
  inPhase,
  installKubemend,
  newNamespace,
  type Place,
  placeIn,
  rolledOut,
  secondsAfter,
  setImage,
  storyOf,
  waitFor,
} from './harness.ts';

afterAll(cleanUp, 180_000);

const needsNode = test.skipIf(!(await hasNode()));

/** A Deployment that serves, and then gets an image that does not exist. */
async function badRollout(namespace: string): Promise<number> {
  const cart = await deploy(namespace, { name: 'cart' });
  await rolledOut(cart);
  await delay(2_500); // it serves before the change that will be blamed
  await setImage(cart, 'kubemend.test/busybox:typo');
  return Date.now();
}

/** The red button, pressed and released in one of the ways that there are. */
interface Button {
  press(at: Place): Promise<unknown>;
  release(at: Place): Promise<unknown>;
}
const byCommand: Button = {
  press: (at) => cli(at, 'pause', '--reason', 'we look at it ourselves'),
  release: (at) => cli(at, 'resume'),
};
const byConfigMap = (namespace: string): Button => {
  const maps = `/api/v1/namespaces/${namespace}/configmaps`;
  return {
    press: async () => bodyOf(await (await asAdmin()).post(maps, { metadata: { name: 'kubemend-pause' } })),
    release: async () => bodyOf(await (await asAdmin()).delete(`${maps}/kubemend-pause`)),
  };
};

describe.concurrent('on a real cluster', () => {
  needsNode.for([
    { title: 'the command', home: 'km-paused', button: byCommand, says: /^pause: .*we look at it ourselves/ },
    {
      title: 'the ConfigMap',
      home: 'km-paused-map',
      button: byConfigMap('km-paused-map'),
      says: /^pause: the ConfigMap km-paused-map\/kubemend-pause/,
    },
  ])(
    'an approved plan waits while $title says pause, and is carried out after',
    { timeout: 300_000 },
    async ({ home: name, button, says }) => {
      const home = await installKubemend({ namespace: name });
      const namespace = await newNamespace({ optedIn: true });
      const at = await placeIn(home);
      const kubemend = controller(at, 'ask', namespace);
      await kubemend.says(/kubemend runs/);
      const brokenAt = await badRollout(namespace);
      const asked = await inPhase(at, 'asked');
      await button.press(at);
      await cli(at, 'approve', asked.id);
      const denied = await inPhase(at, 'denied', 30_000);
      expect(denied.verdict).toMatchObject({ decision: 'deny', reasons: expect.arrayContaining([expect.stringMatching(says)]) });
      await delay(40_000); // longer than a denial rests
      expect(await actsOf(`:${name}:actor`, brokenAt)).toEqual([]);
      const releasedAt = Date.now();
      await button.release(at);
      const resolved = await inPhase(at, 'resolved');
      await kubemend.stop();
      const acts = await actsOf(`:${name}:actor`, brokenAt);
      expect(acts.map(({ verb, resource }) => [verb, resource])).toEqual([['patch', 'apps/deployments']]);
      expect(acts[0]?.at).toBeGreaterThan(releasedAt);
      console.info(
        `${name}: acted ${secondsAfter(releasedAt, acts[0]?.at)} after the release, recovered ${secondsAfter(releasedAt, resolved.endedAt)} after it`,
      );
    },
  );

  needsNode('a second controller without the Lease only observes, and takes over when the first ends', { timeout: 300_000 }, async () => {
    const home = await installKubemend({ namespace: 'km-second' });
    const [quiet, namespace] = [await newNamespace({ optedIn: true }), await newNamespace({ optedIn: true })];
    const leader = controller(await placeIn(home), 'auto', quiet);
    await leader.says(/"leading"/);
    const at = await placeIn(home);
    const second = controller(at, 'auto', namespace);
    await second.says(/kubemend runs/);
    const brokenAt = await badRollout(namespace);
    const diagnosed = await inPhase(at, 'diagnosed');
    await delay(20_000); // longer than the Lease lasts
    const [still] = await incidentsOf(at);
    expect(still).toMatchObject({ id: diagnosed.id, phase: 'diagnosed', attempts: [] });
    expect(still?.plan).toBeUndefined();
    expect(await actsOf(':km-second:actor', brokenAt)).toEqual([]);
    expect((await storyOf(at, diagnosed.id)).map(({ what }) => what)).toEqual(['opened', 'diagnosed']);
    const stoppedAt = Date.now();
    await leader.stop();
    await waitFor('the act of the second', async () => (await actsOf(':km-second:actor', brokenAt)).length > 0, 60_000);
    const [act] = await actsOf(':km-second:actor', brokenAt);
    expect(act?.at).toBeGreaterThan(stoppedAt);
    const lease = await (await asAdmin()).get('/apis/coordination.k8s.io/v1/namespaces/km-second/leases/kubemend');
    expect(field(lease.body, 'metadata.annotations')).toMatchObject({ 'kubemend.dev/epoch': '2' });
    await second.stop();
    console.info(`second controller: took over and acted ${secondsAfter(stoppedAt, act?.at)} after the first was told to stop`);
  });
});
