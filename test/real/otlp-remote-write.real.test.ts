import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ReceiverSource } from '../../src/adapters/sources/receiver/receiver-source.ts';
import { remoteWriteSource } from '../../src/adapters/sources/remote-write/remote-write-source.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { type Listened, listenTo } from '../fakes/listened.ts';
import { quietLogger } from '../fakes/logger.ts';
import { waitFor } from './harness/wait-for.ts';

const binary = join(process.env.TESTBED_BIN ?? join(homedir(), '.cache/kubemend-testbed/bin'), 'prometheus');
const isReal = process.env.KUBEMEND_REAL === '1' && existsSync(binary);
const GAUGE = 'process_resident_memory_bytes';
const COUNTER = 'process_cpu_seconds_total';

const Matrix = z.object({
  data: z.object({ result: z.array(z.object({ values: z.array(z.tuple([z.number(), z.string()])) })) }),
});

describe.skipIf(!isReal)('a real Prometheus that writes to us (needs the test bed’s prometheus and KUBEMEND_REAL=1: test/real/run)', () => {
  let folder: string;
  let prometheus: ChildProcess;
  let ports: { readonly us: number; readonly prometheus: number };
  let source: ReceiverSource;
  let listened: Listened;

  async function listen(): Promise<void> {
    source = await remoteWriteSource({
      ...{ clock: systemClock, log: quietLogger, cluster: 'default', lock: {}, maxSeries: 1_000, maxQueued: 10_000 },
      listen: { host: '127.0.0.1', port: ports.us },
      metrics: { [GAUGE]: { as: 'memoryBytes', is: 'gauge' }, [COUNTER]: { as: 'cpuCores', is: 'counter' } },
    });
    listened = listenTo(source);
  }
  async function configure(targets: readonly string[]): Promise<void> {
    const labels = { namespace: 'bed', pod: 'prometheus-0', container: 'prometheus' };
    await writeFile(
      join(folder, 'prometheus.yml'),
      JSON.stringify({
        global: { scrape_interval: '1s', scrape_timeout: '900ms' },
        scrape_configs: [{ job_name: 'self', static_configs: [{ targets, labels }] }],
        remote_write: [
          {
            url: `http://127.0.0.1:${ports.us}/api/v1/write`,
            queue_config: { batch_send_deadline: '1s', min_backoff: '100ms', max_backoff: '1s' },
          },
        ],
      }),
    );
  }
  async function told(metric: string): Promise<Map<number, number>> {
    const query = encodeURIComponent(`${metric}[2m]`);
    const answer = await fetch(`http://127.0.0.1:${ports.prometheus}/api/v1/query?query=${query}`);
    const [series] = Matrix.parse(await answer.json()).data.result;
    return new Map((series?.values ?? []).map(([at, value]) => [Math.round(at * 1_000), Number(value)]));
  }
  const heard = (metric: string) => listened.of('samples').filter((block) => block.metric === metric);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kubemend-remote-write-'));
    ports = { us: await freePort(), prometheus: await freePort() };
    const self = `127.0.0.1:${ports.prometheus}`;
    await listen();
    await configure([self]);
    const flags = [`--config.file=${folder}/prometheus.yml`, `--storage.tsdb.path=${folder}/data`, `--web.listen-address=${self}`];
    prometheus = spawn(binary, [...flags, '--log.level=warn'], { stdio: 'inherit' });
  });
  afterAll(async () => {
    await listened?.stop();
    if (prometheus?.exitCode === null) {
      prometheus.kill('SIGTERM');
      await new Promise((resolve) => prometheus.once('exit', resolve));
    }
    await rm(folder, { recursive: true, force: true });
  });

  it('gives the values and the rates that Prometheus itself answers with, of the container that the labels name', async () => {
    await waitFor('samples', async () => heard('cpuCores').length >= 5, 60_000);
    const subject = { cluster: 'default', apiGroup: '', kind: 'Pod', namespace: 'bed', name: 'prometheus-0' };
    expect(heard('memoryBytes')[0]?.subjects).toEqual([{ ref: subject, part: 'prometheus' }]);
    const gauges = await told(GAUGE);
    const bySecond = new Map([...gauges].map(([at, value]) => [Math.floor(at / 1_000) * 1_000, value]));
    for (const block of heard('memoryBytes')) expect([block.at, block.values[0]]).toEqual([block.at, bySecond.get(block.at)]);
    const counted = [...(await told(COUNTER))];
    const rates = new Map(
      counted.slice(1).map(([at, value], index) => [Math.floor(at / 1_000) * 1_000, rateFrom(counted[index], [at, value])]),
    );
    const known = heard('cpuCores').filter(({ at }) => rates.has(at));
    expect(known.length).toBeGreaterThanOrEqual(4);
    for (const block of known) expect(block.values[0]).toBeCloseTo(rates.get(block.at) ?? Number.NaN, 9);
  });

  it('counts the metrics that are not asked for', async () => {
    expect(source.health().dropped['metric not asked for']).toBeGreaterThan(100);
    expect(source.health().ageMs).toBeLessThan(10_000);
    expect(new Set(listened.of('samples').map(({ metric }) => metric))).toEqual(new Set(['memoryBytes', 'cpuCores']));
  });

  it('gets what was measured while we were away', async () => {
    await listened.stop();
    const leftAt = Date.now();
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    const backAt = Date.now();
    await listen();
    await waitFor(
      'samples of the time between',
      async () => heard('memoryBytes').some(({ at }) => at > leftAt + 1_000 && at < backAt - 1_000),
      60_000,
    );
  });

  it('gives NaN once the target is gone', async () => {
    await configure([]);
    prometheus.kill('SIGHUP');
    await waitFor('the mark of staleness', async () => Number.isNaN(heard('memoryBytes').at(-1)?.values[0] ?? 0), 60_000);
  });
});

function rateFrom(before: readonly [number, number] | undefined, [at, value]: readonly [number, number]): number {
  const [lastAt = Number.NaN, last = Number.NaN] = before ?? [];
  return ((value - last) / (at - lastAt)) * 1_000;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(address !== null && typeof address === 'object' ? address.port : 0));
    });
  });
}
