import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakePrometheus, fakePrometheus, matrix, refuse } from '../../../../test/fakes/prometheus-server.ts';
import { openClient, type PrometheusClient } from './client.ts';
import { readRange } from './read-range.ts';

let server: FakePrometheus;
let client: PrometheusClient;

beforeEach(async () => {
  server = await fakePrometheus();
  client = openClient({ url: server.url }, { deadlineMs: 2_000, maxBytes: 1_000_000, sockets: 2 });
});
afterEach(async () => {
  await client.close();
  await server.leave();
});

const range = (query: string, from: number, to: number, stepMs: number) =>
  readRange({ query, from, to, stepMs }, { client, lookbackMs: 300_000 });

describe('a range', () => {
  it('is asked in stretches below the limit of 11,000 points, aligned to its step, with NaN in the gaps', async () => {
    const asked: (readonly [number, number])[] = [];
    server.answer(({ parameters }, response) => {
      const [start, end] = [Number(parameters.get('start')), Number(parameters.get('end'))];
      asked.push([start, end]);
      matrix(response, [
        [
          { pod: 'a' },
          [
            [start, '1'],
            [end, '+Inf'],
          ],
        ],
      ]);
    });
    const block = await range('x', 1_000_500, 1_000_500 + 25_000_000, 1_000);
    expect(asked).toEqual([
      [1_001, 11_000],
      [11_001, 21_000],
      [21_001, 26_000],
    ]);
    expect(block).toMatchObject({ from: 1_001_000, stepMs: 1_000, warnings: [], series: [{ labels: { pod: 'a' } }] });
    const values = block.series[0]?.values ?? new Float64Array();
    expect(values).toHaveLength(25_000);
    const known = [...values.entries()].filter(([, value]) => !Number.isNaN(value));
    expect(known.map(([index]) => index)).toEqual([0, 9_999, 10_000, 19_999, 20_000, 24_999]);
  });

  it('that holds no step is empty, one without a step is refused, and so is a bad query, in the words of the server', async () => {
    expect(await range('x', 1_001, 1_999, 1_000)).toMatchObject({ series: [] });
    await expect(range('x', 0, 1_000, 0)).rejects.toMatchObject({ code: 'source-refused' });
    server.answer((_asked, response) => refuse(response, 400, 'parse error: bad'));
    await expect(range('(', 0, 1_000, 1_000)).rejects.toMatchObject({
      code: 'source-refused',
      message: expect.stringContaining('parse error: bad'),
    });
  });
});
