import { afterEach, describe, expect, it } from 'vitest';
import { NOON } from '../../test/fakes/object-meta.ts';
import { deployment, pod, replicaSet } from '../../test/fakes/objects.ts';
import { aWorld, type World } from '../../test/fakes/world.ts';
import type { Watched } from '../core/model/objects.ts';
import { everything, loopOf } from './loop.ts';

const worlds: World[] = [];
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((one) => one.close()));
});

/** A healthy world of which one kind is not in view yet, its loop, and what is proved so far. */
function begin(unseen?: Watched) {
  const world = aWorld();
  worlds.push(world);
  world.clock.advance(NOON - world.clock.now());
  world.setSick(undefined);
  const set = replicaSet('cart-1', { ownedBy: deployment('cart') });
  for (const index of [0, 1, 2]) world.cluster.put(pod(`cart-1-${index}`, { ownedBy: set, labels: { 'pod-template-hash': '1' } }));
  if (unseen) world.cluster.setAge(unseen, undefined);
  const loop = loopOf(world.context, { report: undefined }, everything);
  return { world, loop, proved: () => world.context.store.healthyRevisions(world.cart.uid ?? expect.fail()) };
}

describe('the proof that a revision stands healthy', () => {
  it('is written down at the first look', async () => {
    const { loop, proved } = begin();
    await loop.look();
    expect(await proved()).toHaveLength(1);
  });

  it.each(['Pod', 'ReplicaSet', 'Deployment'] as const)(
    'is written down as soon as %ss have come into view, not five minutes later',
    async (kind) => {
      const { world, loop, proved } = begin(kind);
      await loop.look();
      expect(await proved()).toEqual([]);
      world.cluster.setAge(kind, 0);
      world.clock.advance(5_000);
      await loop.look();
      expect(await proved()).toHaveLength(1);
    },
  );
});
