import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { HttpSettings } from '../app/http-config.ts';

const HEADER_BYTES = 16 * 1024;
const MAX_HEADERS = 64;
const HEADERS_MS = 5_000;
const REQUEST_MS = 10_000;
const IDLE_MS = 65_000;
const MAX_CONNECTIONS = 2_000;

/** The server itself, with limits that keep slow and greedy senders from holding it up; over TLS when a certificate is configured. */
export function serverOf(handler: RequestListener, { tls }: Pick<HttpSettings, 'tls'>): Server {
  const options = { maxHeaderSize: HEADER_BYTES, connectionsCheckingInterval: 1_000, noDelay: true };
  const server = tls
    ? createTlsServer({ ...options, ...tls, requestCert: tls.ca !== undefined, rejectUnauthorized: false, minVersion: 'TLSv1.2' }, handler)
    : createServer(options, handler);
  server.headersTimeout = HEADERS_MS;
  server.requestTimeout = REQUEST_MS;
  server.keepAliveTimeout = IDLE_MS;
  server.maxHeadersCount = MAX_HEADERS;
  server.maxConnections = MAX_CONNECTIONS;
  return server;
}
