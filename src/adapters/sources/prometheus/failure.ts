import { CoreError } from '../../../core/errors.ts';

/** An answer that is no success, or no answer of Prometheus at all. */
interface Refusal {
  readonly url: string;
  readonly status: number;
  readonly contentType: string;
  readonly location: string | undefined;
  /** The server's own words. */
  readonly said: string | undefined;
}

/** The error for an answer that is none. `source-unreachable` where waiting may help, else `source-refused`; says what to do. */
export function refusalOf({ url, status, contentType, location, said }: Refusal): CoreError {
  const refused = (why: string) => new CoreError('source-refused', `${url}: ${why}`);
  if (status === 401 || status === 403)
    return refused(
      `it answered ${status}${said ? `: ${said}` : ''}: it does not let us in: check prometheus.bearerTokenFile, prometheus.basic and prometheus.headers`,
    );
  if (status >= 300 && status < 400)
    return refused(`it sends us to ${location ?? 'somewhere else'}: set prometheus.url to the address of the API itself`);
  if (status === 429 || status >= 500) return new CoreError('source-unreachable', `${url}: it answered ${status}: ${said ?? contentType}`);
  if (said !== undefined) return refused(`it answered ${status}: ${said}`);
  if (status === 200 && contentType.includes('json'))
    return new CoreError('source-unreachable', `${url}: the answer broke off, or is not Prometheus' JSON`);
  return refused(`it answered ${status} with ${contentType}: no Prometheus API: prometheus.url must be the address before /api/v1`);
}

/** Errors of undici and Node, by their codes, that say that nobody is there at all. */
const nobody = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT']);

/** The error for a request that got no whole answer; a CoreError stays what it is, but says where. */
export function failureOf(
  error: unknown,
  { url, path, deadlineMs }: { readonly url: string; readonly path: string; readonly deadlineMs: number | undefined },
): CoreError {
  if (error instanceof CoreError)
    return error.message.includes(url) ? error : new CoreError(error.code, `${url}: ${error.message}`, { cause: error });
  if (deadlineMs !== undefined)
    return new CoreError('source-unreachable', `${url}: no whole answer within ${deadlineMs} ms (${path})`, { cause: error });
  const reason = reasonOf(error);
  const mend = /certificate|altnames/i.test(reason)
    ? 'set prometheus.caFile to the authority of its certificate'
    : 'check prometheus.url and the way there';
  return new CoreError('source-unreachable', `${url}: no answer: ${reason}: ${mend}`, { cause: error });
}

/** Whether nobody listens there, so that asking for the rest is pointless for now. */
export function isNobodyThere(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    ('code' in error && typeof error.code === 'string' && nobody.has(error.code)) ||
    isNobodyThere(error.cause) ||
    errorsIn(error).some(isNobodyThere)
  );
}

/** Node tries several addresses of one name and gives all their errors in one. */
function errorsIn(error: Error): readonly unknown[] {
  return error instanceof AggregateError ? error.errors : [];
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner = errorsIn(error).map(reasonOf).join(', ');
  const own = error.message || inner || error.name;
  return error.cause instanceof Error && !own.includes(error.cause.message) ? `${own} (${error.cause.message})` : own;
}
