import type { ResourceRef } from '../../core/model/resource.ts';
import type { SampleBlock } from '../../core/model/samples.ts';

/** The newest figures of every metric, by pod. */
export interface SampleDesk {
  take(block: SampleBlock): void;
  /** The newest figure about a pod, not older than `maxAgeMs`; undefined when there is none. */
  figure(metric: string, pod: ResourceRef, at: { readonly now: number; readonly maxAgeMs: number }): number | undefined;
}

/** What of several containers makes a pod: their sum for what adds up, else the highest. */
const addsUp = new Set(['cpuCores', 'memoryBytes']);

/** Makes an empty desk. A later block of a metric takes the place of the one before, so that what is gone is not kept. */
export function createSampleDesk(): SampleDesk {
  const newest = new Map<string, { readonly at: number; readonly byPod: ReadonlyMap<string, number> }>();
  return {
    take(block) {
      if (block.at >= (newest.get(block.metric)?.at ?? Number.NEGATIVE_INFINITY)) {
        newest.set(block.metric, { at: block.at, byPod: byPodOf(block) });
      }
    },
    figure(metric, pod, { now, maxAgeMs }) {
      const held = newest.get(metric);
      return held && now - held.at <= maxAgeMs ? held.byPod.get(keyOf(pod)) : undefined;
    },
  };
}

function byPodOf({ metric, subjects, values }: SampleBlock): Map<string, number> {
  const byPod = new Map<string, number>();
  for (const [index, { ref }] of subjects.entries()) {
    const value = values[index] ?? Number.NaN;
    if (ref.kind !== 'Pod' || Number.isNaN(value)) continue;
    const known = byPod.get(keyOf(ref));
    const joined = addsUp.has(metric) ? (known ?? 0) + value : Math.max(known ?? Number.NEGATIVE_INFINITY, value);
    byPod.set(keyOf(ref), joined);
  }
  return byPod;
}

function keyOf({ namespace, name }: ResourceRef): string {
  return `${namespace ?? ''}/${name}`;
}
