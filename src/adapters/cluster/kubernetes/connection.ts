import type { RequestOptions } from 'node:https';
import { getCACertificates } from 'node:tls';
import { Agent, type Dispatcher, ProxyAgent } from 'undici';
import { CoreError } from '../../../core/errors.ts';
import type { Clock } from '../../../core/ports.ts';
import { type KubeconfigChoice, type LoadedKubeconfig, loadKubeconfig } from './kubeconfig.ts';
import { proxyFor } from './proxy.ts';

/** Files and tokens behind the own identity are read again after this long. */
const CREDENTIALS_AGE_MS = 60_000;
const CONNECT_TIMEOUT_MS = 10_000;
/** Live reads and writes share this many sockets; each reflector has one of its own. */
const MAX_SOCKETS = 12;

/** What a request needs to be sent as somebody. */
export interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  readonly requests: Dispatcher;
  readonly reflectors: Dispatcher;
}

/** The way to one API server. */
export interface Connection {
  readonly server: URL;
  readonly user: string;
  readonly context: string;
  readonly contexts: readonly string[];
  readonly from: string;
  /** The own identity, fresh enough. Throws `cluster-unreachable` when it cannot be made (an exec plug-in that fails). */
  own(): Promise<Credentials>;
  /** Another identity by its token alone: without our client certificate, which the API server would prefer to the token. */
  bearer(token: string): Promise<Credentials>;
  /** The API server did not accept the own identity: makes it anew at the next use. */
  forget(): void;
  close(): Promise<void>;
}

type Tls = Pick<RequestOptions, 'ca' | 'cert' | 'key' | 'pfx' | 'passphrase' | 'rejectUnauthorized' | 'servername'>;
interface Identity {
  readonly tls: Tls;
  readonly headers: Readonly<Record<string, string>>;
}

/** Loads the kubeconfig and prepares the connection; sends nothing yet. Throws `bad-kubeconfig`. */
export async function connect(choice: KubeconfigChoice, clock: Pick<Clock, 'now'>): Promise<Connection> {
  let loaded = await loadKubeconfig(choice);
  const proxy = loaded.proxyUrl ?? proxyFor(loaded.server, choice.environment);
  const dispatchers = openDispatchers(proxy);
  let identity: { readonly madeAt: number; readonly value: Promise<Identity> } | undefined;
  let isRejected = false;

  async function makeIdentity(): Promise<Identity> {
    if (isRejected) loaded = await loadKubeconfig(choice);
    isRejected = false;
    return identityOf(loaded);
  }
  function fresh(): Promise<Identity> {
    if (identity && Math.abs(clock.now() - identity.madeAt) < CREDENTIALS_AGE_MS) return identity.value;
    const value = makeIdentity();
    identity = { madeAt: clock.now(), value };
    value.catch(() => {
      identity = undefined;
    });
    return value;
  }

  const { server, user, context, contexts, from } = loaded;
  return {
    ...{ server, user, context, contexts, from },
    async own() {
      const { tls, headers } = await fresh();
      return { headers, ...dispatchers.of('own', tls) };
    },
    async bearer(token) {
      const { ca, rejectUnauthorized, servername } = (await fresh()).tls;
      return { headers: { authorization: `Bearer ${token}` }, ...dispatchers.of('bearer', { ca, rejectUnauthorized, servername }) };
    },
    forget() {
      isRejected = true;
      identity = undefined;
    },
    close: dispatchers.close,
  };
}

async function identityOf(loaded: LoadedKubeconfig): Promise<Identity> {
  const options: RequestOptions = { headers: {} };
  try {
    await loaded.config.applyToHTTPSOptions(options);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CoreError(
      'cluster-unreachable',
      `the credentials of user '${loaded.user}' in kubeconfig ${loaded.from} cannot be made: ${why}. 'kubectl --context ${loaded.context} version' must work`,
      { cause: error },
    );
  }
  const { ca, cert, key, pfx, passphrase, rejectUnauthorized, servername } = options;
  return { headers: headersOf(options), tls: { ca, cert, key, pfx, passphrase, rejectUnauthorized, servername } };
}

function headersOf(options: RequestOptions): Record<string, string> {
  const given = options.headers && !Array.isArray(options.headers) ? Object.entries(options.headers) : [];
  const headers = Object.fromEntries(given.map(([name, value]) => [name.toLowerCase(), String(value).trim()]));
  if (!options.auth) return headers;
  return { authorization: `Basic ${Buffer.from(options.auth).toString('base64')}`, ...headers };
}

/** Keeps one pair of dispatchers per identity, and makes a new one when its certificates changed. */
function openDispatchers(proxy: string | undefined) {
  const open = new Map<string, { readonly mark: string; readonly requests: Dispatcher; readonly reflectors: Dispatcher }>();
  return {
    of(name: string, tls: Tls): { readonly requests: Dispatcher; readonly reflectors: Dispatcher } {
      const mark = markOf(tls);
      const known = open.get(name);
      if (known?.mark === mark) return known;
      const made = { mark, requests: dispatcherOf(tls, proxy, MAX_SOCKETS), reflectors: dispatcherOf(tls, proxy, undefined) };
      open.set(name, made);
      if (known) for (const old of [known.requests, known.reflectors]) void old.close().catch(() => old.destroy());
      return made;
    },
    async close(): Promise<void> {
      const all = [...open.values()].flatMap((pair) => [pair.requests, pair.reflectors]);
      open.clear();
      await Promise.all(all.map((dispatcher) => dispatcher.destroy()));
    },
  };
}

function markOf(tls: Tls): string {
  return JSON.stringify(Object.entries(tls).map(([name, value]) => [name, String(value)]));
}

function dispatcherOf(tls: Tls, proxy: string | undefined, connections: number | undefined): Dispatcher {
  const given = Object.fromEntries(Object.entries({ ...tls, ca: withExtraAuthorities(tls.ca) }).filter(([, value]) => value !== undefined));
  const limits = { ...(connections !== undefined && { connections }), allowH2: false, connectTimeout: CONNECT_TIMEOUT_MS };
  if (proxy === undefined) return new Agent({ ...limits, connect: { ...given, timeout: CONNECT_TIMEOUT_MS } });
  return new ProxyAgent({ ...limits, uri: proxy, requestTls: { ...given, timeout: CONNECT_TIMEOUT_MS } });
}

/** NODE_EXTRA_CA_CERTS counts beside the kubeconfig's authority too, for proxies that look into TLS. */
function withExtraAuthorities(ca: Tls['ca']): Tls['ca'] {
  const extra = getCACertificates('extra');
  return ca === undefined || extra.length === 0 ? ca : [ca, extra].flat();
}
