import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakePrometheus, type FakeSample, fakePrometheus, matrix, refuse, vector } from '../../../../test/fakes/prometheus-server.ts';
import type { SampleBlock } from '../../../core/model/samples.ts';
import { type MetricQuery, type PrometheusOptions, prometheusSource } from './prometheus-source.ts';

const NOON = 1_700_000_010_000;
const STEP = 15_000;
const FIRST = 1_700_000_010_000 - (1_700_000_010_000 % STEP);
const cpu: MetricQuery = { name: 'cpuCores', query: 'cpu', subject: { kind: 'container', labels: {} } };
const disk: MetricQuery = { name: 'diskBytes', query: 'disk', subject: { kind: 'pod', labels: {} } };
const heat: MetricQuery = { name: 'heat', query: 'heat', subject: { kind: 'node', labels: {} }, isOptional: true };

let server: FakePrometheus;
let answers: Record<string, readonly FakeSample[]>;
const stops: (() => void)[] = [];

beforeEach(async () => {
  answers = {};
  server = await fakePrometheus(({ parameters }, response) => vector(response, answers[parameters.get('query') ?? ''] ?? []));
});
afterEach(async () => {
  for (const stop of stops.splice(0)) stop();
  await server.leave();
});

/** A source on a clock that passes by itself while the source sleeps. */
function open(changes: Partial<PrometheusOptions> = {}) {
  let now = NOON;
  const clock = {
    now: () => now,
    async sleep(ms: number) {
      now += ms;
    },
  };
  const bounds = { intervalMs: STEP, deadlineMs: 2_000, lookbackMs: 300_000, maxSeries: 100, maxBytes: 1_000_000 };
  const source = prometheusSource({ url: server.url, cluster: 'default', clock, queries: [cpu, disk, heat], ...bounds, ...changes });
  const stop = new AbortController();
  stops.push(() => {
    stop.abort();
    void source.close();
  });
  return { source, signal: stop.signal, clock, pass: (ms: number) => (now += ms) };
}
const container = (pod: string, name = 'app') => ({ namespace: 'shop', pod, container: name });
const at = (seconds: number) => seconds / 1_000;

async function take(blocks: AsyncIterable<SampleBlock>, count: number): Promise<SampleBlock[]> {
  const taken: SampleBlock[] = [];
  for await (const block of blocks) {
    taken.push(block);
    if (taken.length === count) break;
  }
  return taken;
}
const names = ({ subjects }: SampleBlock) => subjects.map(({ ref, part }) => (part === undefined ? ref.name : `${ref.name}/${part}`));

describe('a poll', () => {
  it('asks once for each metric, however many workloads there are, and gives one block for each', async () => {
    answers.cpu = Array.from({ length: 80 }, (_, n): FakeSample => [container(`cart-${n}`), `${n}`, at(FIRST)]);
    answers.disk = [[{ namespace: 'shop', pod: 'cart-0' }, '7', at(FIRST)]];
    answers.heat = [[{ node: 'node-1' }, '40', at(FIRST)]];
    const { source, signal } = open();
    const blocks = await take(source.stream(signal), 3);
    expect(server.asked.map(({ parameters }) => parameters.get('query')).toSorted()).toEqual(['cpu', 'disk', 'heat']);
    expect(new Set(blocks.map((block) => block.at))).toEqual(new Set([FIRST]));
    expect(Object.fromEntries(blocks.map(({ metric, values }) => [metric, values.length]))).toEqual({
      cpuCores: 80,
      diskBytes: 1,
      heat: 1,
    });
    expect(blocks.find(({ metric }) => metric === 'heat')?.subjects).toEqual([
      { ref: { cluster: 'default', apiGroup: '', kind: 'Node', name: 'node-1' } },
    ]);
    expect(source.health()).toEqual({ ageMs: 0, dropped: {}, absent: [], notes: {} });
  });

  it('leaves out what is missing, and never makes it 0', async () => {
    answers.cpu = [
      [container('a'), 'NaN', at(FIRST)],
      [container('b'), '0', at(FIRST)],
      [container('c'), '+Inf', at(FIRST)],
      [container('d'), '1', at(FIRST - 400_000)],
      [{ namespace: 'shop', pod: 'e' }, '1', at(FIRST)],
      [{ ...container('f'), extra: '1' }, '1', at(FIRST)],
      [{ ...container('f'), extra: '2' }, '2', at(FIRST)],
    ];
    const { source, signal } = open({ queries: [cpu] });
    const [block] = await take(source.stream(signal), 1);
    expect(block && [names(block), [...block.values]]).toEqual([['b/app'], [0]]);
    expect(source.health().dropped).toEqual({
      infinite: 1,
      'older than the lookback': 1,
      'no subject in the labels': 1,
      'several series of one subject': 2,
    });
  });

  it('keeps the highest where there are too many series, and counts the rest', async () => {
    answers.cpu = Array.from(
      { length: 250 },
      (_, n): FakeSample => [container(`cart-${n}`), n === 3 ? 'NaN' : `${(n * 7) % 250}`, at(FIRST)],
    );
    const { source, signal } = open({ queries: [cpu] });
    const [block] = await take(source.stream(signal), 1);
    expect(block?.values.length).toBe(100);
    expect(Math.min(...(block?.values ?? []))).toBe(150);
    expect(source.health().dropped).toEqual({ 'too many series': 150 });
  });

  it('goes on with the others when one query fails, and says which and why', async () => {
    server.answer(({ parameters }, response) => {
      if (parameters.get('query') === 'cpu') refuse(response, 422, 'many-to-many matching not allowed');
      else vector(response, [[{ namespace: 'shop', pod: 'a', node: 'n' }, '1', at(FIRST)]]);
    });
    const { source, signal } = open();
    expect((await take(source.stream(signal), 2)).map(({ metric }) => metric).toSorted()).toEqual(['diskBytes', 'heat']);
    expect(source.health().problem).toMatch(/^cpuCores: http.*422: many-to-many matching not allowed$/);
  });

  it('says what a partial answer left out, and does not count it as whole', async () => {
    server.answer((_asked, response) =>
      vector(response, [[container('a'), '1', at(FIRST)]], { warnings: ['store b is down'], infos: ['odd'] }),
    );
    const { source, signal } = open({ queries: [cpu] });
    expect(await take(source.stream(signal), 1)).toHaveLength(1);
    expect(source.health()).toMatchObject({
      ageMs: undefined,
      problem: 'cpuCores may be incomplete: store b is down',
      notes: { cpuCores: ['store b is down', 'odd'] },
    });
  });

  it('names what is absent; where that is usual, it is no fault', async () => {
    answers.cpu = [[container('a'), '1', at(FIRST)]];
    const { source, signal } = open();
    await take(source.stream(signal), 1);
    expect(source.health().absent.toSorted()).toEqual(['diskBytes', 'heat']);
    expect(source.health().problem).toMatch(/^no series for diskBytes: /);
  });

  it('gives the same subject object again, and ends when it is told to', async () => {
    answers.cpu = [[container('a'), '1', at(FIRST)]];
    const { source, signal } = open({ queries: [cpu] });
    const [first, second] = await take(source.stream(signal), 2);
    expect(second?.at).toBe(FIRST + STEP);
    expect(second?.subjects[0]).toBe(first?.subjects[0]);
    for (const stop of stops.splice(0)) stop();
    expect(await take(source.stream(signal), 1)).toEqual([]);
  });
});

