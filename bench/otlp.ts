/**
 * How fast telemetry is taken in: `node bench/otlp.ts [ITEMS]` posts spans, log lines and samples over loopback to real receivers, and
 * prints items per second of CPU time of this process, which is sender and receiver in one: the receiver alone is faster.
 */
import { gzipSync } from 'node:zlib';
import { parse } from 'protobufjs';
import { compress } from 'snappyjs';
import { otlpProto } from '../src/adapters/sources/otlp/otlp-proto.ts';
import { remoteWriteSource } from '../src/adapters/sources/remote-write/remote-write-source.ts';
import { systemClock } from '../src/adapters/system/clock.ts';
import { listenTo } from '../test/fakes/listened.ts';
import { quietLogger } from '../test/fakes/logger.ts';
import { runOtlp } from '../test/fakes/otlp.ts';

const [items = 200_000] = process.argv.slice(2).map(Number);
const BATCH = 1_000;
const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const resource = { attributes: [text('service.name', 'cart'), text('k8s.namespace.name', 'shop'), text('k8s.pod.name', 'cart-1')] };
const { root } = parse(otlpProto);

function exportOf(type: string, message: object): Uint8Array {
  const found = root.lookupType(`otlp.${type}`);
  return found.encode(found.fromObject(message)).finish();
}
const batch = <Item>(make: (n: number) => Item) => Array.from({ length: BATCH }, (_, n) => make(n));
const attributes = Array.from({ length: 10 }, (_, n) => text(`http.attribute.${n}`, `value ${n}`));
const nanos = () => `${Date.now()}000000`;
const id = (n: number, bytes: number) => Buffer.alloc(bytes, n.toString(16).padStart(6, '0'), 'hex');

const bodies = {
  traces: () =>
    exportOf('ExportTraces', {
      resourceSpans: [
        {
          resource,
          scopeSpans: [
            {
              spans: batch((n) => ({
                ...{ traceId: id(n, 16), spanId: id(n, 8), parentSpanId: id(n + 1, 8), kind: 2 + (n % 2), attributes },
                ...{ startTimeUnixNano: nanos(), endTimeUnixNano: nanos() },
              })),
            },
          ],
        },
      ],
    }),
  logs: () =>
    exportOf('ExportLogs', {
      resourceLogs: [
        {
          resource,
          scopeLogs: [
            {
              logRecords: batch((n) => ({ timeUnixNano: nanos(), severityNumber: 9, body: { stringValue: `GET /cart/${n} took 12 ms` } })),
            },
          ],
        },
      ],
    }),
  metrics: () =>
    exportOf('ExportMetrics', {
      resourceMetrics: [
        {
          resource,
          scopeMetrics: [
            {
              metrics: [
                {
                  name: 'g',
                  gauge: { dataPoints: batch((n) => ({ timeUnixNano: nanos(), asDouble: n, attributes: [text('disk', `${n}`)] })) },
                },
              ],
            },
          ],
        },
      ],
    }),
};

async function measure(what: string, post: () => Promise<{ readonly status: number }>): Promise<void> {
  for (let n = 0; n < 5; n += 1) await post();
  const before = process.cpuUsage();
  for (let sent = 0; sent < items; sent += BATCH) {
    const { status } = await post();
    if (status >= 300) throw new Error(`${what}: answered with ${status}`);
  }
  const { user, system } = process.cpuUsage(before);
  console.info(
    `${what}: ${Math.round(items / ((user + system) / 1e6))}/s of CPU time, ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MiB`,
  );
}

const otlp = await runOtlp({ spanWindowMs: 10_000, spanGraceMs: 10_000, maxQueued: 1e9 });
for (const kind of ['traces', 'logs', 'metrics'] as const)
  for (const encoding of ['identity', 'gzip']) {
    const body = encoding === 'gzip' ? gzipSync(bodies[kind]()) : bodies[kind]();
    const headers = { 'content-type': 'application/x-protobuf', 'content-encoding': encoding };
    await measure(`OTLP ${kind}, ${encoding}`, () => fetch(`http://${otlp.http}/v1/${kind}`, { method: 'POST', headers, body }));
  }
await otlp.stop();

const source = await remoteWriteSource({
  ...{ clock: systemClock, log: quietLogger, cluster: 'default', lock: {}, maxSeries: 20_000, maxQueued: 1e9 },
  ...{ listen: { host: '127.0.0.1', port: 0 }, metrics: { memory: { as: 'memoryBytes', is: 'gauge' } } },
});
const listened = listenTo(source);
await listened.until(() => Object.keys(source.addresses()).length === 1);
const written = parse(`syntax = "proto3";
message W { repeated T t = 1; } message T { repeated L l = 1; repeated S s = 2; } message L { string n = 1; string v = 2; } message S { double v = 1; int64 t = 2; }`);
const type = written.root.lookupType('W');
const labels = (n: number) => ({
  __name__: 'memory',
  namespace: 'shop',
  pod: `cart-${n}`,
  container: 'app',
  job: 'cadvisor',
  instance: 'n1:10250',
  image: 'cart:1',
});
const series = batch((n) => ({
  l: Object.entries(labels(n)).map(([name, value]) => ({ n: name, v: value })),
  s: [{ v: n, t: Date.now() }],
}));
const block = compress(new Uint8Array(type.encode(type.fromObject({ t: series })).finish()));
const headers = { 'content-type': 'application/x-protobuf', 'content-encoding': 'snappy' };
await measure('remote_write samples', () =>
  fetch(`http://${Object.values(source.addresses())[0]}/api/v1/write`, { method: 'POST', headers, body: block }),
);
await listened.stop();
