import { MEBIBYTE } from '../../core/model/quantity.ts';

/** A load on one container. */
export interface Load {
  /** Beside what the container uses already, once the ramp is over. */
  readonly cpuCores: number;
  readonly memoryBytes: number;
  readonly forMs: number;
  /** How long the CPU load takes to grow from nothing to all of it. */
  readonly rampMs: number;
}

/** What the script says of itself; `usedSeconds` is CPU time of all its workers since the start, by the kernel's account. */
export type LoadNews =
  | { readonly is: 'started' }
  | { readonly is: 'held'; readonly memoryBytes: number }
  | { readonly is: 'used'; readonly afterMs: number; readonly usedSeconds: number }
  | { readonly is: 'ended'; readonly afterMs: number };

/**
 * POSIX sh for dash, busybox and bash. Arguments: seconds, workers, thousandths of a core for each, seconds of ramp, mebibytes. It ends at
 * its own deadline, when stdin closes, on TERM, INT and HUP, and when nobody takes its output; its parts end soon after the main one is
 * gone for whatever reason. A worker that is told to end sees its nap through, for the first process of a container may not bury orphans.
 * The clock is /proc/uptime and the CPU used stands in /proc/self/stat, both in hundredths of a second and read by the shell itself. A
 * worker's debt is what it should have used and has not; a second of it at the most is caught up with.
 */
const script = `
now() { read -r up rest </proc/uptime && up=\${up%.*}\${up#*.}; }
used() { read -r line <"/proc/$1/stat" && set -- \${line##*) } && ticks=$((\${12} + \${13} + \${14} + \${15})); }
seconds=$1 workers=$2 share=$3 ramp=$(($4 * 100)) mebibytes=$5 main=$$ nap=0.05 beat=0.2 held= pids= stopped=
exec 3<&0
now; start=$up; end=$((start + seconds * 100))
sleep 0.01 2>/dev/null || nap=1 beat=1
worker() {
  quit=; trap 'quit=1' TERM; trap - INT HUP
  last=$start before=0 debt=0
  while now; [ -z "$quit" ] && [ "$up" -lt "$end" ] && kill -0 "$main" 2>/dev/null; do
    target=$share
    [ $((up - start)) -ge "$ramp" ] || target=$((share * (up - start) / ramp))
    used self; debt=$((debt + (up - last) * target - (ticks - before) * 1000)); last=$up before=$ticks
    [ "$debt" -le 100000 ] || debt=100000
    if [ "$debt" -gt 0 ]; then turn=0; while [ "$turn" -lt 1000 ]; do turn=$((turn + 1)); done; else sleep "$nap"; fi
  done
  kill -0 "$main" 2>/dev/null || kill $listener $held 2>/dev/null
}
hold() {
  trap - TERM INT HUP
  block=xxxxxxxxxxxxxxxx; while [ "\${#block}" -lt 1048576 ]; do block=$block$block; done
  kept=0; while [ "$kept" -lt "$mebibytes" ]; do eval "kept_$kept=\\$block"; kept=$((kept + 1)); done
  echo "held $kept"
  while read -r line; do :; done
}
listen() { trap - TERM INT HUP; while read -r line; do :; done; kill "$main" 2>/dev/null; }
trap 'stopped=1' TERM INT HUP
trap '' PIPE
listen <&3 & listener=$!
if [ "$mebibytes" -gt 0 ]; then hold <&3 & held=$!; fi
count=0; while [ "$count" -lt "$workers" ]; do worker </dev/null & pids="$pids $!"; count=$((count + 1)); done
echo "started"; next=100
while [ -z "$stopped" ] && now && [ "$up" -lt "$end" ]; do
  sleep "$beat"
  if [ $((up - start)) -ge "$next" ]; then
    next=$((up - start + 100)) sum=0
    for pid in $pids; do used "$pid" 2>/dev/null && sum=$((sum + ticks)); done
    echo "used $((up - start)) $sum" || break
  fi
done
kill $pids $listener $held 2>/dev/null; wait 2>/dev/null
now; echo "ended $((up - start))"
`;

/** The command that puts a load on the container it runs in. It needs a shell, `sleep` and /proc there, writes no file, and ends by itself. */
export function loadCommand({ cpuCores, memoryBytes, forMs, rampMs }: Load): readonly string[] {
  // Without CPU load one worker stays to watch the main process.
  const workers = Math.max(1, Math.ceil(cpuCores));
  const share = Math.round((cpuCores / workers) * 1_000);
  const figures = [Math.ceil(forMs / 1_000), workers, share, Math.round(rampMs / 1_000), Math.ceil(memoryBytes / MEBIBYTE)];
  return ['sh', '-c', script, 'kubemend-stress', ...figures.map(String)];
}

/** What one line of the script's output says; undefined for a line of somebody else (a shell that complains). */
export function newsIn(line: string): LoadNews | undefined {
  const [, word, first, second] = /^(started|held|used|ended)(?: (\d+))?(?: (\d+))?$/.exec(line.trim()) ?? [];
  const afterMs = Number(first) * 10;
  switch (word) {
    case 'started':
      return { is: 'started' };
    case 'held':
      return { is: 'held', memoryBytes: Number(first) * MEBIBYTE };
    case 'used':
      return { is: 'used', afterMs, usedSeconds: Number(second) / 100 };
    case 'ended':
      return { is: 'ended', afterMs };
    default:
      return undefined;
  }
}
