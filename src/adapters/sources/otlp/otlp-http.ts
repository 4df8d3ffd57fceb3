import { type Answer, mediaType, type PostRoute } from '../receiver/http-door.ts';
import { RETRY_AFTER_S, type Refused } from '../receiver/refused.ts';
import type { Export, Intake } from './intake.ts';
import type { Encoding, OtlpCodec } from './otlp-codec.ts';

const PROTOBUF = 'application/x-protobuf';
const JSON_TYPE = 'application/json';
/** Codes of google.rpc.Status, by the HTTP status that they travel with. */
const codes: Readonly<Record<number, number>> = { 400: 3, 401: 16, 404: 12, 405: 12, 413: 8, 415: 3, 429: 14 };
const INTERNAL = 13;

/** What the answer calls the number of items turned down. */
const rejectedKeys = { traces: 'rejectedSpans', logs: 'rejectedLogRecords', metrics: 'rejectedDataPoints' } as const;

/** The three addresses of OTLP over HTTP. */
export function otlpRoutes(intake: Intake, codec: OtlpCodec): Readonly<Record<string, PostRoute>> {
  const route = (kind: Export): PostRoute => ({
    accepts: [PROTOBUF, JSON_TYPE],
    encodings: ['identity', 'gzip'],
    take(body, header) {
      const encoding = encodingOf(mediaType(header));
      const partial = intake.take(kind, body, encoding);
      return { status: 200, headers: { 'content-type': typeOf(encoding) }, body: codec.answer(partial, rejectedKeys[kind], encoding) };
    },
  });
  return { '/v1/traces': route('traces'), '/v1/logs': route('logs'), '/v1/metrics': route('metrics') };
}

/** A refusal as google.rpc.Status, in the sender's own encoding. */
export function explainAsStatus(codec: OtlpCodec): (refused: Refused, contentType: string) => Answer {
  return (refused, contentType) => {
    const encoding = encodingOf(contentType);
    const status = {
      code: codes[refused.status] ?? INTERNAL,
      message: refused.message,
      ...(refused.status === 429 && { retryAfterS: RETRY_AFTER_S }),
    };
    return { status: refused.status, headers: { 'content-type': typeOf(encoding) }, body: codec.status(status, encoding) };
  };
}

function encodingOf(type: string): Encoding {
  return type === JSON_TYPE ? 'json' : 'protobuf';
}

function typeOf(encoding: Encoding): string {
  return encoding === 'json' ? JSON_TYPE : PROTOBUF;
}
