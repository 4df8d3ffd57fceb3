/**
 * How fast alerts are taken in: `node bench/alert-intake.ts [NOTIFICATIONS] [PER_NOTIFICATION] [AT_ONCE]` posts to a real server on
 * loopback with a real store, and prints alerts per second and how long an acknowledgement takes.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultMapping } from '../src/adapters/sources/alertmanager/alert-mapping.ts';
import { openSqliteStore } from '../src/adapters/store/sqlite/sqlite-store.ts';
import { systemClock } from '../src/adapters/system/clock.ts';
import { openAlertBook } from '../src/app/alerts/alert-book.ts';
import { alertIntake } from '../src/app/alerts/alert-intake.ts';
import { meteredIntake } from '../src/app/api/metrics/metered.ts';
import { openMeters } from '../src/app/api/metrics/meters.ts';
import { Secret } from '../src/app/secret.ts';
import { startHttp } from '../src/http/start-http.ts';
import { notification, rawAlert } from '../test/fakes/alerts.ts';
import { quietLogger } from '../test/fakes/logger.ts';
import { pod } from '../test/fakes/objects.ts';
import { fakeReader } from '../test/fakes/view.ts';

const [notifications = 2_000, each = 5, atOnce = 50] = process.argv.slice(2).map(Number);
const TOKEN = 'a-token-of-some-length';
const stateDir = mkdtempSync(join(tmpdir(), 'kubemend-bench-'));
const clock = systemClock;
const log = quietLogger;
const store = openSqliteStore({ stateDir, clock });
const now = clock.now();
const pods = Array.from({ length: 1_000 }, (_, n) => pod(`cart-${n}`)).map(
  (one) => ({ ...one, meta: { ...one.meta, createdAt: now - 3_600_000 } }) as const,
);
const book = await openAlertBook(store, now);
const cluster = fakeReader(pods);
const parts = { clock, log, store, cluster, book, mapping: defaultMapping, clusterName: 'default', isForbidden: () => false };
const readiness = async () => ({ ready: true, role: 'leader', synced: true, store: 'works' }) as const;
const election = { epoch: () => 1 };
const meters = openMeters({ clock, store, cluster, election, actions: [], guards: [] });
const door = await startHttp(
  { clock, log, store, intake: meteredIntake(alertIntake(parts), meters), meters, readiness },
  { host: '127.0.0.1', port: 0, webhook: { bearer: new Secret(TOKEN), clientCertificate: false } },
);
const headers = { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` };
const startsAt = new Date(now).toISOString();

async function post(index: number): Promise<{ readonly ms: number; readonly status: number }> {
  const alerts = Array.from({ length: each }, (_, n) =>
    rawAlert({ namespace: 'shop', pod: `cart-${(index * each + n) % pods.length}` }, { fingerprint: `f${index}-${n}`, startsAt }),
  );
  const body = JSON.stringify(notification(alerts));
  const sentAt = performance.now();
  const { status } = await fetch(`${door.url}/webhook`, { method: 'POST', headers, body });
  return { ms: performance.now() - sentAt, status };
}

const startedAt = performance.now();
let next = 0;
const answers: { readonly ms: number; readonly status: number }[] = [];
await Promise.all(
  Array.from({ length: atOnce }, async () => {
    while (next < notifications) answers.push(await post(next++));
  }),
);
const seconds = (performance.now() - startedAt) / 1_000;
const sorted = answers.map(({ ms }) => ms).toSorted((a, b) => a - b);
const at = (share: number) => `${Math.round(sorted[Math.floor(sorted.length * share)] ?? 0)} ms`;
const refused = answers.filter(({ status }) => status !== 200).length;
const taken = (await store.alerts(0)).length;
console.info(
  `${taken} alerts taken in ${seconds.toFixed(1)} s (${Math.round(taken / seconds)}/s), acknowledged after ${at(0.5)} (half), ${at(0.99)} (99 of 100); ` +
    `${refused} of ${notifications} notifications sent away; ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MiB`,
);
await door.stop();
await store.close();
rmSync(stateDir, { recursive: true, force: true });
