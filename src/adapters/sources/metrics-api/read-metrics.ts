import { z } from 'zod';
import { amountOf } from '../../../core/model/quantity.ts';
import type { SeriesSubject } from '../../../core/model/samples.ts';

/** What one container or node used, at the end of the measured window (epoch milliseconds); undefined is missing. */
export interface Reading {
  readonly subject: SeriesSubject;
  readonly at: number;
  readonly cpuCores: number | undefined;
  readonly memoryBytes: number | undefined;
}

const Usage = z.object({ cpu: z.unknown(), memory: z.unknown() }).partial();
const PodMetrics = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string().min(1), namespace: z.string().min(1) }),
      timestamp: z.string(),
      containers: z.array(z.object({ name: z.string().min(1), usage: Usage })),
    }),
  ),
});
const NodeMetrics = z.object({
  items: z.array(z.object({ metadata: z.object({ name: z.string().min(1) }), timestamp: z.string(), usage: Usage })),
});

/** Every container of a PodMetricsList. Throws for an answer of another shape: it is not an empty list. */
export function readPods(list: unknown, cluster: string): readonly Reading[] {
  return parsed(PodMetrics, list, 'PodMetricsList').items.flatMap(({ metadata: { name, namespace }, timestamp, containers }) => {
    const ref = { cluster, apiGroup: '', kind: 'Pod', namespace, name };
    return containers.map(({ name: part, usage }) => ({ subject: { ref, part }, ...used(timestamp, usage) }));
  });
}

/** Every node of a NodeMetricsList. Throws as `readPods` does. */
export function readNodes(list: unknown, cluster: string): readonly Reading[] {
  return parsed(NodeMetrics, list, 'NodeMetricsList').items.map(({ metadata: { name }, timestamp, usage }) => ({
    subject: { ref: { cluster, apiGroup: '', kind: 'Node', name } },
    ...used(timestamp, usage),
  }));
}

function used(timestamp: string, { cpu, memory }: z.infer<typeof Usage>) {
  return { at: Date.parse(timestamp), cpuCores: amountOf(cpu), memoryBytes: amountOf(memory) };
}

function parsed<Schema extends z.ZodType>(schema: Schema, list: unknown, what: string): z.output<Schema> {
  const found = schema.safeParse(list);
  if (found.success) return found.data;
  throw new Error(`the answer is no ${what}: ${z.prettifyError(found.error).slice(0, 300)}`);
}
