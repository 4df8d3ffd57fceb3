import type { KubeObject } from '../../core/model/objects.ts';
import type { ClusterWrite } from '../../core/model/write.ts';

const SUFFIXES: Readonly<Record<string, number>> = {
  '': 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

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

function amountOf(text: string): number | undefined {
  const [, digits, suffix = ''] = /^(\d+(?:\.\d+)?)([a-zA-Z]*)$/.exec(text) ?? [];
  const factor = SUFFIXES[suffix];
  return digits === undefined || factor === undefined ? undefined : Number(digits) * factor;
}
