import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { container, pod } from '../../../test/fakes/objects.ts';
import { columnsWith, type RowFacts } from './columns.ts';

const documentation = readFileSync(join(import.meta.dirname, '../../../docs/collect.md'), 'utf8');

/** The cells of a row by their columns. */
function rowOf(facts: Partial<RowFacts>): Readonly<Record<string, string>> {
  const all = { pod: pod('cart-1'), workload: undefined, warnings: 0, figure: () => undefined, ...facts };
  return Object.fromEntries(columnsWith(['queue']).map((column) => [column.name, column.text(all)]));
}

describe('the columns of the file', () => {
  it.each(columnsWith([]))('are all documented: $name', ({ name }) => {
    expect(documentation).toContain(`\`${name}\``);
  });

  it('hold figures as they are, those of queries by their names, and nothing where nothing is known', () => {
    const known: Readonly<Record<string, number>> = { cpuCores: 0.123456789, memoryBytes: 123456789, queue: 0, latencyP95Ms: Number.NaN };
    const row = rowOf({ figure: (metric) => known[metric], workload: 'Deployment/cart' });
    expect(row).toMatchObject({
      cpu_cores: '0.1234568',
      memory_bytes: '123456800',
      queue: '0',
      latency_p95_ms: '',
      disk_io_bytes_per_second: '',
    });
    expect(row).toMatchObject({ workload: 'Deployment/cart', pod: 'cart-1' });
  });

  it.each([
    ['waits', { state: { is: 'waiting', reason: 'CrashLoopBackOff' } }, 'CrashLoopBackOff'],
    ['is being started', { state: { is: 'waiting', reason: 'ContainerCreating' } }, ''],
    ['ended before', { state: { is: 'running' }, lastState: { is: 'terminated', reason: 'OOMKilled', exitCode: 137 } }, 'OOMKilled'],
  ] as const)('say why a container %s', (_what, state, reason) => {
    expect(rowOf({ pod: pod('cart-1', { containers: [container('app', state)] }) }).reason).toBe(reason);
  });
});
