import type { Tally } from '../tally.ts';

/** Why one item of an otherwise good export is not taken, and what its sender can do. */
const reasons = {
  'no pod named':
    'set k8s.pod.name and k8s.namespace.name on the resource, as the k8sattributes processor of the OpenTelemetry Collector does',
  'no subject named': 'set k8s.pod.name and k8s.namespace.name, or k8s.node.name, on the resource',
  'no service named': 'set service.name on the resource',
  'no time': 'set the time of the record',
  'too old': 'send sooner, and look whether the clocks agree',
  'from the future': 'look whether the clocks agree',
  'late span': 'export spans every 5 seconds or more often, and look whether the clocks agree',
  'too many calls': 'sample the traces: the calls between services cannot all be followed',
  'too many series': 'send fewer attributes, or raise otlp.maxSeries',
  'exponential histogram': 'send explicit buckets: this aggregation is not read',
  summary: 'send a histogram: this type is not read',
  'no aggregation temporality': 'set aggregation_temporality to delta or cumulative',
  'delta of an up-down counter': 'send it with cumulative temporality',
  'unreadable buckets': 'send one bucket count more than bounds, with rising bounds',
  'unnamed metric': 'give the metric a name',
  infinite: 'send a finite number',
  'two values for one series': 'send each series from one sender only',
} as const;
/** One of them, by the words that it is counted under. */
export type SiftReason = keyof typeof reasons;

/** What is left out of one export. */
export interface Sieve {
  drop(reason: SiftReason, count?: number): void;
  /** What to tell the sender; undefined when everything was taken. */
  partial(): { readonly rejected: number; readonly errorMessage: string } | undefined;
}

/** An empty sieve, which adds to the tally of the source. */
export function sieve(tally: Tally): Sieve {
  const left = new Map<SiftReason, number>();
  return {
    drop(reason, count = 1) {
      if (count === 0) return;
      left.set(reason, (left.get(reason) ?? 0) + count);
      tally.add(reason, count);
    },
    partial() {
      if (left.size === 0) return undefined;
      const entries = [...left];
      return {
        rejected: entries.reduce((sum, [, count]) => sum + count, 0),
        errorMessage: entries.map(([reason, count]) => `${count} × ${reason}: ${reasons[reason]}`).join('; '),
      };
    },
  };
}
