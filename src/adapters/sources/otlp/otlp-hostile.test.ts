import { connect, type Socket } from 'node:net';
import fc from 'fast-check';
import { parse } from 'protobufjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openOtlp, type RunningOtlp, runOtlp } from '../../../../test/fakes/otlp.ts';
import { observationQueue } from '../receiver/observation-queue.ts';
import { Refused } from '../receiver/refused.ts';
import { tally } from '../tally.ts';
import { type Export, type Intake, otlpIntake } from './intake.ts';
import { loadOtlpCodec, type OtlpCodec } from './otlp-codec.ts';
import { otlpProto } from './otlp-proto.ts';
import { readLogs } from './read-logs.ts';
import { metricReader } from './read-metrics.ts';
import { sieve } from './sieve.ts';
import { spanWindows } from './span-windows.ts';

const { root } = parse(otlpProto);
const now = openOtlp.clock.now();
const nanos = `${now}000000`;
const resource = {
  attributes: [
    ['service.name', 'a'],
    ['k8s.pod.name', 'a-1'],
    ['k8s.namespace.name', 'shop'],
  ].map(([key, stringValue]) => ({ key, value: { stringValue } })),
};
const examples: Readonly<Record<Export, { readonly type: string; readonly message: object }>> = {
  logs: {
    type: 'ExportLogs',
    message: {
      resourceLogs: [{ resource, scopeLogs: [{ logRecords: [{ timeUnixNano: nanos, severityNumber: 17, body: { stringValue: 'no' } }] }] }],
    },
  },
  traces: {
    type: 'ExportTraces',
    message: {
      resourceSpans: [
        {
          resource,
          scopeSpans: [
            {
              spans: [
                {
                  traceId: 'AAAA',
                  spanId: 'BBBB',
                  kind: 3,
                  startTimeUnixNano: nanos,
                  endTimeUnixNano: nanos,
                  attributes: resource.attributes,
                  status: { code: 2 },
                },
              ],
            },
          ],
        },
      ],
    },
  },
  metrics: {
    type: 'ExportMetrics',
    message: {
      resourceMetrics: [
        {
          resource,
          scopeMetrics: [
            {
              metrics: [
                { name: 'g', unit: 's', gauge: { dataPoints: [{ timeUnixNano: nanos, asDouble: 1.5, attributes: resource.attributes }] } },
                { name: 's', sum: { isMonotonic: true, aggregationTemporality: 2, dataPoints: [{ timeUnixNano: nanos, asInt: '7' }] } },
                {
                  name: 'h',
                  histogram: {
                    aggregationTemporality: 1,
                    dataPoints: [
                      { startTimeUnixNano: '1', timeUnixNano: nanos, count: '3', bucketCounts: ['1', '2'], explicitBounds: [1] },
                    ],
                  },
                },
              ],
            },
          ],
        },
      ],
    },
  },
};
const kinds = ['logs', 'traces', 'metrics'] as const;

function encoded(kind: Export): Uint8Array {
  const { type, message } = examples[kind];
  const found = root.lookupType(`otlp.${type}`);
  return found.encode(found.fromObject(message)).finish();
}

let codec: OtlpCodec;
let intake: Intake;
let counted: ReturnType<typeof tally>;
beforeAll(async () => {
  codec = await loadOtlpCodec();
  counted = tally();
  const windows = spanWindows('otlp', { windowMs: 10_000, graceMs: 10_000, maxServices: 10, maxEdges: 10, maxCalls: 100 });
  intake = otlpIntake({
    source: 'otlp',
    cluster: 'default',
    clock: openOtlp.clock,
    codec,
    queue: observationQueue(1e9),
    tally: counted,
    windows,
    metrics: metricReader(100),
  });
});

/** Taken, or refused as malformed: anything else is a failure. */
function takes(kind: Export, body: Uint8Array, encoding: 'protobuf' | 'json'): boolean {
  try {
    intake.take(kind, body, encoding);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(Refused);
    return false;
  }
}

