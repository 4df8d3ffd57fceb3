import { expect, it, onTestFinished } from 'vitest';
import type { Role } from '../../src/app/identity/identity.ts';
import { allRoutes } from '../../src/http/routes/index.ts';
import { httpApp } from '../../src/http/start-http.ts';
import { aWorld } from '../fakes/world.ts';
import { partsAround } from '../http/an-entrance.ts';

const TOKEN = 'a-token-of-some-length';
const ann = { name: 'user:ann', may: async (role: Role, namespace?: string) => role !== 'admin' && namespace === 'shop' };

/** A world in which everything is asked about, and the entrance to it. */
function askedAbout() {
  const guards = [{ name: 'mode', object: () => [{ decision: 'ask' as const, reason: 'each act needs an approval' }] }];
  const world = aWorld({ guards });
  world.cluster.onWrite(() => world.setSick(undefined));
  const identity = { identify: async (bearer: string) => (bearer === TOKEN ? ann : undefined) };
  const parts = { ...partsAround(world.context.store, world.clock), identity };
  const app = httpApp(allRoutes(parts, new AbortController().signal), parts, {
    host: '127.0.0.1',
    port: 0,
    webhook: { clientCertificate: false },
  });
  onTestFinished(async () => {
    await app.close();
    await world.close();
  });
  const headers = { authorization: `Bearer ${TOKEN}` };
  const get = async (url: string) => (await app.inject({ url, headers })).json();
  const answer = async (id: string, decision: 'approve' | 'deny', planHash: string) =>
    (await app.inject({ method: 'POST', url: `/api/v1/incidents/${id}/approval`, headers, payload: { decision, planHash } })).statusCode;
  return { world, get, answer };
}

it('does what was approved over HTTP once, in the name of who approved it', async () => {
  const { world, get, answer } = askedAbout();
  await world.live(30_000);
  const [asked] = (await get('/api/v1/incidents?phase=asked')).incidents;
  const { plan } = await get(`/api/v1/incidents/${asked.id}/plan`);
  expect(world.cluster.effective).toHaveLength(0);
  expect(await answer(asked.id, 'approve', plan.hash)).toBe(201);
  expect(await world.live(5 * 60_000)).toMatchObject({
    phase: 'resolved',
    reason: 'recovered',
    verdict: { decision: 'allow', approvedBy: 'user:ann' },
  });
  expect(world.cluster.effective).toHaveLength(1);
  const { story } = await get(`/api/v1/incidents/${asked.id}`);
  expect(story.find(({ entry }: { entry: { what: string } }) => entry.what === 'intent').entry.detail.approvedBy).toBe('user:ann');
});

it('does nothing after a no over HTTP', async () => {
  const { world, get, answer } = askedAbout();
  await world.live(30_000);
  const [asked] = (await get('/api/v1/incidents?phase=asked')).incidents;
  expect(await answer(asked.id, 'deny', asked.plan.hash)).toBe(201);
  expect(await world.live(60_000)).toMatchObject({ phase: 'escalated', reason: 'user:ann said no' });
  expect(world.cluster.effective).toHaveLength(0);
});

it('asks again when the object has changed since the approval', async () => {
  const { world, get, answer } = askedAbout();
  await world.live(30_000);
  const [asked] = (await get('/api/v1/incidents?phase=asked')).incidents;
  expect(await answer(asked.id, 'approve', asked.plan.hash)).toBe(201);
  world.cluster.edit(world.cart, { image: 'somebody else was here' });
  await world.live(30_000);
  expect(world.cluster.effective).toHaveLength(0);
  expect((await get('/api/v1/incidents?phase=asked')).incidents[0].plan.hash).not.toBe(asked.plan.hash);
});
