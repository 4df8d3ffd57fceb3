import { CoreError } from '../../../core/errors.ts';
import type { Clock } from '../../../core/ports.ts';
import { type ApiAnswer, ApiError, errorOfAnswer } from './api-error.ts';
import { createCircuitBreaker } from './circuit-breaker.ts';
import type { Connection } from './connection.ts';
import { createRateLimit } from './rate-limit.ts';
import { type ApiRequest, exchange, openStream } from './request.ts';

/** The API server as this adapter uses it. */
export interface Api {
  /**
   * A read that somebody waits for: rate-limited, tried up to three times within its deadline where that can help, and refused at once
   * while the API server does not answer. Throws an ApiError.
   */
  read(request: Omit<ApiRequest, 'method'>): Promise<unknown>;
  /** A read of a reflector, which tries again by itself: once, rate-limited. Throws an ApiError. */
  readOnce(request: Omit<ApiRequest, 'method'>): Promise<unknown>;
  /** Sends exactly once, at once, and gives the answer of whatever status. Throws an ApiError without a status when there is none. */
  send(request: ApiRequest): Promise<ApiAnswer>;
  /** Opens a watch. Throws an ApiError. */
  watch(request: Omit<ApiRequest, 'method'> & { readonly signal: AbortSignal }): Promise<AsyncIterable<Buffer>>;
  /** Opens what the API server only passes on from a node, so that its failure says nothing about the API server. Throws an ApiError. */
  passThrough(request: Omit<ApiRequest, 'method'> & { readonly signal: AbortSignal }): Promise<AsyncIterable<Buffer>>;
}

const TRIES = 3;
const PAUSE_MS = 200;
/** A live read is no use to an act when it takes longer. */
const READ_DEADLINE_MS = 8_000;

/** Wraps a connection with the manners of a good client. */
export function createApi(connection: Connection, clock: Clock, random: () => number = Math.random): Api {
  const breaker = createCircuitBreaker(clock);
  const limit = createRateLimit(clock, 20, 40);
  let lastFailure = '';

  async function counted<T>(request: Pick<ApiRequest, 'signal'>, work: () => Promise<T>): Promise<T> {
    try {
      const value = await work();
      breaker.succeeded();
      return value;
    } catch (error) {
      if (!isTransient(error)) breaker.succeeded();
      else if (!request.signal?.aborted) noteFailure(error);
      throw error;
    }
  }
  function noteFailure(error: unknown): void {
    lastFailure = error instanceof Error ? error.message : String(error);
    breaker.failed();
  }
  async function readOnce(request: Omit<ApiRequest, 'method'>): Promise<unknown> {
    await limit(request.signal);
    return counted(request, async () => {
      const answer = await exchange(connection, { ...request, method: 'GET' });
      if (answer.status >= 300) throw errorOfAnswer(`GET ${request.path}`, answer);
      return answer.body;
    });
  }
  async function tryAgain(request: Omit<ApiRequest, 'method'>, error: unknown, until: number): Promise<boolean> {
    const waitMs = Math.max(error instanceof ApiError ? (error.retryAfterMs ?? 0) : 0, PAUSE_MS * (0.5 + random()));
    if (!isTransient(error) || clock.now() + waitMs >= until) return false;
    await clock.sleep(waitMs, request.signal);
    return true;
  }

  return {
    async read(request) {
      const until = clock.now() + (request.deadlineMs ?? READ_DEADLINE_MS);
      for (let tries = 1; ; tries += 1) {
        if (!breaker.admits()) throw new ApiError(`GET ${request.path}: not sent, for the API server failed last with: ${lastFailure}`);
        const leftMs = Math.max(until - clock.now(), 1);
        try {
          return await readOnce({ ...request, deadlineMs: leftMs });
        } catch (error) {
          if (tries === TRIES || !(await tryAgain(request, error, until))) throw error;
        }
      }
    },
    readOnce: (request) => readOnce({ ...request, isReflectors: true }),
    send: (request) => exchange(connection, request),
    watch: (request) => counted(request, () => openStream(connection, { ...request, method: 'GET' })),
    async passThrough(request) {
      await limit(request.signal);
      return openStream(connection, { ...request, method: 'GET' });
    },
  };
}

/** Whether the same read may succeed later: no answer, too many requests, or the server's own trouble. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  return error.status === undefined || error.status === 401 || error.status === 429 || error.status >= 500;
}

/** What the core is told when the API server gave no usable answer to a live read. */
export function unreachable(error: unknown): CoreError {
  if (error instanceof CoreError) return error;
  const why = error instanceof Error ? error.message : String(error);
  if (error instanceof ApiError && error.status === 403)
    return new CoreError('cluster-refused', `${why}. Grant it to kubemend's service account, or switch off what needs it`, {
      cause: error,
    });
  return new CoreError('cluster-unreachable', `${why}. 'kubemend doctor' tells what stands in the way`, { cause: error });
}
