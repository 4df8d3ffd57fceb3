import { mkdtempSync, readFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSqliteStore } from '../../src/adapters/store/sqlite/sqlite-store.ts';
import type { Store } from '../../src/core/ports.ts';
import { startHttp } from '../../src/http/start-http.ts';
import { notification } from '../fakes/alerts.ts';
import { fakeClock } from '../fakes/clock.ts';
import { partsAround } from './an-entrance.ts';

const file = (name: string) => readFileSync(join(import.meta.dirname, 'certificates', name));
const pair = (name: string) => ({ cert: file(`${name}.crt`), key: file(`${name}.key`) });

describe('a sender of a server that asks for certificates', () => {
  let store: Store;
  let door: Awaited<ReturnType<typeof startHttp>>;
  beforeAll(async () => {
    const clock = fakeClock();
    store = openSqliteStore({ stateDir: mkdtempSync(join(tmpdir(), 'kubemend-')), clock });
    const parts = partsAround(store, clock);
    const tls = { ...pair('server'), ca: file('authority.crt') };
    door = await startHttp(parts, { host: '127.0.0.1', port: 0, tls, webhook: { clientCertificate: true } });
  });
  afterAll(async () => {
    await door.stop();
    await store.close();
  });

  function post(path: string, certificate: object): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json' };
      const sent = request(
        door.url + path,
        { method: 'POST', ca: file('authority.crt'), agent: false, headers, ...certificate },
        (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        },
      );
      sent.on('error', reject).end(JSON.stringify(notification([])));
    });
  }

  it('is let in with one that our authority has signed', async () => {
    expect(await post('/webhook', pair('sender'))).toBe(200);
  });

  it.each([
    ['one that another authority has signed', pair('stranger')],
    ['none', {}],
  ])('is refused with %s', async (_, certificate) => {
    expect(await post('/webhook', certificate)).toBe(401);
  });
});
