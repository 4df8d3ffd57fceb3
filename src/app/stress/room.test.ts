import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { expect, test } from 'vitest';
import { roomCommand, roomIn } from './room.ts';

const node = [
  'sleep',
  'proc',
  '/proc/stat cpu  1 2 3',
  '/proc/stat cpu0 1 2 3',
  '/proc/stat cpu1 1 2 3',
  '/proc/meminfo MemTotal:       1000 kB',
];
const read = (...lines: readonly string[]) => roomIn([...node, ...lines, 'done', ''].join('\n'));

test('reads tools, processors and memory of the node', () => {
  expect(read('/proc/meminfo MemAvailable:   600 kB')).toEqual({
    hasSleep: true,
    hasProc: true,
    nodeCores: 2,
    nodeMemoryBytes: 1_024_000,
    nodeAvailableBytes: 614_400,
    memoryUsedBytes: undefined,
    memoryLimitBytes: undefined,
  });
});

test.each([
  [
    'version 2',
    ['/sys/fs/cgroup/memory.current 5000', '/sys/fs/cgroup/memory.max 9000', '/sys/fs/cgroup/memory.stat inactive_file 1000'],
    { memoryUsedBytes: 4_000, memoryLimitBytes: 9_000 },
  ],
  [
    'version 1',
    [
      '/sys/fs/cgroup/memory/memory.usage_in_bytes 5000',
      '/sys/fs/cgroup/memory/memory.limit_in_bytes 9000',
      '/sys/fs/cgroup/memory/memory.stat inactive_file 4000',
      '/sys/fs/cgroup/memory/memory.stat total_inactive_file 1000',
    ],
    { memoryUsedBytes: 4_000, memoryLimitBytes: 9_000 },
  ],
  ['version 2 without a limit', ['/sys/fs/cgroup/memory.current 5000', '/sys/fs/cgroup/memory.max max'], { memoryUsedBytes: 5_000 }],
  ['version 1 without a limit', ['/sys/fs/cgroup/memory/memory.limit_in_bytes 9223372036854771712'], { memoryLimitBytes: undefined }],
])('reads the container from cgroups of %s', (_name, lines, room) => {
  expect(read(...lines)).toMatchObject(room);
});

test('is not known when the script did not come to its end', () => {
  expect(roomIn(node.join('\n'))).toBeUndefined();
});

test('says that there is no sleep and no /proc where nothing is told of them', () => {
  expect(roomIn('done\n')).toMatchObject({ hasSleep: false, hasProc: false, nodeCores: undefined });
});

test('the command tells of this very machine what it has', () => {
  const [program = '', ...args] = roomCommand;
  const room = roomIn(spawnSync(program, args, { encoding: 'utf8' }).stdout);
  expect(room).toMatchObject({ hasSleep: true, hasProc: true, nodeCores: cpus().length });
  expect(room?.nodeMemoryBytes).toBeGreaterThan(room?.nodeAvailableBytes ?? Number.POSITIVE_INFINITY);
});
