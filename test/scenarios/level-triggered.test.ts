import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Context } from '../../src/core/context.ts';
import { CoreError } from '../../src/core/errors.ts';
import { reconcile } from '../../src/core/reconcile.ts';
import { aWorld, type World } from '../fakes/world.ts';

/** What may happen to wake-ups: doubled, sent to two workers at once, late, lost with their answers. */
const happenings: Readonly<Record<string, (one: World, id: string) => Promise<unknown>>> = {
  wake: (one, id) => wake(one.context, id),
  'wake twice': (one, id) => wake(one.context, id).then(() => wake(one.context, id)),
  'wake both': (one, id) => Promise.all([wake(one.context, id), wake(one.alike({}), id)]),
  look: (one) => one.look(),
  wait: async (one) => one.clock.advance(3_000),
  'lose answer': async (one) => one.cluster.failNext('live', new CoreError('cluster-unreachable', 'reset')),
};

async function wake(context: Context, id: string): Promise<void> {
  await reconcile(id, context).catch((error: unknown) => {
    if (!(error instanceof CoreError && error.retryable)) throw error;
  });
}

it('ends in the same phase with one effect, whatever happens to the wake-ups', async () => {
  const sequences = fc.array(fc.constantFrom(...Object.keys(happenings)), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(sequences, async (names) => {
      const one = aWorld();
      one.cluster.onWrite(() => one.setSick(undefined));
      const first = await one.look();
      for (const name of names) await happenings[name]?.(one, first?.id ?? '');
      expect(await one.live(20 * 60_000)).toMatchObject({ phase: 'resolved', reason: expect.stringContaining('recovered') });
      expect(one.cluster.effective.length).toBe(1);
      await one.close();
    }),
    { numRuns: 60 },
  );
}, 60_000);
