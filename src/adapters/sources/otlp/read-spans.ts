import { doubtAbout, instantOf } from '../receiver/instants.ts';
import { numberAt, textAt } from './attributes.ts';
import type { KeyValue, ResourceSpans, Span } from './messages.ts';
import { originOf } from './origin.ts';
import type { Encoding } from './otlp-codec.ts';
import type { Reading } from './read-logs.ts';
import type { SpanRecord, SpanWindows } from './span-windows.ts';

const SERVER = 2;
const CLIENT = 3;
const PRODUCER = 4;
const CONSUMER = 5;
const STATUS_ERROR = 2;
const PEER_CHARS = 200;
/** Where a caller names whom it calls, the surest first (semantic conventions, and the older names of `peer.service` and `net.peer.name`). */
const peerKeys = [
  'service.peer.name',
  'peer.service',
  'server.address',
  'net.peer.name',
  'messaging.destination.name',
  'db.system.name',
  'db.system',
];

/** An export of spans in the course of being read. */
export interface SpanReading extends Reading {
  readonly encoding: Encoding;
  readonly windows: SpanWindows;
}

/** Adds the spans of an export to the windows. */
export function readSpans(exported: readonly ResourceSpans[], reading: SpanReading): void {
  for (const { resource, scopeSpans } of exported) {
    const { service, pod, workload } = originOf(resource, reading.cluster);
    const subject = workload ?? pod;
    const spans = scopeSpans.flatMap((scope) => scope.spans);
    if (service === undefined) reading.sieve.drop('no service named', spans.length);
    else for (const span of spans) readSpan(span, { service, ...(subject && { subject }) }, reading);
  }
}

function readSpan(span: Span, sender: Pick<SpanRecord, 'service' | 'subject'>, { windows, sieve, now, encoding }: SpanReading): void {
  const record = recordOf(span, encoding);
  const doubt = doubtAbout(record?.endAt, now);
  const why = record && !doubt ? windows.add({ ...record, ...sender }, now) : doubt;
  if (why) sieve.drop(why);
}

function recordOf(span: Span, encoding: Encoding): Omit<SpanRecord, 'service' | 'subject'> | undefined {
  const endAt = instantOf(span.endTimeUnixNano);
  if (endAt === undefined) return undefined;
  const startAt = instantOf(span.startTimeUnixNano) ?? endAt;
  const traceId = idOf(span.traceId, encoding);
  const parent = idOf(span.parentSpanId, encoding);
  const role = roleOf(span.kind, parent !== '');
  const peer = role === 'call' ? peerOf(span.attributes) : undefined;
  return {
    id: `${traceId}${idOf(span.spanId, encoding)}`,
    ...(parent !== '' && { parentId: `${traceId}${parent}` }),
    role,
    endAt,
    durationMs: Math.max(0, endAt - startAt),
    isError: isError(span),
    ...(peer !== undefined && { peer }),
  };
}

/** A span of no kind without a parent is where a service begins by itself: a job, a timer. */
function roleOf(kind: number, hasParent: boolean): SpanRecord['role'] {
  if (kind === CLIENT || kind === PRODUCER) return 'call';
  return kind === SERVER || kind === CONSUMER || !hasParent ? 'entry' : 'inner';
}

/** Status ERROR, or an HTTP answer of 500 and above. */
function isError({ status, attributes }: Span): boolean {
  if (status?.code === STATUS_ERROR) return true;
  return (numberAt(attributes, 'http.response.status_code') ?? numberAt(attributes, 'http.status_code') ?? 0) >= 500;
}

function peerOf(attributes: readonly KeyValue[]): string | undefined {
  for (const key of peerKeys) {
    const peer = textAt(attributes, key);
    if (peer !== undefined) return peer.slice(0, PEER_CHARS);
  }
  return undefined;
}

/** OTLP's JSON has ids in hexadecimal where the mapping of protocol buffers has base64: read as that and written again, they are what was sent. */
function idOf(bytes: Uint8Array | readonly number[], encoding: Encoding): string {
  if (bytes.length === 0) return '';
  return encoding === 'json' ? Buffer.from(bytes).toString('base64').toLowerCase() : Buffer.from(bytes).toString('hex');
}