describe.each(kinds)('whatever is sent as %s', (kind) => {
  it('is read when it is whole', () => {
    expect([takes(kind, encoded(kind), 'protobuf'), takes(kind, Buffer.from(JSON.stringify(examples[kind].message)), 'json')]).toEqual([
      true,
      true,
    ]);
  });

  it('is taken or refused, never more, when bytes of it are changed, cut or doubled', () => {
    const whole = encoded(kind);
    const change = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(change, fc.nat(whole.length), fc.boolean(), (changes, length, isDoubled) => {
        const body = Buffer.from(whole);
        for (const [at, byte] of changes) body[at] = byte;
        takes(kind, isDoubled ? Buffer.concat([body, body.subarray(0, length)]) : body.subarray(0, length), 'protobuf');
      }),
      { numRuns: 500 },
    );
  });

  it('is taken or refused, never more, when it is noise or any JSON', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void takes(kind, bytes, 'protobuf')),
      { numRuns: 300 },
    );
    const text = JSON.stringify(examples[kind].message);
    fc.assert(
      fc.property(fc.nat(text.length), fc.jsonValue(), (at, value) => {
        const colon = text.indexOf(':', at);
        const odd =
          colon < 0 ? JSON.stringify(value) : `${text.slice(0, colon + 1)}${JSON.stringify(value)}${text.slice(text.indexOf(',', colon))}`;
        takes(kind, Buffer.from(odd), 'json');
        const replaced = JSON.stringify(JSON.parse(text, (key, old: unknown) => (key.length === at % 12 ? value : old)));
        takes(kind, Buffer.from(replaced), 'json');
      }),
      { numRuns: 300 },
    );
  });
});

describe('a log body', () => {
  function nested(depth: number): Uint8Array {
    const any = root.lookupType('otlp.AnyValue');
    let body: Uint8Array = Buffer.from(any.encode(any.fromObject({ stringValue: 'x' })).finish());
    for (let level = 0; level < depth; level += 1) body = field(5, field(1, body));
    return field(1, field(2, field(2, field(5, body))));
  }
  it('that nests ten thousand deep is refused, in either encoding', () => {
    expect(takes('logs', nested(10), 'protobuf')).toBe(true);
    expect(takes('logs', nested(10_000), 'protobuf')).toBe(false);
    const deep = `${'{"arrayValue":{"values":['.repeat(10_000)}{}${']}}'.repeat(10_000)}`;
    expect(takes('logs', Buffer.from(`{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":${deep}}]}]}]}`), 'json')).toBe(false);
  });

  it('that is no UTF-8 is taken with the marks for what cannot be read', () => {
    const broken = Buffer.from(encoded('logs'));
    const at = broken.indexOf('no', broken.indexOf('shop'));
    broken[at] = 0xff;
    expect(takes('logs', broken, 'protobuf')).toBe(true);
    expect([...readLogs(codec.logs(broken, 'protobuf'), { source: 'otlp', cluster: 'default', now, sieve: sieve(tally()) })]).toMatchObject(
      [{ text: '\ufffdo' }],
    );
  });
});

/** A field of protocol buffers that holds bytes. */
function field(number: number, bytes: Uint8Array): Buffer {
  const length: number[] = [];
  for (let rest = bytes.length; ; rest = Math.floor(rest / 128)) {
    length.push(rest >= 128 ? (rest % 128) + 128 : rest);
    if (rest < 128) break;
  }
  return Buffer.concat([Buffer.of(number * 8 + 2, ...length), bytes]);
}

describe('a flood of connections', () => {
  let otlp: RunningOtlp;
  afterEach(() => otlp.stop());

  it.each(['grpc', 'http'] as const)('over %s beyond the limit is closed and counted, and afterwards all is as before', async (door) => {
    otlp = await runOtlp();
    const port = Number(otlp[door].split(':')[1]);
    const sockets: Socket[] = Array.from({ length: 560 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
    await otlp.until(() => (otlp.source.health().dropped['too many connections'] ?? 0) >= 50);
    for (const socket of sockets) socket.destroy();
    let status = 0;
    async function post(): Promise<void> {
      const headers = { 'content-type': 'application/json' };
      status = await fetch(`http://${otlp.http}/v1/logs`, { method: 'POST', headers, body: '{}' }).then(
        (answer) => answer.status,
        () => 0,
      );
    }
    for (let tries = 0; tries < 100 && status !== 200; tries += 1) await post(); // until the server has seen that they are gone
    expect(status).toBe(200);
  });

  it('counts what is no HTTP', async () => {
    otlp = await runOtlp();
    const socket = connect(Number(otlp.http.split(':')[1]), '127.0.0.1', () => socket.write('\0\0\0nonsense\r\n\r\n'));
    await otlp.until(() => otlp.source.health().dropped['no whole HTTP request'] === 1);
    socket.destroy();
  });
});
