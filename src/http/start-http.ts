import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import type { AlertIntake } from '../app/alerts/alert-intake.ts';
import type { HttpSettings } from '../app/http-config.ts';
import type { Readiness } from '../app/readiness.ts';
import { CoreError } from '../core/errors.ts';
import type { Clock, Logger } from '../core/ports.ts';
import { authenticateBody, authenticateHead } from './authenticate.ts';
import { Refusal } from './refusal.ts';
import { type RefusedSender, refusalLog } from './refusal-log.ts';
import { type Route, rules } from './route.ts';
import { alertmanagerRoutes } from './routes/alertmanager.ts';
import { healthRoutes } from './routes/health.ts';

const BODY_BYTES = 1024 * 1024;
const HEADER_BYTES = 16 * 1024;
const MAX_HEADERS = 64;
const HEADERS_MS = 5_000;
const REQUEST_MS = 10_000;
const IDLE_MS = 65_000;
const MAX_CONNECTIONS = 2_000;

/** What the entrance speaks for. */
export interface HttpParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly intake: AlertIntake;
  readiness(): Promise<Readiness>;
}

/** An open entrance. */
export interface HttpEntrance {
  readonly url: string;
  /** Answers what has begun, and closes. */
  stop(): Promise<void>;
}

/** Opens the door. Throws `bad-config` when the address cannot be had. */
export async function startHttp(parts: HttpParts, settings: HttpSettings): Promise<HttpEntrance> {
  const app = httpApp([...healthRoutes(parts.readiness), ...alertmanagerRoutes(parts.intake)], parts, settings);
  try {
    const address = await app.listen({ host: settings.host, port: settings.port });
    const url = settings.tls ? address.replace(/^http:/, 'https:') : address; // the framework does not know whose server it is
    return { url, stop: () => app.close() };
  } catch (error) {
    await app.close();
    throw new CoreError('bad-config', `http.listen ${settings.host}:${settings.port} cannot be opened: ${String(error)}`, { cause: error });
  }
}

/** The server with these routes, not yet listening. Throws for a route that declares no rule. */
export function httpApp(
  routes: readonly Route[],
  { clock, log }: Pick<HttpParts, 'clock' | 'log'>,
  settings: HttpSettings,
): FastifyInstance {
  const app = fastify({
    bodyLimit: BODY_BYTES,
    forceCloseConnections: 'idle',
    serverFactory: (handler) => serverOf(handler, settings),
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  const refused = refusalLog({ clock, log });
  app.setErrorHandler((error: FastifyError, request, reply) => refuse(error, { request, reply, log, refused }));
  app.setNotFoundHandler((request, reply) =>
    sendRefusal(
      reply,
      new Refusal(404, {
        what: 'there is nothing here',
        where: `${request.method} ${request.url.split('?')[0]}`,
        mend: 'see docs/alertmanager.md',
      }),
    ),
  );
  for (const route of routes) addRoute(app, route, { clock, settings });
  return app;
}

function addRoute(
  app: FastifyInstance,
  route: Route,
  { clock, settings }: { readonly clock: Clock; readonly settings: HttpSettings },
): void {
  const { method, url, rule } = route;
  if (!rules.includes(rule)) throw new Error(`route ${method} ${url} declares no rule: say who may call it`);
  const signed = new WeakSet<FastifyRequest>();
  app.route({
    method,
    url,
    onRequest: async (request) => {
      if (request.headers['content-encoding'] !== undefined) throw encoded;
      if (rule === 'alert-sender' && authenticateHead(request, settings.webhook) === 'signed') signed.add(request);
    },
    preValidation: async (request) => {
      if (signed.has(request)) authenticateBody(request, settings.webhook, clock.now());
    },
    handler: (request, reply) => route.handle(request, reply),
  });
}

const encoded = new Refusal(415, { what: 'the body is compressed', where: 'header Content-Encoding', mend: 'send it as it is' });

function serverOf(handler: RequestListener, { tls }: HttpSettings): Server {
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

interface Refusing {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly log: Logger;
  refused(sender: RefusedSender): void;
}

function refuse(error: FastifyError, { request, reply, log, refused }: Refusing): FastifyReply {
  const refusal = error instanceof Refusal ? error : refusalFor(error, request);
  if (refusal.status >= 500) log.warn('request not served', { url: request.url, status: refusal.status, error: String(error) });
  else if (refusal.status === 401) refused({ url: request.url, from: request.ip, why: refusal.message });
  return sendRefusal(reply, refusal);
}

function sendRefusal(reply: FastifyReply, { status, message, where, mend, headers }: Refusal): FastifyReply {
  return reply.code(status).headers(headers).send({ error: message, where, mend });
}

/** What the framework refuses, in our words; a failing store is worth another try, and anything else is a defect of ours. */
function refusalFor(error: FastifyError, request: FastifyRequest): Refusal {
  if (error.statusCode === 413)
    return new Refusal(413, {
      what: 'the body is too large',
      where: `more than ${BODY_BYTES} bytes`,
      mend: 'set max_alerts on this receiver',
    });
  if (error.statusCode === 415)
    return new Refusal(415, {
      what: 'the body is of a type that is not taken',
      where: `header Content-Type: ${request.headers['content-type'] ?? 'missing'}`,
      mend: 'send application/json',
    });
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500)
    return new Refusal(error.statusCode, { what: error.message, where: request.url, mend: 'mend the request' });
  if (error instanceof CoreError && error.code === 'store-failed')
    return new Refusal(503, {
      what: 'the store fails',
      where: 'the state directory',
      mend: 'see the log of kubemend; send it again later',
    });
  return new Refusal(500, { what: 'kubemend failed', where: request.url, mend: 'see the log of kubemend; please report this as a bug' });
}
