import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { quietLogger } from '../../test/fakes/logger.ts';
import { aWorld, type World } from '../../test/fakes/world.ts';
import { webhookNotifier } from '../adapters/notifiers/webhook.ts';
import { notifyingStore } from './notifying-store.ts';

const ending: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0)) await end();
});

/** A listener that answers with the given statuses in turn, then with 200, and keeps the texts that it was told. */
async function listener(statuses: number[]) {
  const heard: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      const status = statuses.shift() ?? 200;
      if (status === 200) heard.push(JSON.parse(body).text);
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ending.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { heard, url: `http://127.0.0.1:${port}/` };
}

async function lived(one: World, url: string): Promise<void> {
  ending.push(() => one.close());
  one.cluster.onWrite(() => one.setSick(undefined));
  const store = notifyingStore(one.context.store, [webhookNotifier({ url })], {
    clock: { now: one.clock.now, sleep: () => delay(1) },
    log: quietLogger,
  });
  await one.live(5 * 60_000, one.alike({ store }));
}

it('tells what was found, done and verified, and how it ended', async () => {
  const { heard, url } = await listener([]);
  await lived(aWorld(), url);
  for (let tries = 0; tries < 100 && heard.length < 5; tries += 1) await delay(20);
  expect(heard.toSorted()).toEqual(
    [
      'Deployment shop/cart: opened',
      'Deployment shop/cart: likely bad-rollout',
      'Deployment shop/cart: done: set good',
      'Deployment shop/cart: recovered (quiet and ready)',
      'Deployment shop/cart: resolved: recovered',
    ].toSorted(),
  );
});

it('tries again what was not taken', async () => {
  const { heard, url } = await listener([503, 500]);
  await lived(aWorld(), url);
  for (let tries = 0; tries < 100 && heard.length < 5; tries += 1) await delay(20);
  expect(heard).toHaveLength(5);
});

it('goes on when nobody listens', async () => {
  const one = aWorld();
  await lived(one, 'http://127.0.0.1:1/');
  const [incident] = await one.context.store.incidents({ since: 0 });
  expect(incident).toMatchObject({ phase: 'resolved', reason: 'recovered' });
});

it('tries nothing again once kubemend stops, and says so', async () => {
  const one = aWorld();
  ending.push(() => one.close());
  const stopping = new AbortController();
  const given: string[] = [];
  let tries = 0;
  const failing = {
    name: 'failing',
    notify() {
      tries += 1;
      return Promise.reject(new Error('nobody listens'));
    },
  };
  const clock = { now: one.clock.now, sleep: (_ms: number, signal?: AbortSignal) => delay(60_000, undefined, signal && { signal }) };
  const log = { ...quietLogger, error: (message: string) => void given.push(message) };
  const store = notifyingStore(one.context.store, [failing], { clock, log, signal: stopping.signal });
  await one.live(5_000, one.alike({ store }));
  await delay(20);
  const before = tries;
  stopping.abort();
  await delay(20);
  expect(before).toBeGreaterThan(0);
  expect([tries, given.length]).toEqual([before, before]);
});
