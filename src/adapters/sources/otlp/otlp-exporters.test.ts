import { type Attributes, context, SeverityNumber, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPLogExporter as GrpcLogExporter } from '@opentelemetry/exporter-logs-otlp-grpc';
import { OTLPLogExporter as JsonLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter as GrpcTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as ProtoTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { LoggerProvider, type LogRecordExporter, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type RunningOtlp, runOtlp } from '../../../../test/fakes/otlp.ts';

const cartPod = {
  'service.name': 'cart',
  'k8s.namespace.name': 'shop',
  'k8s.pod.name': 'cart-7c5d-x1',
  'k8s.pod.uid': 'a4b1',
  'k8s.container.name': 'server',
};
const cartRef = { cluster: 'default', apiGroup: '', kind: 'Pod', namespace: 'shop', name: 'cart-7c5d-x1', uid: 'a4b1' };

let otlp: RunningOtlp;
beforeEach(async () => {
  otlp = await runOtlp();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await otlp.stop();
});

async function emit(exporter: LogRecordExporter, attributes: Attributes): Promise<void> {
  const provider = new LoggerProvider({
    resource: resourceFromAttributes(attributes),
    processors: [new SimpleLogRecordProcessor({ exporter })],
  });
  const logger = provider.getLogger('test');
  logger.emit({ severityNumber: SeverityNumber.ERROR3, body: 'cannot reach the database', timestamp: Date.now() });
  logger.emit({ severityText: 'notice', body: { order: 7, lines: ['a', 'b'] }, timestamp: Date.now() });
  await provider.forceFlush();
  await provider.shutdown();
}

describe.each([
  ['gRPC', () => new GrpcLogExporter({ url: `http://${otlp.grpc}` })],
  ['HTTP with JSON', () => new JsonLogExporter({ url: `http://${otlp.http}/v1/logs` })],
])('a real log exporter over %s', (_way, exporter) => {
  it('gives lines with pod, container, time and severity', async () => {
    const before = Date.now();
    await emit(exporter(), cartPod);
    await otlp.until(() => otlp.of('log').length === 2);
    const [notice, error] = otlp.of('log').toSorted((a, b) => a.text.localeCompare(b.text));
    expect(error).toMatchObject({
      source: 'otlp',
      subject: cartRef,
      container: 'server',
      severity: 'ERROR',
      text: 'cannot reach the database',
    });
    expect(notice).toMatchObject({ severity: 'NOTICE', text: '{"order":7,"lines":["a","b"]}' });
    expect(error?.at).toBeGreaterThanOrEqual(before - 1);
    expect(error?.at).toBeLessThanOrEqual(Date.now() + 1);
    expect(otlp.source.health().ageMs).toBeLessThan(10_000);
  });

  it('is told which records name no pod, and they are counted', async () => {
    await emit(exporter(), { 'service.name': 'cart' });
    await otlp.until(() => otlp.source.health().dropped['no pod named'] === 2);
    expect(otlp.heard).toEqual([]);
  });
});

function tracerOf(exporter: SpanExporter, attributes: Attributes) {
  const provider = new TracerProvider({
    resource: resourceFromAttributes(attributes),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  });
  const tracer = provider.getTracer('test');
  async function finish(): Promise<void> {
    await provider.forceFlush();
    await provider.shutdown();
  }
  return { tracer, finish };
}

describe.each([
  ['gRPC', () => new GrpcTraceExporter({ url: `http://${otlp.grpc}` })],
  ['HTTP with protocol buffers', () => new ProtoTraceExporter({ url: `http://${otlp.http}/v1/traces` })],
  [
    'HTTP with protocol buffers and gzip',
    () => {
      vi.stubEnv('OTEL_EXPORTER_OTLP_COMPRESSION', 'gzip');
      return new ProtoTraceExporter({ url: `http://${otlp.http}/v1/traces` });
    },
  ],
  [
    'gRPC with gzip',
    () => {
      vi.stubEnv('OTEL_EXPORTER_OTLP_COMPRESSION', 'gzip');
      return new GrpcTraceExporter({ url: `http://${otlp.grpc}` });
    },
  ],
])('real span exporters over %s', (_way, exporter) => {
  it('give rate, errors and durations of each service, and who called whom', { timeout: 30_000 }, async () => {
    const front = tracerOf(exporter(), { 'service.name': 'front' });
    const cart = tracerOf(exporter(), cartPod);
    const endAt = Date.now();
    for (let n = 0; n < 100; n += 1) {
      const call = front.tracer.startSpan('GET /cart', { kind: SpanKind.CLIENT, startTime: endAt - 110 });
      const answer = cart.tracer.startSpan(
        'GET /cart',
        { kind: SpanKind.SERVER, startTime: endAt - 100 },
        trace.setSpan(context.active(), call),
      );
      if (n < 3) answer.setStatus({ code: SpanStatusCode.ERROR });
      if (n === 3) answer.setAttribute('http.response.status_code', 503);
      answer.end(endAt);
      const query = cart.tracer.startSpan('SELECT', {
        kind: SpanKind.CLIENT,
        startTime: endAt - 20,
        attributes: { 'server.address': 'cart-db' },
      });
      query.end(endAt);
      call.end(endAt);
    }
    await Promise.all([front.finish(), cart.finish()]);
    await otlp.until(() => otlp.of('spans').length >= 3);
    const byPair = new Map(otlp.of('spans').map((stats) => [`${stats.caller ?? ''}>${stats.service}`, stats]));
    expect([...byPair.keys()].toSorted()).toEqual(['>cart', 'cart>cart-db', 'front>cart']);
    expect(byPair.get('>cart')).toMatchObject({ count: 100, errors: 4, windowMs: 500, subject: cartRef });
    expect(byPair.get('>cart')?.durationMs.mean).toBeCloseTo(100, 1);
    expect(byPair.get('>cart')?.durationMs.p95).toBeCloseTo(100, 1);
    expect(byPair.get('front>cart')).toMatchObject({ count: 100, errors: 0 });
    expect(byPair.get('front>cart')?.durationMs.p50).toBeCloseTo(110, 1);
    expect(byPair.get('cart>cart-db')?.durationMs.p99).toBeCloseTo(20, 1);
  });
});

describe('a real metric exporter over HTTP with protocol buffers', () => {
  it('gives gauges, rates of counters and the p95 of histograms', { timeout: 30_000 }, async () => {
    const exporter = new OTLPMetricExporter({ url: `http://${otlp.http}/v1/metrics` });
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
    const provider = new MeterProvider({ resource: resourceFromAttributes(cartPod), readers: [reader] });
    const meter = provider.getMeter('test');
    const queue = meter.createUpDownCounter('jobs', { unit: '{job}' });
    const requests = meter.createCounter('requests');
    const durations = meter.createHistogram('duration', { unit: 'ms' });
    queue.add(7);
    requests.add(100, { route: '/cart' });
    durations.record(1_000);
    await provider.forceFlush();
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    requests.add(50, { route: '/cart' });
    for (let n = 0; n < 100; n += 1) durations.record(n < 96 ? 6 : 80);
    await provider.forceFlush();
    await otlp.until(() => otlp.of('samples').length === 5);
    const last = new Map(otlp.of('samples').map((block) => [block.metric, block]));
    expect(last.get('jobs[{job}]')).toMatchObject({ subjects: [{ ref: cartRef, part: 'server' }], values: Float64Array.of(7) });
    expect(last.get('requests[1/s]')?.subjects).toEqual([{ ref: cartRef, part: 'server,route=/cart' }]);
    expect(last.get('requests[1/s]')?.values[0]).toBeGreaterThan(25);
    expect(last.get('requests[1/s]')?.values[0]).toBeLessThan(50);
    expect(last.get('duration.count[1/s]')?.values[0]).toBeGreaterThan(50);
    expect(last.get('duration.p95[ms]')?.values[0]).toBeCloseTo(5 + 5 * (95 / 96), 6);
    await provider.shutdown();
  });
});
