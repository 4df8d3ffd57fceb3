import { expect, it } from 'vitest';
import { clusterOf, factsOf, incidentOn } from '../../../test/fakes/acting.ts';
import { NOON } from '../../../test/fakes/object-meta.ts';
import { deployment, pod } from '../../../test/fakes/objects.ts';
import { aWorld } from '../../../test/fakes/world.ts';
import type { Incident } from '../model/incident.ts';
import type { Pod } from '../model/objects.ts';
import type { Action } from '../plugins.ts';
import { preview } from './preview.ts';

const cart = deployment('cart');
const sick = pod('cart-a', { ready: false });
const evict: Action = {
  name: 'evict',
  treats: ['application-hang'],
  impact: { scope: 'pod', tier: 'low', reversible: false, restorative: false },
  rbac: [],
  verify: { settleMs: 0, deadlineMs: 0 },
  propose: async () => undefined,
  preview: () => ({ affectedPods: ['cart-a'], notes: [] }),
  write: () => ({ verb: 'evict', target: sick.meta.ref }),
};

/** What becomes of the plan to evict the pod as it was first seen, when it is now like this. */
async function previewed(now?: Pod): Promise<Incident> {
  const cluster = clusterOf(cart, sick);
  const specSeen = (await cluster.live(sick.meta.ref))?.specSeen ?? expect.fail();
  const { ref } = sick.meta;
  const write = { verb: 'evict' as const, target: ref };
  const plan = {
    action: 'evict',
    summary: 'evict it',
    input: {},
    target: ref,
    owner: cart.meta.ref,
    specSeen,
    treats: 'application-hang' as const,
    write,
    hash: 'hash',
  };
  if (now) cluster.put(now);
  else cluster.remove(ref);
  const { context, close } = aWorld();
  const step = await preview(incidentOn(cart, [], { phase: 'planned', plan }), factsOf(cluster), {
    ...context,
    cluster,
    tryout: cluster,
    actions: [evict],
  });
  await close();
  return step.incident;
}

it('asks the API server about a plan whose target is as it was', async () => {
  expect(await previewed(sick)).toMatchObject({
    phase: 'previewed',
    preview: { dryRun: { answer: 'accepted' }, affectedPods: ['cart-a'] },
  });
});

it.each([
  ['is gone', undefined],
  ['is being deleted by somebody else', pod('cart-a', { ready: false, deletedAt: NOON })],
])('decides anew when the target %s', async (_what, now) => {
  const { phase, plan, redecisions } = await previewed(now);
  expect({ phase, plan, redecisions }).toEqual({ phase: 'open', plan: undefined, redecisions: 1 });
});
