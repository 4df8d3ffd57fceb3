import type { Dispatcher } from 'undici';
import type { Json } from '../../../core/model/write.ts';
import { type ApiAnswer, ApiError, errorOfAnswer, retryAfterOf } from './api-error.ts';
import type { Connection, Credentials } from './connection.ts';
import { withDeadline } from './deadline.ts';

/** One request to the API server; `token` sends it as somebody else than the own identity. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: Json;
  readonly contentType?: string;
  readonly accept?: string;
  readonly token?: string | undefined;
  readonly deadlineMs?: number;
  /** Sent beside the sockets that live reads and writes share, by a reflector, which sends one request at a time. */
  readonly isReflectors?: boolean;
  readonly signal?: AbortSignal | undefined;
}

const DEADLINE_MS = 10_000;

/** Sends the request once and gives the whole answer. Throws an ApiError without a status when there is none in time. */
export async function exchange(connection: Connection, request: ApiRequest): Promise<ApiAnswer> {
  const what = `${request.method} ${request.path}`;
  return unanswered(what, () =>
    withDeadline(request.deadlineMs ?? DEADLINE_MS, request.signal, async (signal) => {
      const credentials = await credentialsFor(connection, request);
      const dispatcher = request.isReflectors ? credentials.reflectors : credentials.requests;
      const response = await dispatcher.request({ ...wireOf(connection, request, credentials), signal });
      const text = await response.body.text();
      return answerOf(connection, request, response, text);
    }),
  );
}

/**
 * Opens a stream and gives its chunks as they come. Throws an ApiError when the answer is none of 200 or does not come within the
 * deadline; how long the stream itself may be silent is the reader's business. Abort `signal` to end it.
 */
export async function openStream(
  connection: Connection,
  request: ApiRequest & { readonly signal: AbortSignal },
): Promise<AsyncIterable<Buffer>> {
  const what = `watch ${request.path}`;
  return unanswered(what, () =>
    withDeadline(request.deadlineMs ?? DEADLINE_MS, request.signal, async (deadline) => {
      const credentials = await credentialsFor(connection, request);
      const signal = AbortSignal.any([deadline, request.signal]);
      const response = await credentials.reflectors.request({ ...wireOf(connection, request, credentials), signal, bodyTimeout: 0 });
      if (response.statusCode === 200) return response.body;
      throw errorOfAnswer(what, answerOf(connection, request, response, await response.body.text()));
    }),
  );
}

async function unanswered<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw new ApiError(`${what}: no answer: ${error instanceof Error ? error.message : String(error)}`, {}, { cause: error });
  }
}

function credentialsFor(connection: Connection, request: ApiRequest): Promise<Credentials> {
  return request.token === undefined ? connection.own() : connection.bearer(request.token);
}

function wireOf(connection: Connection, request: ApiRequest, credentials: Credentials): Dispatcher.RequestOptions {
  const search = Object.entries(request.query ?? {}).flatMap(([name, value]) =>
    value === undefined ? [] : [`${encodeURIComponent(name)}=${encodeURIComponent(value)}`],
  );
  const prefix = connection.server.pathname.replace(/\/$/, '');
  return {
    origin: connection.server.origin,
    path: `${prefix}${request.path}${search.length > 0 ? `?${search.join('&')}` : ''}`,
    method: request.method,
    headersTimeout: 0,
    headers: {
      ...credentials.headers,
      accept: request.accept ?? 'application/json',
      'user-agent': 'kubemend',
      ...(request.body !== undefined && { 'content-type': request.contentType ?? 'application/json' }),
    },
    ...(request.body !== undefined && { body: JSON.stringify(request.body) }),
  };
}

function answerOf(connection: Connection, request: ApiRequest, response: Dispatcher.ResponseData, text: string): ApiAnswer {
  if (response.statusCode === 401 && request.token === undefined) connection.forget();
  const body = parsed(text);
  if (response.statusCode < 300 && body === undefined) throw new Error(`${response.statusCode} with a body that is no JSON`);
  return { status: response.statusCode, body, retryAfterMs: retryAfterOf(response.headers['retry-after'], body) };
}

/** A body that is no JSON came from a proxy: its status still counts, what it says does not. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
