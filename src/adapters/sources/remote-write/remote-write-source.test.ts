import { parse } from 'protobufjs';
import { compress } from 'snappyjs';
import { afterEach, describe, expect, it } from 'vitest';
import { type Listened, listenTo } from '../../../../test/fakes/listened.ts';
import { quietLogger } from '../../../../test/fakes/logger.ts';
import { systemClock } from '../../system/clock.ts';
import type { ReceiverSource } from '../receiver/receiver-source.ts';
import { type RemoteWriteOptions, remoteWriteSource } from './remote-write-source.ts';

/** As prometheus/prompb has it, written apart from what is tested. */
const { root } = parse(`syntax = "proto3";
message WriteRequest { repeated TimeSeries timeseries = 1; }
message TimeSeries { repeated Label labels = 1; repeated Sample samples = 2; }
message Label { string name = 1; string value = 2; }
message Sample { double value = 1; int64 timestamp = 2; }`);
const now = Math.floor(Date.now() / 1_000) * 1_000;
const container = { namespace: 'shop', pod: 'cart-1', container: 'app', job: 'cadvisor', instance: 'n1:10250' };
const subject = { cluster: 'default', apiGroup: '', kind: 'Pod', namespace: 'shop', name: 'cart-1' };

interface Series {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly samples: readonly (readonly [at: number, value: number])[];
}

function bodyOf(series: readonly Series[]): Uint8Array {
  const timeseries = series.map(({ name, labels = container, samples }) => ({
    labels: Object.entries({ __name__: name, ...labels }).map(([key, value]) => ({ name: key, value })),
    samples: samples.map(([timestamp, value]) => ({ timestamp, value })),
  }));
  const type = root.lookupType('WriteRequest');
  return compress(new Uint8Array(type.encode(type.fromObject({ timeseries })).finish()));
}

let source: ReceiverSource;
let listened: Listened;
afterEach(() => listened.stop());

async function start(over: Partial<RemoteWriteOptions> = {}): Promise<void> {
  source = await remoteWriteSource({
    ...{ clock: systemClock, log: quietLogger, cluster: 'default', lock: {}, maxSeries: 100, maxQueued: 1_000 },
    listen: { host: '127.0.0.1', port: 0 },
    metrics: {
      container_memory_working_set_bytes: { as: 'memoryBytes', is: 'gauge' },
      container_cpu_usage_seconds_total: { as: 'cpuCores', is: 'counter' },
      node_load1: { as: 'nodeLoad', is: 'gauge' },
    },
    ...over,
  });
  listened = listenTo(source);
  await listened.until(() => Object.keys(source.addresses()).length === 1);
}

function post(body: Uint8Array, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  const usual = { 'content-type': 'application/x-protobuf', 'content-encoding': 'snappy' };
  return fetch(`http://${Object.values(source.addresses())[0]}/api/v1/write`, { method: 'POST', headers: { ...usual, ...headers }, body });
}
const heard = () => listened.of('samples').map(({ metric, at, subjects, values }) => ({ metric, at, subjects, values: [...values] }));
const memory = (samples: Series['samples'], labels?: Series['labels']): Series => ({
  name: 'container_memory_working_set_bytes',
  samples,
  ...(labels && { labels }),
});

