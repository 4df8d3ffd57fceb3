import { listAt, numberAt, textAt } from './projection/fields.ts';

/** What the API server answered, whatever its status; `body` is undefined when it was no JSON. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly retryAfterMs: number | undefined;
}

/** The API server's own words about a failure (a `Status` object). */
export interface ApiStatus {
  readonly reason: string;
  readonly message: string;
  readonly name: string | undefined;
  readonly causes: readonly { readonly reason: string; readonly message: string; readonly field: string }[];
}

/** Reads a `Status` object; undefined when the body is none, so somebody else than the API server may have answered. */
export function statusOf(body: unknown): ApiStatus | undefined {
  if (textAt(body, 'kind') !== 'Status' || textAt(body, 'apiVersion') !== 'v1') return undefined;
  return {
    reason: textAt(body, 'reason') ?? '',
    message: textAt(body, 'message') ?? '',
    name: textAt(body, 'details', 'name'),
    causes: listAt(body, 'details', 'causes').map((cause) => ({
      reason: textAt(cause, 'reason') ?? '',
      message: textAt(cause, 'message') ?? '',
      field: textAt(cause, 'field') ?? '',
    })),
  };
}

/** How a request failed: with an answer of `status`, or without any (`status` undefined). */
export class ApiError extends Error {
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly answer: ApiStatus | undefined;
  constructor(message: string, answer: Partial<ApiAnswer> = {}, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ApiError';
    this.status = answer.status;
    this.retryAfterMs = answer.retryAfterMs;
    this.answer = statusOf(answer.body);
  }
}

/** The error for an answer of 300 and above. */
export function errorOfAnswer(what: string, answer: ApiAnswer): ApiError {
  const said = statusOf(answer.body)?.message ?? 'the answer is not Kubernetes’';
  return new ApiError(`${what}: ${answer.status}: ${said}`, answer);
}

/** How long `Retry-After` (or the Status object) asks us to wait; dates are not used by the API server and are passed over. */
export function retryAfterOf(header: unknown, body: unknown): number | undefined {
  const text = Array.isArray(header) ? header[0] : header;
  const seconds = typeof text === 'string' && /^\d+$/.test(text) ? Number(text) : numberAt(body, 'details', 'retryAfterSeconds');
  return seconds === undefined ? undefined : seconds * 1000;
}
