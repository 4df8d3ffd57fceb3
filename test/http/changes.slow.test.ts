import { writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openSqliteStore } from '../../src/adapters/store/sqlite/sqlite-store.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { changesRoute, listeningLimits } from '../../src/http/routes/changes.ts';
import { httpApp } from '../../src/http/start-http.ts';
import { entry } from '../contracts/store-records.ts';
import { quietLogger } from '../fakes/logger.ts';
import { anEntrance, type Person } from './an-entrance.ts';

const quick = { ...listeningLimits, lookMs: 20, heartbeatMs: 200, patienceMs: 500 };

/** A listening server with the stream of changes alone, on the clock of the machine. */
async function aStream(limits = quick) {
  const entrance = await anEntrance();
  const { store, parts, tokens, file } = entrance;
  const closing = new AbortController();
  const route = changesRoute({ store, clock: systemClock, log: quietLogger, closing: closing.signal }, limits);
  const app = httpApp([route], parts, { host: '127.0.0.1', port: 0, webhook: { clientCertificate: false } });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const stop = () => {
    closing.abort();
    return app.close();
  };
  onTestFinished(stop);
  const change = (incidentId: string, detail: Readonly<Record<string, unknown>> = {}) =>
    store.commit({ audit: [entry({ what: 'diagnosed', incidentId, detail })] });
  const listen = (person: Person, path = '', headers: Readonly<Record<string, string>> = {}) =>
    listenTo(`${url}/api/v1/changes${path}`, { authorization: `Bearer ${tokens[person]}`, ...headers });
  return { ...entrance, listen, change, stop, file };
}

/** Who listens: the ids that came, the whole text, and whether it is over. `stall` reads no more. */
async function listenTo(url: string, headers: Readonly<Record<string, string>>) {
  const sent = request(url, { headers, agent: false });
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    sent.on('response', resolve).on('error', reject).end();
  });
  let text = '';
  let isOver = false;
  response.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  response.on('close', () => {
    isOver = true;
  });
  response.on('error', () => undefined); // being cut off is one
  onTestFinished(() => void sent.destroy());
  return {
    status: response.statusCode,
    headers: response.headers,
    text: () => text,
    ids: () => [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id)),
    isOver: () => isOver,
    stall: () => response.pause(),
    leave: () => sent.destroy(),
  };
}

async function until(isSo: () => boolean, what: string): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    if (isSo()) return;
    await delay(10);
  }
  throw new Error(`in 5 s it did not come to this: ${what}`);
}

describe('the changes', () => {
  it('come as they become durable, whichever process wrote them, with the audit row as data', async () => {
    const { listen, store, change } = await aStream();
    const listener = await listen('viewer');
    expect(listener).toMatchObject({
      status: 200,
      headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' },
    });
    await change('cart', { hypotheses: [] });
    await until(() => listener.ids().length === 1, 'the change came');
    const [row] = await store.audit({ after: 7 });
    expect(listener.text()).toContain(`id: 8\nevent: change\ndata: ${JSON.stringify(row)}\n\n`);
  });

  it('come out of another store on the same truth too', async () => {
    const { listen, parts, file } = await aStream();
    const listener = await listen('viewer');
    const other = openSqliteStore({ stateDir: file.replace(/\/tokens\.yaml$/, ''), clock: parts.clock });
    await other.commit({ audit: [entry({ incidentId: 'cart' })] });
    await other.close();
    await until(() => listener.ids().length === 1, 'the change came');
  });

  it('go on where a listener was, without one missing or doubled', async () => {
    const { listen, change } = await aStream();
    const first = await listen('viewer');
    for (let n = 0; n < 150; n += 1) await change('cart');
    await until(() => first.ids().length >= 40, 'some came');
    first.leave();
    const seen = first.ids();
    for (let n = 0; n < 150; n += 1) await change('cart');
    const second = await listen('viewer', '', { 'last-event-id': String(seen.at(-1)) });
    await until(() => second.ids().at(-1) === 307, 'the last came');
    expect([...seen, ...second.ids()]).toEqual(Array.from({ length: 300 }, (_, n) => n + 8));
  });

  it('of before are told from the row that is asked for, and none without asking', async () => {
    const { listen, change } = await aStream();
    const [all, none] = [await listen('viewer', '?after=0'), await listen('viewer')];
    await change('cart');
    await until(() => all.ids().length === 6 && none.ids().length === 1, 'both heard it');
    expect([all.ids(), none.ids()]).toEqual([[1, 2, 3, 4, 5, 8], [8]]);
  });

  it('are told only of what the listener may view', async () => {
    const { listen, change } = await aStream();
    const [shop, bank] = [await listen('viewer of shop', '?after=0'), await listen('viewer of bank', '?after=0')];
    for (const id of ['vault', 'across', 'machine', 'gone', 'cart']) await change(id);
    await until(() => shop.ids().length === 3 && bank.ids().length === 2, 'both heard theirs');
    await delay(100);
    expect([shop.ids(), bank.ids()]).toEqual([
      [1, 2, 12],
      [3, 8],
    ]);
  });

  it.each([
    ['a row that is not there yet', 409, '?after=999', {}],
    ['an event that was never sent', 409, '', { 'last-event-id': '999' }],
    ['an event id that is none', 400, '', { 'last-event-id': 'x' }],
    ['a row that is none', 400, '?after=-1', {}],
  ])('are refused from %s on with %i', async (_name, status, query, headers) => {
    const { listen } = await aStream();
    expect((await listen('viewer', query, headers)).status).toBe(status);
  });

  it('leave without secrets', async () => {
    const { listen, change } = await aStream();
    const listener = await listen('viewer');
    await change('cart', { why: 'DB_PASSWORD=c4n4ry' });
    await until(() => listener.ids().length === 1, 'the change came');
    expect(listener.text()).not.toContain('c4n4ry');
  });
});

