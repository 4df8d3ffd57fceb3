import type { ServerResponse } from 'node:http';
import { json, type Seen, status } from './api-server.ts';

/** How one answer goes wrong; it has the response for itself. */
export type Fault = (response: ServerResponse) => void;

/** A collection of ConfigMaps as an API server lists and watches it, with faults to order. */
export interface WatchedCollection {
  put(name: string, changes?: Record<string, unknown>): void;
  remove(name: string): void;
  /** The names with their resourceVersions, sorted: what a faithful cache holds. */
  contents(): string[];
  /** The next list or watch goes wrong so. */
  failNext(what: 'list' | 'watch', fault: Fault): void;
  /** Whether a watch is open and nothing that was ordered is yet to go wrong. */
  isCalm(): boolean;
  /** Does this to every open watch now, or to the next one when none is open. */
  disturb(fault: Fault): void;
  answer(seen: Seen, response: ServerResponse): void;
  readonly lists: number;
  readonly watches: number;
}

interface Entry {
  readonly metadata: { readonly name: string; readonly resourceVersion: string };
}

/** Makes an empty collection. Watches end by themselves after `watchMs`, or never when it is undefined. */
export function watchedCollection(watchMs: number | undefined): WatchedCollection {
  const entries = new Map<string, Entry>();
  const history: { readonly version: number; readonly line: string }[] = [];
  const open = new Set<ServerResponse>();
  const faults: { what: 'list' | 'watch'; fault: Fault }[] = [];
  const late: Fault[] = [];
  /** What a list that is read page by page began with, by its version. */
  const snapshots = new Map<number, readonly Entry[]>();
  let version = 100;
  let [lists, watches] = [0, 0];

  function record(type: string, object: unknown): void {
    const line = `${JSON.stringify({ type, object })}\n`;
    history.push({ version, line });
    for (const response of open) if (!response.writableEnded && !response.destroyed) response.write(line);
  }
  function list({ query }: Seen, response: ServerResponse): void {
    lists += 1;
    const [at = version, from = 0] = query.get('continue')?.split(':').map(Number) ?? [];
    const all = snapshots.get(at) ?? [...entries.values()].toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
    snapshots.set(at, all);
    const to = from + Number(query.get('limit') ?? all.length);
    const metadata = { resourceVersion: `${at}`, ...(to < all.length && { continue: `${at}:${to}` }) };
    json(response, { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata, items: all.slice(from, to) });
  }
  function watch({ query }: Seen, response: ServerResponse): void {
    watches += 1;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    const from = Number(query.get('resourceVersion'));
    for (const { version: at, line } of history) if (at > from) response.write(line);
    open.add(response);
    for (const fault of late.splice(0)) fault(response);
    response.on('close', () => open.delete(response));
    if (watchMs !== undefined) setTimeout(() => response.end(), watchMs).unref();
  }

  return {
    put(name, changes = {}) {
      version += 1;
      const isNew = !entries.has(name);
      const fresh = { name, namespace: 's', uid: `uid-${name}`, creationTimestamp: '2026-01-01T00:00:00Z' };
      const entry = { metadata: { ...fresh, resourceVersion: `${version}`, ...changes } };
      entries.set(name, entry);
      record(isNew ? 'ADDED' : 'MODIFIED', entry);
    },
    remove(name) {
      const entry = entries.get(name);
      if (!entry) return;
      version += 1;
      entries.delete(name);
      record('DELETED', { metadata: { ...entry.metadata, resourceVersion: `${version}` } });
    },
    contents: () => [...entries.values()].map(({ metadata }) => `${metadata.name}@${metadata.resourceVersion}`).toSorted(),
    failNext: (what, fault) => void faults.push({ what, fault }),
    isCalm: () => faults.length === 0 && open.size > 0,
    disturb(fault) {
      if (open.size === 0) late.push(fault);
      for (const response of [...open]) fault(response);
    },
    answer(seen, response) {
      const what = seen.query.has('watch') ? 'watch' : 'list';
      const index = faults.findIndex((one) => one.what === what);
      const [fault] = index < 0 ? [] : faults.splice(index, 1);
      if (fault) fault.fault(response);
      else if (what === 'watch') watch(seen, response);
      else list(seen, response);
    },
    get lists() {
      return lists;
    },
    get watches() {
      return watches;
    },
  };
}

const begin = (response: ServerResponse) => {
  if (!response.headersSent) response.writeHead(200, { 'content-type': 'application/json' });
  return response;
};
const event = (type: string, object: unknown) => `${JSON.stringify({ type, object })}\n`;
const ended = (code: number, message: string) => event('ERROR', { kind: 'Status', apiVersion: 'v1', code, message });

/** Ways for a list or a watch to fail as a whole. */
export const refusals: Readonly<Record<string, Fault>> = {
  'a reset': (response) => void response.socket?.resetAndDestroy(),
  'a 500': (response) => status(response, 500, 'etcdserver: leader changed'),
  'a 503': (response) => status(response, 503, 'apiserver not ready'),
  'a 429': (response) => status(response, 429, 'too many requests', { headers: { 'retry-after': '1' } }),
  'a 401': (response) => status(response, 401, 'Unauthorized'),
  'a 403': (response) => status(response, 403, 'forbidden'),
  'a 404': (response) => status(response, 404, 'the server could not find the requested resource'),
  'a 410': (response) => status(response, 410, 'too old resource version'),
  'a page of a proxy': (response) => void begin(response).end('<html>Sign in</html>'),
  'an empty answer': (response) => void begin(response).end(),
  'an empty object': (response) => json(response, {}),
  'no answer at all': () => undefined,
};

/** Ways for an open watch to go bad. */
export const disturbances: Readonly<Record<string, Fault>> = {
  'a reset': (response) => void response.socket?.resetAndDestroy(),
  'half a frame': (response) => void begin(response).end('{"type":"MODIFIED","object":{"metadata":{"na'),
  garbage: (response) => void begin(response).write('}{ not json\n'),
  'an expired version': (response) => void begin(response).end(ended(410, 'too old resource version: 1 (99)')),
  'an internal error': (response) => void begin(response).end(ended(500, 'etcd event received with PrevKv=nil')),
  'an event without a version': (response) => void begin(response).write(event('MODIFIED', { metadata: { name: 'odd' } })),
  'an event from the past': (response) =>
    void begin(response).write(event('MODIFIED', { metadata: { name: 'a', namespace: 's', uid: 'uid-a', resourceVersion: '7' } })),
  'an event of unknown type': (response) => void begin(response).write(event('MOVED', { metadata: { resourceVersion: '99999' } })),
  'silence for ever': () => undefined,
};