describe('remote_write', () => {
  it('is answered with 204, and gives blocks by metric and instant, oldest first', async () => {
    await start();
    const answer = await post(
      bodyOf([
        memory([
          [now, 7],
          [now - 15_000, 5],
        ]),
        memory([[now, 9]], { ...container, pod: 'cart-2' }),
      ]),
    );
    expect(answer.status).toBe(204);
    await listened.until(() => heard().length === 2);
    const ofCart1 = { ref: subject, part: 'app' };
    expect(heard()).toEqual([
      { metric: 'memoryBytes', at: now - 15_000, subjects: [ofCart1], values: [5] },
      { metric: 'memoryBytes', at: now, subjects: [ofCart1, { ref: { ...subject, name: 'cart-2' }, part: 'app' }], values: [7, 9] },
    ]);
  });

  it('gives the rate of a counter from its second sample on, across requests and resets', async () => {
    await start();
    const cpu = (at: number, value: number) => post(bodyOf([{ name: 'container_cpu_usage_seconds_total', samples: [[at, value]] }]));
    for (const [at, value] of [
      [-30_000, 100],
      [-20_000, 105],
      [-10_000, 2],
    ] as const)
      await cpu(now + at, value);
    await listened.until(() => heard().length === 2);
    expect(heard().map(({ values }) => values)).toEqual([[0.5], [0.2]]);
  });

  it('gives NaN for the mark of staleness', async () => {
    await start();
    const body = bodyOf([memory([[now, 7]])]);
    expect((await post(body)).status).toBe(204);
    await post(bodyOf([memory([[now + 1_000, Number.NaN]])]));
    await listened.until(() => heard().length === 2);
    expect(heard()[1]?.values).toEqual([Number.NaN]);
  });

  it.each([
    [
      'a pod as a whole',
      'container_memory_working_set_bytes',
      { namespace: 'shop', pod: 'cart-1', container: '', id: '/kubepods' },
      { ref: subject },
    ],
    [
      'a node, whatever pod measured it',
      'node_load1',
      { node: 'n1', pod: 'node-exporter-x', namespace: 'monitoring' },
      { ref: { kind: 'Node', name: 'n1' } },
    ],
    [
      'what was measured, not the pod that was scraped',
      'container_memory_working_set_bytes',
      { namespace: 'monitoring', pod: 'exporter', exported_namespace: 'shop', exported_pod: 'cart-1' },
      { ref: subject },
    ],
    [
      'a part by the labels that are left',
      'container_memory_working_set_bytes',
      { ...container, device: 'sda', az: 'x' },
      { part: 'app,az=x,device=sda' },
    ],
  ])('knows %s by the labels', async (_what, name, labels, expected) => {
    await start();
    await post(bodyOf([{ name, labels, samples: [[now, 1]] }]));
    await listened.until(() => heard().length === 1);
    expect(heard()[0]?.subjects).toMatchObject([expected]);
    expect(heard()[0]?.subjects[0]?.part).toBe('part' in expected ? expected.part : undefined);
  });

  it('counts what it leaves out, by reason', async () => {
    await start({ maxSeries: 1 });
    const body = bodyOf([
      {
        name: 'up',
        samples: [
          [now, 1],
          [now + 1, 1],
        ],
      },
      memory([
        [now, 1],
        [now, 2],
        [now - 4_000_000, 1],
        [now + 4_000_000, 1],
      ]),
      memory([[now, 1]], { job: 'x' }),
      memory([[now, 1]], { ...container, pod: 'cart-2' }),
    ]);
    expect((await post(body)).status).toBe(204);
    expect(source.health().dropped).toEqual({
      'metric not asked for': 2,
      'two values for one series': 1,
      'too old': 1,
      'from the future': 1,
      'no subject named': 1,
      'too many series': 1,
    });
  });

  it.each([
    ['no snappy', [400, 'malformed'], () => post(new Uint8Array([1, 2, 3]))],
    ['no write request', [400, 'malformed'], () => post(compress(new Uint8Array([0x0a, 0xff, 0x01])))],
    ['a block that grows too large', [400, 'malformed'], () => post(compress(new Uint8Array(5 * 1024 * 1024)))],
    ['another compression', [415, 'media type'], () => post(bodyOf([]), { 'content-encoding': 'zstd' })],
    [
      'version 2',
      [415, 'remote write 2.0'],
      () => post(bodyOf([]), { 'content-type': 'application/x-protobuf;proto=io.prometheus.write.v2.Request' }),
    ],
  ] as const)('refuses %s in words, and counts it', async (_what, [status, reason], send) => {
    await start();
    const answer = await send();
    expect([answer.status, source.health().dropped]).toEqual([status, { [reason]: 1 }]);
    expect((await answer.text()).length).toBeGreaterThan(30);
  });

  it('takes what names version 1', async () => {
    await start();
    expect((await post(bodyOf([]), { 'content-type': 'application/x-protobuf;proto=prometheus.WriteRequest' })).status).toBe(204);
  });

  it('answers 503 while too much is waiting, after which Prometheus sends again', async () => {
    await start({ maxQueued: 0 });
    const answer = await post(bodyOf([]));
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2']);
  });
});
