import type { KubeObject } from '../../core/model/objects.ts';
import { amountOf } from '../../core/model/quantity.ts';
import type { ClusterWrite } from '../../core/model/write.ts';

/** The resources whose request a resize changes, or may change as far as can be told: `cpu`, `memory` or others. */
export function resizedRequests(write: ClusterWrite, pod: KubeObject | undefined): string[] {
  if (write.verb !== 'resize') return [];
  const changed = write.containers.flatMap(({ name, requests }) => {
    const now = pod?.kind === 'Pod' ? pod.containers.find((container) => container.name === name)?.requests : undefined;
    const held: Readonly<Record<string, number | undefined>> = { cpu: now?.cpuCores, memory: now?.memoryBytes };
    return Object.entries(requests).flatMap(([resource, text]) => (isSame(amountOf(text), held[resource]) ? [] : [resource]));
  });
  return [...new Set(changed)];
}

function isSame(written: number | undefined, held: number | undefined): boolean {
  return written !== undefined && held !== undefined && Math.abs(written - held) <= 1e-9 * Math.max(written, held);
}
