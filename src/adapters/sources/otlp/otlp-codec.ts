import type { ResourceLogs, ResourceMetrics, ResourceSpans } from './messages.ts';
import { otlpProto } from './otlp-proto.ts';

/** How a message is written; ids are hexadecimal text in JSON. */
export type Encoding = 'protobuf' | 'json';

/** A part that was turned down, for the sender. */
export interface PartialSuccess {
  readonly rejected: number;
  readonly errorMessage: string;
}

/** Reads and writes the messages. Reading throws for what is no such message; the depth of nesting is limited. */
export interface OtlpCodec {
  logs(body: Uint8Array, encoding: Encoding): readonly ResourceLogs[];
  traces(body: Uint8Array, encoding: Encoding): readonly ResourceSpans[];
  metrics(body: Uint8Array, encoding: Encoding): readonly ResourceMetrics[];
  /** The answer to an export: empty when everything was taken. */
  answer(partial: PartialSuccess | undefined, rejectedKey: string, encoding: Encoding): Uint8Array;
  /** A google.rpc.Status; `retryAfterS` is carried as google.rpc.RetryInfo. */
  status(status: { readonly code: number; readonly message: string; readonly retryAfterS?: number }, encoding: Encoding): Uint8Array;
}

/** Loads the library that reads protocol buffers, and the messages of OTLP. */
export async function loadOtlpCodec(): Promise<OtlpCodec> {
  const { parse } = await import('protobufjs');
  const { root } = parse(otlpProto);
  const type = (name: string) => root.lookupType(`otlp.${name}`);
  const types = { logs: type('ExportLogs'), traces: type('ExportTraces'), metrics: type('ExportMetrics') };
  const [answer, status, retryInfo] = [type('ExportAnswer'), type('RpcStatus'), type('RetryInfo')];

  function read(name: keyof typeof types, body: Uint8Array, encoding: Encoding) {
    return encoding === 'protobuf' ? types[name].decode(body) : types[name].fromObject(jsonObject(body));
  }
  return {
    logs: (body, encoding) => read('logs', body, encoding).resourceLogs,
    traces: (body, encoding) => read('traces', body, encoding).resourceSpans,
    metrics: (body, encoding) => read('metrics', body, encoding).resourceMetrics,
    answer(partial, rejectedKey, encoding) {
      if (encoding === 'protobuf') return answer.encode(answer.fromObject(partial ? { partialSuccess: partial } : {})).finish();
      const said = partial && { [rejectedKey]: String(partial.rejected), errorMessage: partial.errorMessage };
      return Buffer.from(JSON.stringify(said ? { partialSuccess: said } : {}));
    },
    status({ code, message, retryAfterS }, encoding) {
      if (encoding === 'json') return Buffer.from(JSON.stringify({ code, message }));
      const value = retryAfterS && retryInfo.encode(retryInfo.fromObject({ retryDelay: { seconds: retryAfterS } })).finish();
      const details = value ? [{ typeUrl: 'type.googleapis.com/google.rpc.RetryInfo', value }] : [];
      return status.encode(status.fromObject({ code, message, details })).finish();
    },
  };
}

function jsonObject(body: Uint8Array): Record<string, unknown> {
  const parsed: unknown = JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'));
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw new TypeError('a JSON object was expected');
  return { ...parsed };
}
