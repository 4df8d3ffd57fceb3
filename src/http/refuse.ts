import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { CoreError, type ErrorCode } from '../core/errors.ts';
import type { Logger } from '../core/ports.ts';
import { Refusal } from './refusal.ts';
import type { RefusedSender } from './refusal-log.ts';

/** What a refusal is told with. */
export interface Refusing {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly log: Logger;
  refused(sender: RefusedSender): void;
}

/** Answers with a refusal: `{ error, where, mend }`. What is ours to mend is logged, and so are senders that nobody knows. */
export function refuse(error: FastifyError, { request, reply, log, refused }: Refusing): FastifyReply {
  const refusal = error instanceof Refusal ? error : refusalFor(error, request);
  const url = pathOf(request);
  if (refusal.status >= 500) log.warn('request not served', { url, status: refusal.status, error: String(error) });
  else if (refusal.status === 401 || refusal.status === 429) refused({ url, from: request.ip, why: refusal.message });
  return sendRefusal(reply, refusal);
}

/** Sends a refusal as it is. */
export function sendRefusal(reply: FastifyReply, { status, message, where, mend, headers }: Refusal): FastifyReply {
  return reply.code(status).headers(headers).send({ error: message, where, mend });
}

/** The address without its query, which may hold anything. */
export function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] ?? '';
}

/** What the framework and the core refuse, in our words. */
function refusalFor(error: FastifyError, request: FastifyRequest): Refusal {
  if (error instanceof CoreError) return refusalForCore(error, request);
  if (error.statusCode === 413)
    return new Refusal(413, {
      what: 'the body is too large',
      where: `more than ${request.routeOptions.bodyLimit} bytes`,
      mend: 'send less; for a webhook of Alertmanager, set max_alerts on its receiver',
    });
  if (error.statusCode === 415)
    return new Refusal(415, {
      what: 'the body is of a type that is not taken',
      where: `header Content-Type: ${request.headers['content-type'] ?? 'missing'}`,
      mend: 'send application/json',
    });
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500)
    return new Refusal(error.statusCode, { what: error.message, where: pathOf(request), mend: 'mend the request' });
  return failed(request);
}

function failed(request: FastifyRequest): Refusal {
  return new Refusal(500, {
    what: 'kubemend failed',
    where: pathOf(request),
    mend: 'see the log of kubemend; please report this as a bug',
  });
}

const answers: Readonly<Partial<Record<ErrorCode, { readonly status: number; readonly mend: string }>>> = {
  'not-found': { status: 404, mend: 'GET /api/v1/incidents lists what you may see' },
  forbidden: { status: 403, mend: 'ask for that role, or let somebody who has it do it' },
  'not-allowed': { status: 409, mend: 'read it again: its phase says what is possible' },
  conflict: { status: 409, mend: 'read it again, and decide about what it says now' },
};

/** What stands behind us may be worth another try, and is not described to strangers. */
function refusalForCore(error: CoreError, request: FastifyRequest): Refusal {
  const where = `${request.method} ${pathOf(request)}`;
  const answer = answers[error.code];
  if (answer) return new Refusal(answer.status, { what: error.message, where, mend: answer.mend });
  if (error.code.startsWith('store-'))
    return new Refusal(503, {
      what: 'the store fails',
      where: 'the state directory',
      mend: 'see the log of kubemend; send it again later',
      headers: { 'retry-after': '5' },
    });
  if (error.code === 'cluster-unreachable')
    return new Refusal(503, {
      what: 'nobody can say now who you are or what you may do',
      where: 'the Kubernetes API server',
      mend: 'see `kubemend doctor`; send it again later',
      headers: { 'retry-after': '5' },
    });
  return failed(request);
}
