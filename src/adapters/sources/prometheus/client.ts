import type { Dispatcher } from 'undici';
import { CoreError } from '../../../core/errors.ts';
import { headersFor, openDispatcher, type PrometheusAccess } from './access.ts';
import { type AnsweredSeries, type Envelope, envelopeOf, seriesOf } from './answer.ts';
import { failureOf, refusalOf } from './failure.ts';

/** The bounds of one request. */
export interface ClientLimits {
  /** For the whole answer; the server is told to stop by then, too. */
  readonly deadlineMs: number;
  readonly maxBytes: number;
  /** How many requests run at once. */
  readonly sockets: number;
}

/** An answer to a query; `doubts` are what the server left out or doubts, `hints` what it would write otherwise. */
export interface Answer {
  readonly series: readonly AnsweredSeries[];
  readonly doubts: readonly string[];
  readonly hints: readonly string[];
}

/** A Prometheus, asked by its HTTP API. Every method throws `source-unreachable` without an answer in time, and `source-refused` for one that no waiting can mend. */
export interface PrometheusClient {
  /** All series of a query at one instant (epoch milliseconds); samples older than `lookbackMs` do not count. */
  instant(question: { readonly query: string; readonly at: number; readonly lookbackMs: number }, signal?: AbortSignal): Promise<Answer>;
  range(
    question: { readonly query: string; readonly from: number; readonly to: number; readonly stepMs: number; readonly lookbackMs: number },
    signal?: AbortSignal,
  ): Promise<Answer>;
  /** What stands under `data` at any path of the API, such as `/api/v1/status/buildinfo`. */
  data(path: string): Promise<unknown>;
  close(): Promise<void>;
}

/** One request of the API. */
interface Question {
  readonly path: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** Longer ones are posted; shorter ones are fetched, which proxies that look at rights take for reading. */
const LONGEST_ADDRESS = 6_000;

/** Prepares to ask; sends nothing yet. */
export function openClient(access: PrometheusAccess, limits: ClientLimits): PrometheusClient {
  const base = new URL(access.url);
  let dispatcher: Promise<Dispatcher> | undefined;

  function sockets(): Promise<Dispatcher> {
    dispatcher ??= openDispatcher(access, limits);
    dispatcher.catch(() => {
      dispatcher = undefined;
    });
    return dispatcher;
  }
  async function ask<T>({ path, parameters = {}, signal }: Question, read: (envelope: Envelope) => T): Promise<T> {
    const asked = { base, path, search: new URLSearchParams(parameters).toString() };
    const deadline = AbortSignal.timeout(limits.deadlineMs);
    try {
      const headers = await headersFor(access);
      const response = await (await sockets()).request({
        ...wireOf(asked, headers),
        signal: signal ? AbortSignal.any([deadline, signal]) : deadline,
      });
      const text = await textOf(response, limits.maxBytes);
      return read(envelopeFrom(access.url, response, text));
    } catch (error) {
      throw failureOf(error, { url: access.url, path, deadlineMs: deadline.aborted ? limits.deadlineMs : undefined });
    }
  }
  function query(question: Question, kind: 'vector' | 'matrix'): Promise<Answer> {
    const timeout = `${Math.max(1, Math.floor(limits.deadlineMs))}ms`;
    return ask({ ...question, parameters: { ...question.parameters, timeout } }, ({ data, warnings, infos }) => ({
      series: seriesOf(data, kind),
      doubts: warnings,
      hints: infos,
    }));
  }

  return {
    instant({ query: text, at, lookbackMs }, signal) {
      const parameters = { query: text, time: seconds(at), lookback_delta: seconds(lookbackMs) };
      return query({ path: '/api/v1/query', parameters, signal }, 'vector');
    },
    range({ query: text, from, to, stepMs, lookbackMs }, signal) {
      const when = { start: seconds(from), end: seconds(to), step: seconds(stepMs), lookback_delta: seconds(lookbackMs) };
      return query({ path: '/api/v1/query_range', parameters: { query: text, ...when }, signal }, 'matrix');
    },
    data: (path) => ask({ path }, ({ data }) => data),
    async close() {
      const open = await dispatcher?.catch(() => undefined);
      dispatcher = undefined;
      await open?.destroy();
    },
  };
}

function seconds(ms: number): string {
  return String(ms / 1_000);
}

function wireOf(
  { base, path, search }: { readonly base: URL; readonly path: string; readonly search: string },
  headers: Record<string, string>,
): Dispatcher.RequestOptions {
  const full = `${base.pathname.replace(/\/+$/, '')}${path}`;
  const shared = { origin: base.origin, headersTimeout: 0, bodyTimeout: 0 };
  if (full.length + search.length < LONGEST_ADDRESS)
    return { ...shared, method: 'GET', path: search ? `${full}?${search}` : full, headers };
  const posted = { ...headers, 'content-type': 'application/x-www-form-urlencoded' };
  return { ...shared, method: 'POST', path: full, headers: posted, body: search };
}

/** The whole body, as far as it may reach. */
async function textOf(response: Dispatcher.ResponseData, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    if (!(chunk instanceof Uint8Array)) continue;
    size += chunk.length;
    if (size > maxBytes) {
      const most = `${Math.floor(maxBytes / 2 ** 20)} MiB`;
      throw new CoreError(
        'source-refused',
        `the answer is longer than ${most}: ask for less (prometheus.match, an aggregation), or raise prometheus.maxBytes`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Whatever the status, Prometheus answers in its envelope; who does not is somebody else. */
function envelopeFrom(url: string, { statusCode, headers }: Dispatcher.ResponseData, text: string): Envelope {
  const envelope = envelopeOf(parsed(text));
  if (statusCode === 200 && envelope?.status === 'success') return envelope;
  const contentType = String(headers['content-type'] ?? 'no content type');
  const location = headers.location === undefined ? undefined : String(headers.location);
  throw refusalOf({ url, status: statusCode, contentType, location, said: envelope?.error });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // somebody else's answer, or half of one: `refusalOf` says which
  }
}
