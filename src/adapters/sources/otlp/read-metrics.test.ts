import { describe, expect, it } from 'vitest';
import { tally } from '../tally.ts';
import { type Encoding, loadOtlpCodec } from './otlp-codec.ts';
import { type MetricReader, metricReader } from './read-metrics.ts';
import { sieve } from './sieve.ts';

const codec = await loadOtlpCodec();
const now = 1_700_000_000_000;
const START = now - 60_000;
const pod = { 'k8s.pod.name': 'cart-1', 'k8s.namespace.name': 'shop' };

function attributesOf(pairs: Readonly<Record<string, string>>) {
  return Object.entries(pairs).map(([key, stringValue]) => ({ key, value: { stringValue } }));
}
function pointAt(at: number, more: object) {
  return { startTimeUnixNano: `${START}000000`, timeUnixNano: `${at}000000`, ...more };
}

/** What one export with these metrics gives: values by metric, and what was left out. */
function read(reader: MetricReader, metrics: readonly object[], resource: Readonly<Record<string, string>> = pod) {
  const counted = tally();
  const encoding: Encoding = 'json';
  const body = { resourceMetrics: [{ resource: { attributes: attributesOf(resource) }, scopeMetrics: [{ metrics }] }] };
  const exported = codec.metrics(Buffer.from(JSON.stringify(body)), encoding);
  const blocks = reader.read(exported, { source: 'otlp', cluster: 'default', now, sieve: sieve(counted) });
  const values = Object.fromEntries(blocks.map((block) => [block.metric, [...block.values]]));
  return { blocks, values, dropped: counted.counts() };
}

const gauge = (points: readonly object[], unit = '') => ({ name: 'g', unit, gauge: { dataPoints: points } });
function sum(value: number, at: number, over: object = {}, pointOver: object = {}) {
  const dataPoints = [{ ...pointAt(at, { asInt: String(value) }), ...pointOver }];
  return { name: 's', unit: 'By', sum: { isMonotonic: true, aggregationTemporality: 2, dataPoints, ...over } };
}
function histogram(counts: readonly number[], at: number, over: object = {}) {
  const point = pointAt(at, { bucketCounts: counts.map(String), explicitBounds: [1, 5], count: '0' });
  return { name: 'h', unit: 'ms', histogram: { aggregationTemporality: 2, dataPoints: [{ ...point, ...over }] } };
}

