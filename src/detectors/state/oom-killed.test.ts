import { expect, it } from 'vitest';
import { again, ask, down, exit, MINUTE, podWith, SECOND, summaryOf } from '../../../test/detectors/ask.ts';
import { NOON } from '../../../test/fakes/object-meta.ts';
import { container } from '../../../test/fakes/objects.ts';
import type { Container, Pod } from '../../core/model/objects.ts';
import { oomKilled } from './oom-killed.ts';

const oom = { reason: 'OOMKilled', exitCode: 137 };
const rows: readonly [string, Container, 'firing' | 'quiet' | 'unknown', Partial<Pod>?][] = [
  ['a first kill', down(0, exit(oom)), 'firing'],
  ['a container that runs again for a minute', again(1, MINUTE, oom), 'firing'],
  ['a container that runs well again', again(1, 2 * MINUTE, oom), 'quiet'],
  ['a slow leak that was killed ten minutes ago', again(1, 10 * MINUTE, { ...oom, startedAt: NOON - 90 * MINUTE }), 'quiet'],
  ['a slow leak that was killed nine minutes ago', again(1, 9 * MINUTE, { ...oom, startedAt: NOON - 90 * MINUTE }), 'firing'],
  ['exit code 137 with another reason', down(3, exit({ exitCode: 137 })), 'quiet'],
  ['the reason with another exit code', down(3, exit({ ...oom, exitCode: 1 })), 'firing'],
  ['a container that never ended', container('app'), 'quiet'],
  ['a pod that failed by it just now', down(0, exit(oom)), 'firing', { phase: 'Failed', restartPolicy: 'Never' }],
  [
    'a pod that failed by it long ago',
    down(0, exit({ ...oom, finishedAt: NOON - 11 * MINUTE })),
    'quiet',
    { phase: 'Failed', restartPolicy: 'Never' },
  ],
  ['a pod of an unknown phase', down(0, exit(oom)), 'unknown', { phase: 'Unknown' }],
];

it.each(rows)('oom-killed on %s', (_, app, expected, options) => {
  expect(ask(oomKilled, [podWith([app], options)]).is).toBe(expected);
});

it('says the limit, or that there is none', () => {
  const killed = down(2, exit({ ...oom, finishedAt: NOON - SECOND }));
  expect(summaryOf(ask(oomKilled, [podWith([killed])]))).toBe(
    'Pod shop/cart-0: container app was killed for want of memory at 2027-01-01 11:59:59 UTC: exit code 137 (OOMKilled), memory limit 128 MiB, 2 restarts',
  );
  expect(summaryOf(ask(oomKilled, [podWith([{ ...killed, limits: {} }])]))).toContain('no memory limit of its own');
});
