import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { InjectOptions } from 'fastify';
import { onTestFinished } from 'vitest';
import { openSqliteStore } from '../../src/adapters/store/sqlite/sqlite-store.ts';
import { openMeters } from '../../src/app/api/metrics/meters.ts';
import type { IdentitySource } from '../../src/app/identity/identity.ts';
import { newToken } from '../../src/app/identity/new-token.ts';
import { tokenFileIdentity } from '../../src/app/identity/token-file-identity.ts';
import type { Incident } from '../../src/core/model/incident.ts';
import type { ResourceRef } from '../../src/core/model/resource.ts';
import type { Store } from '../../src/core/ports.ts';
import type { HttpParts } from '../../src/http/http-parts.ts';
import type { Route } from '../../src/http/route.ts';
import { allRoutes } from '../../src/http/routes/index.ts';
import { httpApp } from '../../src/http/start-http.ts';
import { deployment, ended, entry, fullIncident, incident, T0 } from '../contracts/store-records.ts';
import { temporaryDirectory } from '../contracts/temporary-directory.ts';
import { fakeClock } from '../fakes/clock.ts';
import { quietLogger } from '../fakes/logger.ts';

/** Who may ask: one person per role and reach. */
export const people = {
  'viewer of bank': { role: 'viewer', namespaces: ['bank'] },
  'viewer of shop': { role: 'viewer', namespaces: ['shop'] },
  viewer: { role: 'viewer' },
  'approver of shop': { role: 'approver', namespaces: ['shop'] },
  approver: { role: 'approver' },
  admin: { role: 'admin' },
} as const;
export type Person = keyof typeof people;

/** A real store, a real token file and every route, without a listening socket; the clock stands at T0. */
export async function anEntrance(
  changes: { readonly identity?: IdentitySource; readonly routes?: (all: readonly Route[]) => readonly Route[] } = {},
) {
  const clock = fakeClock(T0);
  const stateDir = temporaryDirectory();
  const store = openSqliteStore({ stateDir, clock });
  const { tokens, file } = tokenFile(stateDir);
  const parts: HttpParts = {
    ...partsAround(store, clock),
    identity: changes.identity ?? tokenFileIdentity(file, { clock, log: quietLogger }),
  };
  const routes = (changes.routes ?? ((all) => all))(allRoutes(parts, new AbortController().signal));
  const app = httpApp(routes, parts, { host: '127.0.0.1', port: 0, webhook: { clientCertificate: false } });
  onTestFinished(async () => {
    await app.close();
    await store.close();
  });
  await fill(store);
  async function ask(method: 'GET' | 'POST' | 'DELETE', url: string, headers: Readonly<Record<string, string>> = {}, body?: unknown) {
    const payload =
      body === undefined ? {} : { payload: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } };
    const request: InjectOptions = { method, url, headers, ...payload };
    const answer = await app.inject(request);
    return { status: answer.statusCode, headers: answer.headers, text: answer.body, body: jsonOf(answer.body) };
  }
  const as = (person: Person | 'expired') => ({ authorization: `Bearer ${tokens[person]}` });
  return { clock, store, parts, routes, tokens, file, ask, as };
}

/** Parsed, for tests to look into. */
function jsonOf(text: string) {
  return text.startsWith('{') ? JSON.parse(text) : undefined;
}

/** Everything that an entrance speaks for, around a store. */
export function partsAround(store: Store, clock: HttpParts['clock']): HttpParts {
  return {
    clock,
    log: quietLogger,
    store,
    intake: { take: async () => ({ is: 'taken', accepted: 0, repeated: 0, ignored: [], truncated: 0 }) },
    meters: openMeters({
      clock,
      store,
      cluster: { ageMs: (kind) => (kind === 'Pod' ? 1_500 : undefined) },
      election: { epoch: () => 1 },
      actions: ['scale-up'],
      guards: ['mode'],
    }),
    readiness: async () => ({ ready: true, role: 'leader', synced: true, store: 'works' }),
  };
}

function tokenFile(directory: string) {
  const made = Object.entries(people).map(([name, wish]) => {
    const { token, entry: text } = newToken({ ...wish, name: name.replaceAll(' ', '-') });
    return { name, token, text };
  });
  const expired = newToken({ name: 'late', role: 'admin', expiresAt: new Date(T0 - 1).toISOString() });
  const file = join(directory, 'tokens.yaml');
  writeFileSync(file, [...made.map(({ text }) => text), expired.entry].join(''), { mode: 0o600 });
  const tokens = Object.fromEntries([...made.map(({ name, token }) => [name, token]), ['expired', expired.token]]);
  return { file, tokens: tokens as Readonly<Record<Person | 'expired', string>> };
}

const inBank = (name: string): ResourceRef => ({ ...deployment(name), namespace: 'bank' });
const node: ResourceRef = { cluster: 'default', apiGroup: '', kind: 'Node', name: 'node-1', uid: 'uid-node-1' };

/** In `shop`: `cart` asks, and `done` was acted for; `vault` is in `bank`, `across` in both, `machine` in none. Each was opened in this order. */
export const records: readonly Incident[] = [
  fullIncident('cart'),
  ended(incident('done', { attempts: [{ actionId: 'act-1', action: 'scale-up', target: 'done', at: T0, undone: false }] }), T0),
  incident('vault', { subject: inBank('vault') }),
  { ...fullIncident('across'), plan: { ...planOf('across'), target: inBank('across') } },
  incident('machine', { subject: node }),
];

function planOf(id: string): NonNullable<Incident['plan']> {
  const { plan } = fullIncident(id);
  if (!plan) throw new Error('the full incident has no plan');
  return plan;
}

async function fill(store: Store): Promise<void> {
  for (const [index, one] of records.entries()) {
    const opened = { ...one, openedAt: T0 + index };
    await store.commit({ incident: opened, audit: [entry({ incidentId: one.id, subject: one.subject.name })] });
  }
  for (const scope of ['cluster', 'namespace:bank'])
    await store.commit({
      pause: { scope, by: 'user:ann', at: T0, reason: 'release' },
      audit: [entry({ actor: 'user:ann', what: 'pause', detail: { scope, reason: 'release' } })],
    });
}
