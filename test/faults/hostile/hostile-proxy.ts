import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent, type RequestOptions, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';

/** The API server behind the proxy, and as whom it is asked. */
export type Upstream = Pick<RequestOptions, 'ca' | 'cert' | 'key'> & { readonly server: string };

/** A watch that passes through the proxy, frame by frame. */
export interface PassingWatch {
  readonly path: string;
  readonly response: ServerResponse;
  /** By `performance.now()`. */
  readonly openedAt: number;
  /** Sends each frame of the server on; a disturbance may put another in its place. */
  forward: (frame: string) => void;
  /** What happens when the server ends its side. */
  end: () => void;
}

/** Answers a request in place of the server. */
export type Refusal = (response: ServerResponse) => void;

/** A proxy on loopback in front of an API server. It ends TLS, passes everything on as it is, and does harm when it is told to. */
export interface HostileProxy {
  readonly url: string;
  /** The open watches of a collection. */
  watchesOf(path: string): readonly PassingWatch[];
  /** The next request for this collection is answered so. */
  refuseNext(path: string, refusal: Refusal): void;
  stop(): Promise<void>;
}

/** Starts a proxy that does no harm yet. */
export async function startHostileProxy({ server: address, ...credentials }: Upstream): Promise<HostileProxy> {
  const agent = new Agent({ keepAlive: true, ...credentials });
  const watches = new Set<PassingWatch>();
  const refusals = new Map<string, Refusal[]>();
  const server = createServer((incoming, response) => {
    const { pathname, searchParams } = new URL(incoming.url ?? '/', address);
    const refusal = refusals.get(pathname)?.shift();
    response.on('error', () => undefined); // the client went away: it has its reasons
    if (refusal) refusal(response);
    else pass(incoming, response, { address, agent, ...(searchParams.has('watch') && { watched: { path: pathname, watches } }) });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    watchesOf: (path) => [...watches].filter((watch) => watch.path === path && !watch.response.writableEnded),
    refuseNext: (path, refusal) => void refusals.set(path, [...(refusals.get(path) ?? []), refusal]),
    async stop() {
      server.closeAllConnections();
      agent.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Way {
  readonly address: string;
  readonly agent: Agent;
  /** For a watch: where it is counted while it is open. */
  readonly watched?: { readonly path: string; readonly watches: Set<PassingWatch> };
}

/** Asks the API server the same in our name, and gives its answer on. */
function pass(incoming: IncomingMessage, response: ServerResponse, { address, agent, watched }: Way): void {
  const { authorization, host, connection, ...kept } = incoming.headers;
  const options = { method: incoming.method, headers: { ...kept, 'accept-encoding': 'identity' }, agent };
  const outgoing = request(new URL(incoming.url ?? '/', address), options, (answer) => {
    const { 'transfer-encoding': encoding, connection: ours, ...headers } = answer.headers;
    response.writeHead(answer.statusCode ?? 502, headers);
    if (!watched || answer.statusCode !== 200) return void answer.pipe(response);
    const openedAt = performance.now();
    const watch = { path: watched.path, response, openedAt, forward: forwardTo(response), end: () => void response.end() };
    watched.watches.add(watch);
    response.on('close', () => watched.watches.delete(watch));
    passFrames(answer, watch);
  });
  outgoing.on('error', () => response.destroy());
  response.on('close', () => outgoing.destroy());
  incoming.pipe(outgoing);
}

function passFrames(answer: IncomingMessage, watch: PassingWatch): void {
  watch.response.flushHeaders();
  const frames = createInterface({ input: answer, crlfDelay: Number.POSITIVE_INFINITY });
  frames.on('line', (frame) => watch.forward(frame));
  frames.on('error', () => watch.end());
  frames.on('close', () => watch.end());
}

/** Passes one frame on as it is. */
export function forwardTo(response: ServerResponse): (frame: string) => void {
  return (frame) => {
    if (!response.writableEnded && !response.destroyed) response.write(`${frame}\n`);
  };
}