describe('a listener', () => {
  it('hears a comment from time to time, so that nobody between takes it for dead', async () => {
    const listener = await (await aStream()).listen('viewer');
    await until(() => [...listener.text().matchAll(/^:$/gm)].length >= 3, 'three comments came');
  });

  it('is cut off when its token is taken away', async () => {
    const { listen, file, clock } = await aStream();
    const listener = await listen('viewer');
    await delay(50);
    expect(listener.isOver()).toBe(false);
    writeFileSync(file, '[]\n');
    clock.advance(2_000); // the file is looked at once a second
    await until(listener.isOver, 'it is over');
  });

  it.each([
    ['is cut off when it does not take what is sent, and the others hear everything', 500, 200],
    ['would be seen to stay if patience had no end', 60_000, 503],
  ])('%s', async (_name, patienceMs, status) => {
    const { listen, change } = await aStream({ ...quick, patienceMs });
    const [slow, good] = [await listen('viewer'), await listen('viewer')];
    slow.stall();
    const before = process.memoryUsage().rss;
    for (let n = 0; n < 40; n += 1) await change('cart', { text: 'x'.repeat(500_000) });
    await until(() => good.ids().length === 40, 'the other heard all');
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * 1024 * 1024);
    await delay(1_500);
    for (let n = 0; n < 6; n += 1) expect((await listen('viewer')).status).toBe(200);
    expect((await listen('viewer')).status).toBe(status);
    expect(slow.ids().length).toBeLessThan(40);
  });

  it('is refused beyond eight of one name, and let in when one has left', async () => {
    const { listen } = await aStream();
    const eight = await Promise.all(Array.from({ length: 8 }, () => listen('viewer')));
    expect((await listen('viewer')).status).toBe(503);
    expect((await listen('admin')).status).toBe(200);
    eight[0]?.leave();
    await delay(100);
    expect((await listen('viewer')).status).toBe(200);
  });

  it('is refused when too many listen, whatever their names', async () => {
    const { listen } = await aStream({ ...quick, listeners: 2 });
    const statuses = [];
    for (const person of ['viewer', 'admin', 'approver'] as const) statuses.push((await listen(person)).status);
    expect(statuses).toEqual([200, 200, 503]);
  });

  it('does not keep the entrance from closing', async () => {
    const { listen, stop } = await aStream();
    const listeners = [await listen('viewer'), await listen('admin')];
    const startedAt = performance.now();
    await stop();
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    await until(() => listeners.every(({ isOver }) => isOver()), 'both are over');
  });
});
