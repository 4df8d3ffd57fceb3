import type { ServerResponse } from 'node:http';
import { ApiFailure } from '../api-failure.ts';
import type { JsonObject } from '../json.ts';
import type { Answer } from './call.ts';

/** The Status object of a failure, as the API server writes it. */
export function statusOf(failure: ApiFailure): JsonObject {
  const { message, reason, code } = failure;
  const { causes, ...plain } = failure.details ?? {};
  const shownCauses = causes && { causes: causes.map((cause) => ({ ...cause })) };
  const details = failure.details === undefined ? {} : { details: { ...plain, ...shownCauses } };
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, ...(reason !== '' && { reason }), ...details, code };
}

/** Sends a whole answer: JSON, or a text as it is. */
export function respond(response: ServerResponse, { status, body, headers }: Answer): void {
  const isText = typeof body === 'string';
  response.writeHead(status, { 'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json', ...headers });
  response.end(isText ? body : `${JSON.stringify(body)}\n`);
}

/** Sends a failure; one that is no ApiFailure is a fault of the simulator, and is said with its stack. */
export function refuse(response: ServerResponse, error: unknown): void {
  const failure = error instanceof ApiFailure ? error : new ApiFailure(500, 'InternalError', broken(error), {});
  const seconds = failure.details?.retryAfterSeconds;
  respond(response, {
    status: failure.code,
    body: statusOf(failure),
    ...(seconds !== undefined && { headers: { 'retry-after': String(seconds) } }),
  });
}

function broken(error: unknown): string {
  return `the simulator is at fault: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
