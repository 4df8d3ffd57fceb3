import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { jsonOf, namesIn, packedOrPlain, textOf } from '../../anomaly/files.ts';
import { refusal } from '../../anomaly/refusal.ts';
import type { Scene, SymptomLayout } from '../scene.ts';

const MINUTE_MS = 60_000;
const STEP_MS = 5 * MINUTE_MS;
/** A sample stands for the five minutes after its instant; what was done shows for so long. */
const LASTS_MS = 12 * MINUTE_MS;
const HEADS = 4;
const Target = z.object({ target: z.object({ node: z.string(), metric: z.string(), timestamp: z.number() }) });

/** A wide table: one column for each node, metric and statistic. */
interface Wide {
  readonly at: Float64Array;
  readonly nodes: readonly string[];
  column(node: string, metric: string, statistic: string): Float64Array;
}

/** `TRAFFIC/noissue/metrics.csv.gz` without faults; in `TRAFFIC/train/ISSUE` the metrics.csv around one, and target.json: where it showed. */
export const petshop: SymptomLayout = {
  name: 'petshop',
  about: 'TRAFFIC/noissue/metrics.csv.gz and TRAFFIC/train/ISSUE/{metrics.csv,target.json}',
  recognises: (dataDir) => trafficsIn(dataDir).length > 0,
  read: (dataDir, limit) => trafficsIn(dataDir).flatMap((traffic) => scenesOf(dataDir, traffic, limit)),
};

function trafficsIn(dataDir: string): readonly string[] {
  return namesIn(dataDir).filter((name) => packedOrPlain(join(dataDir, name, 'noissue', 'metrics.csv')) !== undefined);
}

function scenesOf(dataDir: string, traffic: string, limit: number | undefined): readonly Scene[] {
  const healthy = wideOf(join(dataDir, traffic, 'noissue', 'metrics.csv'));
  const usual = healthy.nodes
    .slice(0, limit)
    .flatMap((node) => [sceneOf('error-rate'), sceneOf('latency')].map((make) => make(`${traffic}/${node}`, node, healthy)));
  const parts = namesIn(dataDir, traffic).filter((name) => name !== 'noissue' && !name.includes('.'));
  const issues = parts.flatMap((part) => namesIn(dataDir, traffic, part).map((issue) => join(dataDir, traffic, part, issue)));
  return [...usual, ...issues.slice(0, limit).map((folder) => issueOf(folder, healthy))].filter(({ values }) =>
    values.some((value) => !Number.isNaN(value)),
  );
}

/** The healthy past, then the issue as if it came right after it. */
function issueOf(folder: string, healthy: Wide): Scene {
  const file = join(folder, 'target.json');
  const parsed = Target.safeParse(jsonOf(file));
  if (!parsed.success) throw refusal(file, z.prettifyError(parsed.error));
  const { node, metric, timestamp } = parsed.data.target;
  const issue = wideOf(join(folder, 'metrics.csv'));
  const shift = (healthy.at.at(-1) ?? 0) + STEP_MS - (issue.at[0] ?? 0);
  const both: Wide = {
    at: Float64Array.from([...healthy.at, ...issue.at.map((instant) => instant + shift)]),
    nodes: issue.nodes,
    column: (...key) => Float64Array.from([...healthy.column(...key), ...issue.column(...key)]),
  };
  const from = 1000 * timestamp - STEP_MS + shift;
  const scene = sceneOf(metric === 'latency' ? 'latency' : 'error-rate')(folder, node, both);
  return {
    ...scene,
    name: folder.split('/').slice(-3).join('/'),
    faults: [{ from, to: from + STEP_MS + LASTS_MS }],
    scoredFrom: healthy.at.length,
  };
}

function sceneOf(detector: 'error-rate' | 'latency') {
  return (name: string, node: string, table: Wide): Scene => {
    const perSecond = table.column(node, 'requests', 'Sum').map((count) => (1000 * count) / STEP_MS);
    const columns =
      detector === 'latency'
        ? [table.column(node, 'latency', 'p95').map((s) => 1000 * s), new Float64Array(perSecond.length).fill(Number.NaN)]
        : [table.column(node, 'availability', 'Average').map((share) => 1 - share / 100)];
    const metrics = [...columns, perSecond];
    return {
      ...{ name, detector, stepMs: STEP_MS, at: table.at, dims: metrics.length, faults: [], scoredFrom: 0 },
      values: Float64Array.from(
        { length: table.at.length * metrics.length },
        (_, cell) => metrics[cell % metrics.length]?.[Math.floor(cell / metrics.length)] ?? Number.NaN,
      ),
    };
  };
}

function wideOf(file: string): Wide {
  const path = packedOrPlain(file);
  if (path === undefined || !existsSync(path)) throw refusal(file, 'there is no such file, nor one with .gz');
  const rows = textOf(path)
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => line.split(','));
  const [nodes = [], metrics = [], statistics = []] = rows;
  const samples = rows.slice(HEADS);
  return {
    at: Float64Array.from(samples, ([instant]) => 1000 * Number(instant)),
    nodes: [...new Set(nodes.slice(1))],
    column(node, metric, statistic) {
      const at = nodes.findIndex((name, n) => name === node && metrics[n] === metric && statistics[n] === statistic);
      return Float64Array.from(samples, (row) => (row[at] === undefined || row[at] === '' ? Number.NaN : Number(row[at])));
    },
  };
}
