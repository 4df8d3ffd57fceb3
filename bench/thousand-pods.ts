/**
 * What one controller costs beside 1,000 pods on a real API server: resident memory, idle CPU, and the time of one detection cycle.
 * Needs a test bed with kwok (`test/bed/up kwok; eval "$(test/bed/env)"`); every figure is printed with its n.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const PODS = Number(process.env.PODS ?? 1_000);
const MEASURE_S = Number(process.env.SECONDS_MEASURED ?? 60);
const NAMESPACE = 'bench-crowd';
const TICKS_PER_S = 100;

function kubectl(args: readonly string[], input?: string): string {
  return execFileSync('kubectl', [...args], { encoding: 'utf8', input, stdio: ['pipe', 'pipe', 'inherit'] });
}

/** Ten Deployments of a tenth each, on kwok's nodes. */
function crowd(): string {
  const template = {
    metadata: { labels: { app: 'crowd' } },
    spec: {
      containers: [
        { name: 'app', image: 'crowd.test/app:1', resources: { requests: { cpu: '1m' } }, readinessProbe: { exec: { command: ['true'] } } },
      ],
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: 'type', operator: 'In', values: ['kwok'] }] }],
          },
        },
      },
      tolerations: [{ operator: 'Exists' }],
    },
  };
  const deployments = Array.from({ length: 10 }, (_, index) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: `crowd-${index}`, namespace: NAMESPACE },
    spec: {
      replicas: PODS / 10,
      selector: { matchLabels: { app: 'crowd', part: `${index}` } },
      template: { ...template, metadata: { labels: { app: 'crowd', part: `${index}` } } },
    },
  }));
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: deployments });
}

function cpuTicks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

function memoryMiB(pid: number): { now: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const of = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1] ?? Number.NaN) / 1024;
  return { now: of('VmRSS'), peak: of('VmHWM') };
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

kubectl(['create', 'namespace', NAMESPACE]);
const stateDir = mkdtempSync(join(tmpdir(), 'kubemend-bench-'));
try {
  kubectl(['apply', '-f', '-'], crowd());
  for (let tries = 0; ; tries += 1) {
    const ready = kubectl(['-n', NAMESPACE, 'get', 'deployments', '-o', 'jsonpath={range .items[*]}{.status.readyReplicas}{"\\n"}{end}'])
      .split('\n')
      .reduce((sum, line) => sum + Number(line || 0), 0);
    process.stderr.write(`\r${ready} of ${PODS} pods ready `);
    if (ready >= PODS) break;
    if (tries > 180) throw new Error(`only ${ready} of ${PODS} pods became ready within 6 minutes`);
    await delay(2_000);
  }
  process.stderr.write('\n');
  const program = process.env.KUBEMEND_BENCH_PROGRAM ?? 'src/cli/main.ts';
  const child = spawn(process.execPath, ['--max-semi-space-size=2', program, 'run', '--mode', 'observe'], {
    env: { ...process.env, KUBEMEND_STATE_DIR: stateDir, KUBEMEND_LOG: 'debug' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const cycles: number[] = [];
  child.stderr.on('data', (chunk: Buffer) => {
    for (const [, took] of chunk.toString().matchAll(/"tookMs":(\d+),"msg":"looked"/g)) cycles.push(Number(took));
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('kubemend could not be started');
  for (let tries = 0; cycles.length < 3; tries += 1) {
    if (tries > 120 || child.exitCode !== null) throw new Error('kubemend made no three detection cycles within 2 minutes');
    await delay(1_000);
  }
  const before = cpuTicks(pid);
  const first = cycles.length;
  await delay(MEASURE_S * 1_000);
  const cpu = (cpuTicks(pid) - before) / TICKS_PER_S / MEASURE_S;
  const memory = memoryMiB(pid);
  const measured = cycles.slice(first).toSorted((a, b) => a - b);
  child.kill();
  const load = readFileSync('/proc/loadavg', 'utf8').split(' ')[0];
  console.log(`pods ${PODS}, measured for ${MEASURE_S} s, load average ${load}`);
  console.log(`resident memory   ${memory.now.toFixed(0)} MiB (peak ${memory.peak.toFixed(0)})`);
  console.log(`idle CPU          ${(cpu * 100).toFixed(1)} % of a core`);
  console.log(`detection cycle   median ${quantile(measured, 0.5)} ms, max ${measured.at(-1)} ms, n ${measured.length}`);
} finally {
  kubectl(['delete', 'namespace', NAMESPACE, '--wait=false']);
  rmSync(stateDir, { recursive: true, force: true });
}