describe('a server that goes away', () => {
  it('is asked once each interval, and taken up again when it is back', async () => {
    answers.cpu = answers.disk = [[container('a'), '1', at(FIRST)]];
    const { source, signal, clock } = open({ queries: [cpu, disk], lookbackMs: 3_600_000 });
    const stream = source.stream(signal)[Symbol.asyncIterator]();
    await stream.next();
    await stream.next();
    const leftAt = clock.now();
    await server.leave();
    const next = stream.next(); // polls in vain until the server is back
    await expect.poll(() => (clock.now() - leftAt) / STEP).toBeGreaterThanOrEqual(3);
    expect(source.health().problem).toMatch(/ECONNREFUSED/);
    expect(source.health().ageMs).toBeGreaterThanOrEqual(STEP);
    await server.comeBack();
    const { value } = await next;
    expect(value).toMatchObject({ signal: 'samples' });
    expect(value.at).toBeGreaterThan(leftAt);
    await stream.next();
    expect(source.health().problem).toBeUndefined();
  });
});

describe('the past', () => {
  const range = ({ parameters }: { readonly parameters: URLSearchParams }) =>
    [Number(parameters.get('start')), Number(parameters.get('end')), Number(parameters.get('step'))] as const;

  it('comes oldest first, without gaps in the instants asked for, and the stream goes on after it', async () => {
    server.answer((asked, response) => {
      if (asked.path.endsWith('query')) return vector(response, [[container('a'), '9', Number(asked.parameters.get('time'))]]);
      const [start, end, step] = range(asked);
      const instants = Array.from({ length: (end - start) / step + 1 }, (_, n) => start + n * step);
      matrix(response, [[container('a'), instants.map((instant) => [instant, `${instant}`])]]);
    });
    const { source, signal } = open({ queries: [cpu] });
    const from = FIRST - 40 * STEP;
    const past = await take(source.backfill(from, signal), 1_000);
    expect(past.map((block) => block.at)).toEqual(Array.from({ length: 41 }, (_, n) => from + n * STEP));
    expect(past.map(({ values }) => (values[0] ?? 0) * 1_000)).toEqual(past.map((block) => block.at));
    expect((await take(source.stream(signal), 1))[0]?.at).toBe(FIRST + STEP);
  });

  it('has no block where nobody has a sample', async () => {
    server.answer((asked, response) => {
      const [start, end, step] = range(asked);
      matrix(response, [
        [
          container('a'),
          [
            [start, '1'],
            [start + step, 'NaN'],
            [end, '2'],
          ],
        ],
      ]);
    });
    const { source, signal } = open({ queries: [cpu] });
    expect((await take(source.backfill(FIRST - 5 * STEP, signal), 99)).map((block) => (block.at - FIRST) / STEP)).toEqual([-5, 0]);
  });

  it('ends at once when nobody is there, and the stream begins where it would have', async () => {
    const { source, signal } = open({ queries: [cpu] });
    await server.leave();
    expect(await take(source.backfill(FIRST - 10_000 * STEP, signal), 1)).toEqual([]);
    expect(source.health().problem).toMatch(/ECONNREFUSED/);
    await server.comeBack();
    answers.cpu = [[container('a'), '1', at(FIRST)]];
    expect((await take(source.stream(signal), 1))[0]?.at).toBe(FIRST);
  });
});
