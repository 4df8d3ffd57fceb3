import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Logger } from '../../../core/ports.ts';
import type { Tally } from '../tally.ts';
import { type Door, type DoorLock, type DoorTls, type Listen, listening, MAX_CONNECTIONS, MAX_REQUESTS, opens } from './door.ts';
import { readBody } from './read-body.ts';
import { overloaded, Refused } from './refused.ts';

const HEADER_BYTES = 16 * 1024;
const HEADERS_MS = 5_000;
const REQUEST_MS = 15_000;
const IDLE_MS = 65_000;

/** What is sent back. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

/** One address that is posted to. */
export interface PostRoute {
  /** Media types in small letters, without parameters. */
  readonly accepts: readonly string[];
  readonly encodings: readonly string[];
  /** Throws `Refused` for what is not taken. */
  take(body: Uint8Array, contentType: string): Answer;
}

/** Everything behind one HTTP door. */
export interface HttpDoorOptions {
  readonly listen: Listen;
  readonly lock: DoorLock;
  readonly routes: Readonly<Record<string, PostRoute>>;
  readonly maxBodyBytes: number;
  isFull(): boolean;
  /** Puts a refusal into the words of the protocol. */
  explain(refused: Refused, contentType: string): Answer;
  readonly tally: Tally;
  readonly log: Logger;
}

/** Listens for posts, with limits that keep slow and greedy senders from holding it up. Rejects when the address cannot be had. */
export async function openHttpDoor(options: HttpDoorOptions): Promise<Door> {
  let inside = 0;
  const server = serverOf(options.lock.tls, (request, response) => void serve(request, response));
  countLosses(server, options.tally);

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    inside += 1;
    const contentType = mediaType(request.headers['content-type']);
    try {
      if (inside > MAX_REQUESTS || options.isFull()) throw overloaded();
      send(response, await answerTo(request, contentType, options));
    } catch (error) {
      const refused = error instanceof Refused ? error : unexpected(error, options.log);
      options.tally.add(refused.reason);
      request.resume();
      send(response, withHeaders(options.explain(refused, contentType), { ...refused.headers, connection: 'close' }));
    } finally {
      inside -= 1;
    }
  }
  const address = await listening(server, options.listen);
  return { address, close: () => closed(server) };
}

async function answerTo(request: IncomingMessage, contentType: string, options: HttpDoorOptions): Promise<Answer> {
  const route = routeOf(request, options);
  if (!opens(options.lock, request.headers.authorization))
    throw new Refused(401, 'without the token', {
      message: 'send the header Authorization: Bearer TOKEN with the token that is configured here',
      headers: { 'www-authenticate': 'Bearer' },
    });
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (!route.accepts.includes(contentType)) throw wrongType(`Content-Type ${contentType || '(none)'}`, route.accepts);
  if (!route.encodings.includes(encoding)) throw wrongType(`Content-Encoding ${encoding}`, route.encodings);
  const body = await readBody(request, options.maxBodyBytes);
  if (options.isFull()) throw overloaded();
  return route.take(body, request.headers['content-type'] ?? '');
}

function routeOf({ url = '', method }: IncomingMessage, { routes }: HttpDoorOptions): PostRoute {
  const [path = ''] = url.split('?', 1);
  const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
  if (!route) throw new Refused(404, 'wrong address', { message: `there is nothing here: post to ${Object.keys(routes).join(', ')}` });
  if (method !== 'POST') throw new Refused(405, 'wrong method', { message: 'only POST is answered here', headers: { allow: 'POST' } });
  return route;
}

function wrongType(what: string, instead: readonly string[]): Refused {
  return new Refused(415, 'media type', { message: `${what.slice(0, 200)} is not taken here: send ${instead.join(' or ')}` });
}

function unexpected(error: unknown, log: Logger): Refused {
  const isGone = error instanceof Error && 'code' in error && (error.code === 'ECONNRESET' || error.code === 'ABORT_ERR');
  if (!isGone) log.error('receiver could not take a request', { error: String(error) });
  return new Refused(500, isGone ? 'sender went away' : 'internal error', { message: 'the request could not be taken' });
}

/** What ends before it is a request: no HTTP, too slow, too many at once. */
function countLosses(server: Server, tally: Tally): void {
  server.on('drop', () => tally.add('too many connections'));
  server.on('clientError', (_error, socket) => {
    tally.add('no whole HTTP request');
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    else socket.destroy();
  });
}

/** The media type alone, in small letters. */
export function mediaType(header: string | undefined): string {
  return (header ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

function withHeaders(answer: Answer, headers: Readonly<Record<string, string>>): Answer {
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

function send(response: ServerResponse, { status, headers, body = '' }: Answer): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

function serverOf(tls: DoorTls | undefined, handler: (request: IncomingMessage, response: ServerResponse) => void): Server {
  const options = { maxHeaderSize: HEADER_BYTES, connectionsCheckingInterval: 1_000, noDelay: true };
  const server = tls
    ? createTlsServer({ ...options, ...tls, requestCert: tls.ca !== undefined, rejectUnauthorized: true, minVersion: 'TLSv1.2' }, handler)
    : createServer(options, handler);
  server.headersTimeout = HEADERS_MS;
  server.requestTimeout = REQUEST_MS;
  server.keepAliveTimeout = IDLE_MS;
  server.maxConnections = MAX_CONNECTIONS;
  return server;
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
