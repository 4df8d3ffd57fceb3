import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';
import { bed } from './bed.ts';
import { onCleanUp } from './clean-up.ts';
import { waitFor } from './wait-for.ts';

/** A Prometheus of one suite's own, on the bed's targets; it can be killed without anybody else's loss. */
export interface OwnPrometheus {
  readonly url: string;
  start(): Promise<void>;
  /** By SIGKILL: it says goodbye to nobody and writes nothing any more. */
  kill(): Promise<void>;
  /** The one value of a query at an instant, by the API itself; undefined when there is none. */
  valueOf(query: string, at: number): Promise<number | undefined>;
}

/** Why there can be none here; undefined when there can. */
export async function whyNoPrometheus(): Promise<string | undefined> {
  const { env, node } = await bed();
  const parts = ['PROMETHEUS_URL', 'NODE_EXPORTER_URL', 'KUBE_STATE_METRICS_URL'].filter((name) => !env[name]);
  return node && parts.length === 0 ? undefined : `the bed runs without ${[...(node ? [] : ['a node']), ...parts].join(', ')}`;
}

/** Prepares one that scrapes every 5 seconds and holds samples older than 10 for missing; `start` it. `cleanUp` ends it. */
export async function ownPrometheus(): Promise<OwnPrometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'kubemend-own-prometheus-'));
  const [config, port] = [join(folder, 'prometheus.yml'), await freePort()];
  await writeFile(config, stringify(await configuration()), { mode: 0o600 });
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  const { env } = await bed();

  async function kill(): Promise<void> {
    if (!child || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    child = undefined;
  }
  onCleanUp(async () => {
    await kill();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    url,
    async start() {
      const args = ['--config.file', config, '--storage.tsdb.path', join(folder, 'data'), '--web.listen-address', `127.0.0.1:${port}`];
      child = spawn(join(env.TESTBED_BIN ?? '', 'prometheus'), [...args, '--query.lookback-delta', '10s', '--log.level', 'warn'], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      child.stderr?.pipe(createWriteStream(join(folder, 'log'), { flags: 'a' }));
      await waitFor('the own Prometheus is ready', async () => (await answer(`${url}/-/ready`))?.ok === true);
    },
    kill,
    async valueOf(query, at) {
      const response = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query, time: String(at / 1_000) })}`);
      const { data } = Vector.parse(await response.json());
      if (data.result.length > 1) throw new Error(`${query} has ${data.result.length} values`);
      const [found] = data.result;
      return found && Number(found.value[1]);
    },
  };
}

const Vector = z.object({ data: z.object({ result: z.array(z.object({ value: z.tuple([z.number(), z.string()]) })) }) });

async function answer(url: string): Promise<Response | undefined> {
  try {
    return await fetch(url);
  } catch {
    return undefined; // not yet there
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}

async function configuration(): Promise<unknown> {
  const { env, kubeconfig } = await bed();
  const pki = dirname(env.KUBE_CA ?? '');
  const tls = {
    scheme: 'https',
    tls_config: { ca_file: join(pki, 'ca.crt'), cert_file: join(pki, 'admin.crt'), key_file: join(pki, 'admin.key') },
  };
  const discovery = (role: string) => ({ kubernetes_sd_configs: [{ role, kubeconfig_file: kubeconfig }] });
  const target = (url: string | undefined) => new URL(url ?? '').host;
  return {
    global: { scrape_interval: '5s', scrape_timeout: '4s' },
    scrape_configs: [
      {
        job_name: 'cadvisor',
        ...tls,
        ...discovery('node'),
        honor_labels: true,
        honor_timestamps: false,
        metrics_path: '/metrics/cadvisor',
        relabel_configs: [{ source_labels: ['__meta_kubernetes_node_label_type'], regex: 'kwok', action: 'drop' }],
      },
      { job_name: 'kube-state-metrics', honor_labels: true, static_configs: [{ targets: [target(env.KUBE_STATE_METRICS_URL)] }] },
      { job_name: 'node-exporter', static_configs: [{ targets: [target(env.NODE_EXPORTER_URL)], labels: { node: env.KUBE_NODE } }] },
      { job_name: 'pods', ...discovery('pod'), fallback_scrape_protocol: 'PrometheusText0.0.4', relabel_configs: annotatedPods },
    ],
  };
}

const annotatedPods = [
  { source_labels: ['__meta_kubernetes_pod_annotation_prometheus_io_scrape'], regex: 'true', action: 'keep' },
  { source_labels: ['__meta_kubernetes_pod_phase'], regex: 'Pending|Succeeded|Failed', action: 'drop' },
  {
    source_labels: ['__meta_kubernetes_pod_ip', '__meta_kubernetes_pod_annotation_prometheus_io_port'],
    regex: '(.+);(.+)',
    replacement: '$1:$2',
    target_label: '__address__',
  },
  { source_labels: ['__meta_kubernetes_namespace'], target_label: 'namespace' },
  { source_labels: ['__meta_kubernetes_pod_name'], target_label: 'pod' },
];
