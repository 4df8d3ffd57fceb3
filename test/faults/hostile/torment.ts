import { setTimeout as sleep } from 'node:timers/promises';
import type { KubernetesCluster } from '../../../src/adapters/cluster/kubernetes/kubernetes-cluster.ts';
import type { KubeClient } from '../../real/harness/kube-client.ts';
import { differencesFromApi } from './cache-truth.ts';
import type { Harm } from './harms.ts';
import type { HostileProxy } from './hostile-proxy.ts';
import type { Probes, Watched } from './probes.ts';

/** What is tormented, and what with. */
export interface Torment {
  readonly cluster: KubernetesCluster;
  readonly proxy: HostileProxy;
  readonly admin: KubeClient;
  readonly all: readonly Watched[];
  readonly probes: Probes;
  /** Drawn in this order, each for a kind that is well at the moment. */
  readonly harms: readonly Harm[];
  /** In [0, 1). */
  readonly random: () => number;
  readonly progress?: (done: number) => void;
}

/** What was done, and what the adapter made of it. */
export interface Suffered {
  readonly injected: Readonly<Record<string, number>>;
  readonly changes: number;
  /** The longest time since the API server's last confirmation, by kind and by what was done then, in ms. */
  readonly blindMs: Readonly<Record<string, number>>;
  readonly blindMsAfter: Readonly<Record<string, number>>;
  /** How long after the last harm the cache was equal to the API server's lists; undefined: it was not within 60 s. */
  readonly equalAfterMs: number | undefined;
  readonly differences: readonly string[];
}

const SAMPLE_MS = 100;
/** The view of a kind that is not confirmed for so long is given up. */
const LOST_MS = 180_000;
const EQUAL_WITHIN_MS = 60_000;
/** A quiet watch is harmed at some moment of so long a time, for the later in its life, the older the view. */
const QUIET_MS = 20_000;

interface Suffering extends Watched {
  /** Nothing happens to its objects, so that no event tells that the watch works again. */
  readonly isQuiet: boolean;
}

/** Does all harms, each kind at its own pace, while objects come, change and go; then leaves the cluster in peace and compares. */
export async function torment(parts: Torment): Promise<Suffered> {
  const record = createRecord();
  const resting = new AbortController();
  const watching = every(SAMPLE_MS, resting.signal, () => {
    for (const { kind } of parts.all) record.sample(kind, ageOf(parts.cluster, kind));
  });
  const harming = harmAll(parts, record).finally(() => resting.abort());
  const [changes] = await Promise.all([change(parts, resting.signal), harming, watching]);
  return { ...record, changes, ...(await compare(parts)) };
}

/** Every kind takes the next harm from the row when it is well again. */
async function harmAll(parts: Torment, { doing, injected }: ReturnType<typeof createRecord>): Promise<void> {
  const row = parts.harms.values();
  let done = 0;
  async function suffer(watched: Suffering): Promise<void> {
    for (const harm of row) {
      doing.set(watched.kind, harm.name);
      await endure(parts, watched, harm);
      doing.delete(watched.kind);
      injected[harm.name] = (injected[harm.name] ?? 0) + 1;
      done += 1;
      parts.progress?.(done);
    }
  }
  await Promise.all(parts.all.map((watched, index) => suffer({ ...watched, isQuiet: isQuiet(index) })));
}

async function compare({ cluster, admin, all }: Torment): Promise<Pick<Suffered, 'equalAfterMs' | 'differences'>> {
  const from = performance.now();
  let differences = await differencesFromApi(cluster.reader, admin, all);
  while (differences.length > 0 && performance.now() - from < EQUAL_WITHIN_MS) {
    await sleep(500);
    differences = await differencesFromApi(cluster.reader, admin, all);
  }
  return { equalAfterMs: differences.length === 0 ? performance.now() - from : undefined, differences };
}

function ageOf({ describe }: KubernetesCluster, kind: string): number {
  return describe().kinds.find((one) => one.kind === kind)?.ageMs ?? Number.POSITIVE_INFINITY;
}

function createRecord() {
  const doing = new Map<string, string>();
  const injected: Record<string, number> = {};
  const blindMs: Record<string, number> = {};
  const blindMsAfter: Record<string, number> = {};
  const raise = (of: Record<string, number>, key: string, ms: number) => {
    of[key] = Math.max(of[key] ?? 0, Math.round(ms));
  };
  return {
    ...{ doing, injected, blindMs, blindMsAfter },
    sample(kind: string, ms: number) {
      raise(blindMs, kind, ms);
      raise(blindMsAfter, doing.get(kind) ?? 'peace', ms);
    },
  };
}

/** One harm to one watch, with changes that it must not lose, until the API server has confirmed the view after it. */
async function endure({ cluster, proxy, probes, random }: Torment, watched: Suffering, harm: Harm): Promise<void> {
  const { kind, path, isQuiet } = watched;
  if (isQuiet) await sleep(random() * QUIET_MS);
  const before = await until(`a watch of ${kind}`, () => proxy.watchesOf(path)[0]);
  const harmedAt = performance.now();
  harm.do(proxy, path);
  const frames = harm.needsFrames ?? (isQuiet ? 0 : 1);
  for (let frame = 0; frame < frames; frame += 1) await probes.touch(watched);
  await until(`${kind} in view again after ${harm.name}`, () => {
    const [now] = proxy.watchesOf(path);
    if (now === before && !harm.needsFrames) return false;
    return now && ageOf(cluster, kind) < performance.now() - Math.max(harmedAt, now.openedAt);
  });
}

async function until<Answer>(what: string, ask: () => Answer | undefined | false): Promise<Answer> {
  for (const end = performance.now() + LOST_MS; performance.now() < end; await sleep(SAMPLE_MS)) {
    const answer = ask();
    if (answer) return answer;
  }
  throw new Error(`in ${LOST_MS / 1_000} s there was no ${what}`);
}

async function every(ms: number, signal: AbortSignal, work: () => void): Promise<void> {
  for (; !signal.aborted; await sleep(ms)) work();
}

/** Half of the kinds change all the time; the others are as quiet as most of a real cluster is. */
function isQuiet(index: number): boolean {
  return index % 2 === 1;
}

async function change({ all, probes, random }: Torment, signal: AbortSignal): Promise<number> {
  const lively = all.filter((_, index) => !isQuiet(index));
  let changes = 0;
  for (; !signal.aborted; changes += 1) {
    const watched = lively[Math.floor(random() * lively.length)];
    if (watched) await (random() < 0.5 ? probes.touch(watched) : probes.flip(watched));
    await sleep(100);
  }
  return changes;
}