describe('metrics', () => {
  it('of one instant stand in one block per metric, with the attributes as the part', () => {
    const points = [pointAt(now, { asDouble: 1, attributes: attributesOf({ disk: 'b', at: 'x' }) }), pointAt(now + 400, { asDouble: 2 })];
    const { blocks } = read(metricReader(10), [gauge(points, '1')], { ...pod, 'k8s.container.name': 'app' });
    const ref = { cluster: 'default', apiGroup: '', kind: 'Pod', namespace: 'shop', name: 'cart-1' };
    expect(blocks).toEqual([
      {
        signal: 'samples',
        source: 'otlp',
        metric: 'g',
        at: now,
        subjects: [
          { ref, part: 'app,at=x,disk=b' },
          { ref, part: 'app' },
        ],
        values: Float64Array.of(1, 2),
      },
    ]);
  });

  it.each([
    ['a node', { 'k8s.node.name': 'n1' }, { kind: 'Node', name: 'n1' }],
    ['a workload', { 'k8s.namespace.name': 'shop', 'k8s.statefulset.name': 'db' }, { kind: 'StatefulSet', apiGroup: 'apps', name: 'db' }],
  ])('are about %s where no pod is named', (_what, resource, ref) => {
    expect(read(metricReader(10), [gauge([pointAt(now, { asDouble: 1 })])], resource).blocks[0]?.subjects[0]?.ref).toMatchObject(ref);
  });

  it.each([
    ['a name that Kubernetes does not allow', { 'k8s.pod.name': 'a/b', 'k8s.namespace.name': 'shop' }],
    ['no namespace', { 'k8s.pod.name': 'cart-1' }],
    ['nothing', {}],
  ])('are left out when their sender gives %s', (_what, resource) => {
    const { blocks, dropped } = read(metricReader(10), [gauge([pointAt(now, { asDouble: 1 })])], resource);
    expect([blocks, dropped]).toEqual([[], { 'no subject named': 1 }]);
  });

  it('that were not measured are NaN, never 0', () => {
    expect(read(metricReader(10), [gauge([pointAt(now, { flags: 1 })])]).values).toEqual({ g: [Number.NaN] });
    expect(read(metricReader(10), [gauge([pointAt(now, {})])]).values).toEqual({ g: [Number.NaN] });
  });

  it.each([
    ['grows', [100, 130], 3],
    ['stands', [100, 100], 0],
    ['falls: it has counted from 0 again', [100, 40], 4],
  ])('that count on give the rate once there are two points: %s', (_what, [first = 0, second = 0], rate) => {
    const reader = metricReader(10);
    expect(read(reader, [sum(first, now - 10_000)]).values).toEqual({});
    expect(read(reader, [sum(second, now)]).values).toEqual({ 's[By/s]': [rate] });
  });

  it('that count on from a new start give what was counted since', () => {
    const reader = metricReader(10);
    read(reader, [sum(100, now - 10_000)]);
    expect(read(reader, [sum(150, now, {}, { startTimeUnixNano: `${now - 5_000}000000` })]).values).toEqual({ 's[By/s]': [15] });
  });

  it('that count changes give their rate at once, and other sums their value', () => {
    expect(read(metricReader(10), [sum(120, now, { aggregationTemporality: 1 })]).values).toEqual({ 's[By/s]': [2] });
    expect(read(metricReader(10), [sum(120, now, { isMonotonic: false })]).values).toEqual({ 's[By]': [120] });
  });

  it('do not count a point twice, nor one that comes late', () => {
    const reader = metricReader(10);
    for (const at of [now - 10_000, now, now, now - 5_000]) read(reader, [sum(at === now ? 130 : 100, at)]);
    expect(read(reader, [sum(230, now + 10_000)]).values).toEqual({ 's[By/s]': [10] });
  });

  it.each([
    ['all in the first bucket', [10, 0, 0], 0.95],
    ['spread', [50, 50, 0], 1 + 4 * 0.9],
    ['above the last bound', [0, 0, 10], 5],
    ['none', [0, 0, 0], Number.NaN],
  ])('in buckets give p95 and rate of what was counted in between: %s', (_what, counts, p95) => {
    const reader = metricReader(10);
    read(reader, [histogram([7, 8, 9], now - 10_000)]);
    const later = counts.map((count, index) => count + index + 7);
    const { values } = read(reader, [histogram(later, now)]);
    expect(Number(values['h.p95[ms]']?.[0]?.toFixed(9))).toBe(p95);
    expect(values['h.count[1/s]']).toEqual([counts.reduce((all, count) => all + count, 0) / 10]);
  });

  it.each([
    ['too few bounds', 'unreadable buckets', histogram([1, 2, 3], now, { explicitBounds: [1] })],
    ['bounds that fall', 'unreadable buckets', histogram([1, 2, 3], now, { explicitBounds: [5, 1] })],
    ['no temporality', 'no aggregation temporality', sum(1, now, { aggregationTemporality: 0 })],
    ['changes up and down', 'delta of an up-down counter', sum(1, now, { aggregationTemporality: 1, isMonotonic: false })],
    ['no name', 'unnamed metric', { gauge: { dataPoints: [pointAt(now, { asDouble: 1 })] } }],
    ['no time', 'no time', gauge([{ asDouble: 1 }])],
    ['an instant long ago', 'too old', gauge([pointAt(now - 3_700_000, { asDouble: 1 })])],
    ['an instant to come', 'from the future', gauge([pointAt(now + 400_000, { asDouble: 1 })])],
    ['no finite value', 'infinite', gauge([pointAt(now, { asDouble: 'Infinity' })])],
    ['exponential buckets', 'exponential histogram', { name: 'e', exponentialHistogram: { dataPoints: [{}] } }],
    ['a summary', 'summary', { name: 'e', summary: { dataPoints: [{}] } }],
  ])('with %s are left out and counted', (_what, reason, metric) => {
    const { blocks, dropped } = read(metricReader(10), [metric]);
    expect([blocks, dropped]).toEqual([[], { [reason]: 1 }]);
  });

  it('keep the first of two values for one series', () => {
    const { values, dropped } = read(metricReader(10), [gauge([pointAt(now, { asDouble: 1 }), pointAt(now, { asDouble: 2 })])]);
    expect([values, dropped]).toEqual([{ g: [1] }, { 'two values for one series': 1 }]);
  });

  it('of too many series are left out, and room is made when some fell silent', () => {
    const reader = metricReader(2);
    const points = ['a', 'b', 'c'].map((disk) => pointAt(now, { asDouble: 1, attributes: attributesOf({ disk }) }));
    const { values, dropped } = read(reader, [gauge(points)]);
    expect([values, dropped]).toEqual([{ g: [1, 1] }, { 'too many series': 1 }]);
  });
});
