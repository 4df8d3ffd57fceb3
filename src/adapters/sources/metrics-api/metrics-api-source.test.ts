import { describe, expect, it } from 'vitest';
import type { SampleBlock } from '../../../core/model/samples.ts';
import { metricsApiSource, whyNoMetrics } from './metrics-api-source.ts';

const NOON = 1_700_000_010_000;
const iso = (ms: number) => new Date(ms).toISOString();
const pods = (timestamp = iso(NOON - 10_000)) => ({
  kind: 'PodMetricsList',
  items: [
    {
      metadata: { name: 'cart-0', namespace: 'shop' },
      timestamp,
      window: '15s',
      containers: [
        { name: 'app', usage: { cpu: '250m', memory: '64Mi' } },
        { name: 'proxy', usage: { cpu: '1234567n' } },
      ],
    },
  ],
});
const nodes = (timestamp = iso(NOON - 10_000)) => ({
  kind: 'NodeMetricsList',
  items: [{ metadata: { name: 'node-1' }, timestamp, usage: { cpu: '2', memory: '8Gi' } }],
});
const refusal = (status: number) => Object.assign(new Error(`GET: ${status}`), { status });

type Answer = (path: string) => unknown;

function open(answer: Answer) {
  let now = NOON;
  const asked: string[] = [];
  const state = { answer };
  const clock = {
    now: () => now,
    async sleep(ms: number) {
      now += ms;
    },
  };
  const source = metricsApiSource({
    cluster: 'default',
    clock,
    intervalMs: 15_000,
    async getJson(path) {
      asked.push(path);
      return state.answer(path);
    },
  });
  return { source, asked, state, clock };
}
const whole: Answer = (path) => (path.endsWith('/pods') ? pods() : nodes());

async function take(blocks: AsyncIterable<SampleBlock>, count: number): Promise<SampleBlock[]> {
  const taken: SampleBlock[] = [];
  for await (const block of blocks) {
    taken.push(block);
    if (taken.length === count) break;
  }
  return taken;
}
const never = new AbortController().signal;

describe('the metrics API', () => {
  it('is asked for one list of pods and one of nodes, and gives containers and nodes', async () => {
    const { source, asked } = open(whole);
    const blocks = await take(source.stream(never), 4);
    expect(asked).toEqual(['/apis/metrics.k8s.io/v1beta1/pods', '/apis/metrics.k8s.io/v1beta1/nodes']);
    expect(
      blocks.map(({ metric, subjects, values }) => [metric, subjects.map(({ ref, part }) => `${ref.name}/${part}`), [...values]]),
    ).toEqual([
      ['cpuCores', ['cart-0/app', 'cart-0/proxy'], [0.25, 0.001234567]],
      ['memoryBytes', ['cart-0/app'], [64 * 2 ** 20]],
      ['nodeCpuCores', ['node-1/undefined'], [2]],
      ['nodeMemoryBytes', ['node-1/undefined'], [8 * 2 ** 30]],
    ]);
    expect(source.health()).toEqual({ ageMs: 0, dropped: {} });
  });

  it('is not believed where it measured too long ago', async () => {
    const { source } = open((path) => (path.endsWith('/pods') ? pods(iso(NOON - 200_000)) : nodes()));
    expect((await take(source.stream(never), 2)).map(({ metric }) => metric)).toEqual(['nodeCpuCores', 'nodeMemoryBytes']);
    expect(source.health().dropped).toEqual({ 'measured too long ago': 2 });
  });

  it.each([
    [404, /no metrics API.*install metrics-server/],
    [503, /does not answer.*get apiservice/],
    [403, /allow list on pods of metrics\.k8s\.io/],
    [500, /cannot be read: GET: 500/],
  ])('that answers %i is a problem with a mend, and is taken up again when it answers', async (status, problem) => {
    const { source, state } = open(() => {
      throw refusal(status);
    });
    const stream = source.stream(never)[Symbol.asyncIterator]();
    const next = stream.next();
    await expect.poll(() => source.health().problem).toMatch(problem);
    expect(source.health().ageMs).toBeUndefined();
    state.answer = (path) => (path.endsWith('/pods') ? pods(iso(Date.parse('2099-01-01'))) : nodes(iso(Date.parse('2099-01-01'))));
    expect((await next).value).toMatchObject({ metric: 'cpuCores' });
    expect(source.health().problem).toBeUndefined();
  });

  it('is tested for doctor with the same words', async () => {
    expect(await whyNoMetrics(async () => nodes(), never)).toBeUndefined();
    expect(await whyNoMetrics(() => Promise.reject(refusal(404)), never)).toMatch(/install metrics-server/);
  });

  it('gives an answer of another shape as a problem, not as an empty cluster', async () => {
    const { source, state } = open(() => ({ kind: 'Status' }));
    const stream = source.stream(never)[Symbol.asyncIterator]();
    const next = stream.next();
    await expect.poll(() => source.health().problem).toMatch(/no PodMetricsList/);
    state.answer = (path) => (path.endsWith('/pods') ? pods(iso(Date.parse('2099-01-01'))) : nodes());
    await next;
  });
});
