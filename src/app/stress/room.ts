/** What a container has room for, as it sees it from inside. Missing is not known. */
export interface Room {
  readonly hasSleep: boolean;
  readonly hasProc: boolean;
  /** Processors of the node. */
  readonly nodeCores: number | undefined;
  readonly nodeMemoryBytes: number | undefined;
  readonly nodeAvailableBytes: number | undefined;
  /** The container's working set: without page cache that the kernel can drop. */
  readonly memoryUsedBytes: number | undefined;
  /** The limit of its cgroup. */
  readonly memoryLimitBytes: number | undefined;
}

/** Written by the shell itself, for `cat` may not be there: each line with the file's name before it. */
const script = `
show() { [ -r "$1" ] && while read -r line; do echo "$1 $line"; done <"$1"; }
sleep 0 && echo sleep
read -r line </proc/uptime && read -r line </proc/self/stat && echo proc
show /proc/stat; show /proc/meminfo
for file in memory.current memory.max memory.stat; do show "/sys/fs/cgroup/$file"; done
for file in memory.usage_in_bytes memory.limit_in_bytes memory.stat; do show "/sys/fs/cgroup/memory/$file"; done
echo done
`;

/** The command that tells what a container has room for; it only reads. */
export const roomCommand: readonly string[] = ['sh', '-c', script, 'kubemend-stress-room'];

/** Reads what `roomCommand` prints; undefined when it did not come to its end. */
export function roomIn(output: string): Room | undefined {
  const lines = output.split('\n').map((line) => line.trim());
  if (!lines.includes('done')) return undefined;
  const kibibytes = (name: string) => times(figureIn(lines, new RegExp(`^/proc/meminfo ${name}:\\s+(\\d+) kB$`)), 1_024);
  const cores = lines.filter((line) => /^\/proc\/stat cpu\d+ /.test(line)).length;
  const limit = figureIn(lines, /^\/sys\/fs\/cgroup\/(?:memory\.max|memory\/memory\.limit_in_bytes) (\d+)$/);
  const nodeMemoryBytes = kibibytes('MemTotal');
  return {
    hasSleep: lines.includes('sleep'),
    hasProc: lines.includes('proc'),
    nodeCores: cores > 0 ? cores : undefined,
    nodeMemoryBytes,
    nodeAvailableBytes: kibibytes('MemAvailable'),
    memoryUsedBytes: workingSetIn(lines),
    // Without a limit, version 1 says a number beyond all memory.
    memoryLimitBytes: limit !== undefined && limit <= (nodeMemoryBytes ?? Number.MAX_SAFE_INTEGER) ? limit : undefined,
  };
}

/** As the kubelet counts it (cAdvisor): usage less the inactive file cache. */
function workingSetIn(lines: readonly string[]): number | undefined {
  const usage = figureIn(lines, /^\/sys\/fs\/cgroup\/(?:memory\.current|memory\/memory\.usage_in_bytes) (\d+)$/);
  const inactive = figureIn(lines, /^\/sys\/fs\/cgroup\/(?:memory\.stat inactive_file|memory\/memory\.stat total_inactive_file) (\d+)$/);
  return usage === undefined ? undefined : Math.max(0, usage - (inactive ?? 0));
}

function figureIn(lines: readonly string[], pattern: RegExp): number | undefined {
  for (const line of lines) {
    const [, figure] = pattern.exec(line) ?? [];
    if (figure !== undefined) return Number(figure);
  }
  return undefined;
}

function times(value: number | undefined, factor: number): number | undefined {
  return value === undefined ? undefined : value * factor;
}
