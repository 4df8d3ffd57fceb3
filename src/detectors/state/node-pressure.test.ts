import { expect, it } from 'vitest';
import { ask, summaryOf } from '../../../test/detectors/ask.ts';
import { condition } from '../../../test/fakes/object-meta.ts';
import { node } from '../../../test/fakes/objects.ts';
import type { Condition } from '../../core/model/objects.ts';
import { nodePressure } from './node-pressure.ts';

function under(statuses: Readonly<Record<string, Condition['status']>>) {
  return node('node-1', { conditions: Object.entries(statuses).map(([type, status]) => condition(type, { status, message: 'as it is' })) });
}
const clear = { MemoryPressure: 'False', DiskPressure: 'False', PIDPressure: 'False' } as const;

it.each([
  ['no pressure', clear, 'quiet'],
  ['memory pressure', { ...clear, MemoryPressure: 'True' }, 'firing'],
  ['disk pressure', { ...clear, DiskPressure: 'True' }, 'firing'],
  ['process id pressure while another is unknown', { ...clear, PIDPressure: 'True', DiskPressure: 'Unknown' }, 'firing'],
  ['a lost kubelet', { ...clear, MemoryPressure: 'Unknown' }, 'unknown'],
  ['a kubelet that has not reported everything', { MemoryPressure: 'False' }, 'unknown'],
  ['another condition', { ...clear, Ready: 'True' }, 'quiet'],
] as const)('node-pressure on %s', (_, statuses, expected) => expect(ask(nodePressure, [under(statuses)]).is).toBe(expected));

it('names every pressure with its time', () => {
  expect(summaryOf(ask(nodePressure, [under({ ...clear, MemoryPressure: 'True', DiskPressure: 'True' })]))).toBe(
    'Node node-1 runs short: MemoryPressure since 2026-12-31 12:00:00 UTC (as it is); DiskPressure since 2026-12-31 12:00:00 UTC (as it is)',
  );
});
