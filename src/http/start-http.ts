import { type FastifyError, type FastifyInstance, type FastifyRequest, fastify } from 'fastify';
import type { HttpSettings } from '../app/http-config.ts';
import { CoreError } from '../core/errors.ts';
import { type Admission, admission, type Guarded } from './admission.ts';
import type { HttpParts } from './http-parts.ts';
import { Refusal } from './refusal.ts';
import { refusalLog } from './refusal-log.ts';
import { pathOf, refuse, sendRefusal } from './refuse.ts';
import type { Route } from './route.ts';
import { faultsOfRoutes } from './route-faults.ts';
import { allRoutes } from './routes/index.ts';
import { securityHeaders } from './security-headers.ts';
import { serverOf } from './server.ts';
import { turnstile } from './turnstile.ts';

/** A notification of Alertmanager may be long; what people send is not. */
const ALERTS_BYTES = 1024 * 1024;
const BODY_BYTES = 64 * 1024;

/** An open entrance. */
export interface HttpEntrance {
  readonly url: string;
  /** Answers what has begun, ends what is listening, and closes. */
  stop(): Promise<void>;
}

/** Opens the door. Throws `bad-config` when the address cannot be had. */
export async function startHttp(parts: HttpParts, settings: HttpSettings): Promise<HttpEntrance> {
  const closing = new AbortController();
  const app = httpApp(allRoutes(parts, closing.signal), parts, settings);
  try {
    const address = await app.listen({ host: settings.host, port: settings.port });
    const url = settings.tls ? address.replace(/^http:/, 'https:') : address; // the framework does not know whose server it is
    return {
      url,
      stop: () => {
        closing.abort();
        return app.close();
      },
    };
  } catch (error) {
    await app.close();
    throw new CoreError('bad-config', `http.listen ${settings.host}:${settings.port} cannot be opened: ${String(error)}`, { cause: error });
  }
}

/** The server with these routes, not yet listening. Throws for a route that does not declare its rule, its summary and its answers. */
export function httpApp(routes: readonly Route[], parts: Guarded & Pick<HttpParts, 'log'>, settings: HttpSettings): FastifyInstance {
  const faults = faultsOfRoutes(routes);
  if (faults.length > 0) throw new Error(`routes are not whole: ${faults.join('; ')}`);
  const { clock, log } = parts;
  const app = fastify({
    bodyLimit: BODY_BYTES,
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    serverFactory: (handler) => serverOf(handler, settings),
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.addHook('onRequest', async (_request, reply) => void reply.headers(securityHeaders(settings)));
  const refused = refusalLog({ clock, log });
  app.setErrorHandler((error: FastifyError, request, reply) => refuse(error, { request, reply, log, refused }));
  app.setNotFoundHandler((request, reply) => sendRefusal(reply, nothingAt(request)));
  const admit = admission(parts, settings);
  const inTurn = turnstile({ inside: 4, waiting: 100 });
  for (const route of routes)
    addRoute(app, goesAhead(route) ? route : { ...route, handle: (call) => inTurn(() => route.handle(call)) }, admit);
  return app;
}

function nothingAt(request: FastifyRequest): Refusal {
  const where = `${request.method} ${pathOf(request)}`;
  return new Refusal(404, { what: 'there is nothing here', where, mend: 'see docs/http-api.md and docs/alertmanager.md' });
}

/** Health and alerts never stand in line, and a stream would never leave it. */
function goesAhead({ rule, answers }: Route): boolean {
  return typeof rule === 'string' || Object.values(answers).some(({ type }) => type === 'text/event-stream');
}

function addRoute(app: FastifyInstance, route: Route, admit: Admission): void {
  const { method, url, rule } = route;
  app.route({
    method,
    url,
    bodyLimit: rule === 'alert-sender' ? ALERTS_BYTES : BODY_BYTES,
    exposeHeadRoute: method === 'GET' && rule === 'anybody',
    onRequest: async (request) => {
      if (request.headers['content-encoding'] !== undefined) throw encoded;
      await admit.head(route, request);
    },
    preValidation: async (request) => admit.body(request),
    handler: (request, reply) => route.handle({ request, reply, caller: admit.caller(request) }),
  });
}

const encoded = new Refusal(415, { what: 'the body is compressed', where: 'header Content-Encoding', mend: 'send it as it is' });
