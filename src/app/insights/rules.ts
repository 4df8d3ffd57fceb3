import type { Insight } from './insight.ts';
import { figureOf, lastText, type PodHistory, pointsOf } from './pod-history.ts';
import { medianOf, type Point, slopeOf } from './trends.ts';

/** What a rule holds against a pod. */
export type Judgement = Pick<Insight, 'anomaly' | 'severity' | 'probability' | 'what' | 'why' | 'recommendation'>;

/** Looks at the rows of one pod; undefined when it holds nothing against it, or cannot say. */
export type Rule = (history: PodHistory) => Judgement | undefined;

const MINUTE = 60_000;

const crashLoop: Rule = (history) => {
  const reason = lastText(history, 'reason');
  const starts = increase(history, 'restarts', 10 * MINUTE);
  if (reason === 'OOMKilled' || (reason !== 'CrashLoopBackOff' && starts < 2)) return undefined;
  return {
    anomaly: 'crash-loop',
    severity: 'high',
    probability: reason === 'CrashLoopBackOff' ? 0.95 : starts >= 3 ? 0.9 : 0.7,
    what: `its container ends and is started again: ${starts} starts within 10 min`,
    why: said(history, ['restarts', 'reason']),
    recommendation: 'read the log of the previous run; if a rollout came before, roll it back',
  };
};

const outOfMemory: Rule = (history) => {
  if (lastText(history, 'reason') !== 'OOMKilled') return undefined;
  const starts = increase(history, 'restarts', 10 * MINUTE);
  const isRecent = starts > 0 || lastText(history, 'phase') === 'Failed';
  return {
    anomaly: 'oom',
    severity: isRecent ? 'high' : 'low',
    probability: isRecent ? 0.97 : 0.5,
    what: isRecent ? 'the kernel killed it for memory' : 'the kernel killed it for memory, some time ago',
    why: said(history, ['reason', 'restarts', 'memory_limit_share', 'memory_bytes']),
    recommendation: 'raise its memory limit if the use is needed, find the leak if it grows for ever',
  };
};

/** The limit is near, or will be within the hour at the pace of the last rows. */
const exhaustion: Rule = (history) => {
  const points = pointsOf(history, 'memory_limit_share').filter(({ value }) => !Number.isNaN(value));
  const last = points.at(-1);
  if (!last) return undefined;
  const recent = points.slice(-40);
  const perMs = recent.length >= 8 && isClimbing(recent) ? slopeOf(recent) : 0;
  const leftMs = perMs > 0 ? (1 - last.value) / perMs : Number.POSITIVE_INFINITY;
  const isNear = points.slice(-3).every(({ value }) => value >= 0.9);
  const isComing = last.value >= 0.6 && leftMs < 60 * MINUTE;
  if (!isNear && !isComing) return undefined;
  const when = isComing ? `; at the pace of the last rows the limit is reached in ${Math.round(leftMs / MINUTE)} min` : '';
  return {
    anomaly: 'resource-exhaustion',
    severity: isNear && isComing ? 'high' : 'medium',
    probability: isNear && isComing ? 0.9 : 0.75,
    what: `memory is at ${percent(last.value)} of its limit${when}`,
    why: said(history, ['memory_limit_share', 'memory_bytes']),
    recommendation: 'raise the memory limit, or evict the pod before the kernel kills it',
  };
};

const throttled: Rule = (history) => {
  const last = pointsOf(history, 'cpu_throttled_share').slice(-5);
  if (last.length < 5 || !last.every(({ value }) => value >= 0.25)) return undefined;
  return {
    anomaly: 'resource-exhaustion',
    severity: 'medium',
    probability: 0.75,
    what: `it waits for CPU in ${percent(last.at(-1)?.value ?? 0)} of the periods`,
    why: said(history, ['cpu_throttled_share', 'cpu_cores']),
    recommendation: 'raise the CPU limit, or scale out',
  };
};

const network: Rule = (history) => {
  const columns = ['network_errors_per_second', 'network_drops_per_second'];
  const worst = columns.find((column) => {
    const values = pointsOf(history, column).map(({ value }) => value);
    const before = medianOf(values.slice(0, -5).filter((value) => !Number.isNaN(value)));
    return values.slice(-5).filter((value) => value > Math.max(0.1, 5 * before)).length >= 3;
  });
  if (worst === undefined) return undefined;
  return {
    anomaly: 'network',
    severity: 'medium',
    probability: 0.75,
    what: 'packets are lost or damaged',
    why: said(history, [worst]),
    recommendation: 'look at the node and its neighbours: when several pods of one node lose packets, the node is at fault',
  };
};

const partialFailure: Rule = (history) => {
  if (lastText(history, 'phase') !== 'Running') return undefined;
  const unready = lasting(history, ({ ready_containers: ready, total_containers: total }) => figureOf(ready) < figureOf(total));
  if (unready < 2 * MINUTE) return undefined;
  return {
    anomaly: 'partial-failure',
    severity: 'medium',
    probability: 0.85,
    what: `not all of its containers are ready, for ${Math.round(unready / MINUTE)} min`,
    why: said(history, ['ready_containers', 'total_containers', 'reason']),
    recommendation: 'look at its readiness probe and at the container that is not ready',
  };
};

const scheduling: Rule = (history) => {
  const pending = lasting(history, ({ phase, node }) => phase === 'Pending' && node === '');
  if (pending < 2 * MINUTE) return undefined;
  return {
    anomaly: 'scheduling',
    severity: 'medium',
    probability: 0.9,
    what: `no node takes it, for ${Math.round(pending / MINUTE)} min`,
    why: said(history, ['phase', 'warning_events']),
    recommendation: 'see its events: its requests, node selector, taints or volume fit no node',
  };
};

const configReasons = new Set([
  ...['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError', 'InvalidImageName'],
  ...['ErrImagePull', 'ImagePullBackOff', 'ErrImageNeverPull'],
]);

const config: Rule = (history) => {
  const reason = lastText(history, 'reason');
  if (!configReasons.has(reason)) return undefined;
  return {
    anomaly: 'config',
    severity: 'high',
    probability: 0.95,
    what: `it cannot be started as it is written: ${reason}`,
    why: said(history, ['reason', 'phase']),
    recommendation: 'mend its image, Secret, ConfigMap or command; if a rollout brought it, roll it back',
  };
};

const intentionalExit: Rule = (history) => {
  if (lastText(history, 'phase') !== 'Succeeded') return undefined;
  return {
    anomaly: 'intentional-exit',
    severity: 'none',
    probability: 1,
    what: 'it has done its work and ended',
    why: said(history, ['phase', 'reason']),
    recommendation: 'nothing: it ended as it was meant to',
  };
};

const watched: readonly (readonly [column: string, anomaly: 'io' | 'network' | 'unusual-use', words: string])[] = [
  ['disk_io_bytes_per_second', 'io', 'disk traffic'],
  ['network_receive_bytes_per_second', 'network', 'received traffic'],
  ['network_transmit_bytes_per_second', 'network', 'sent traffic'],
  ['cpu_cores', 'unusual-use', 'CPU use'],
  ['memory_bytes', 'unusual-use', 'memory use'],
];

/** Three rows in a row far from what the pod did before: never more than a hint. */
const unusual: readonly Rule[] = watched.map(([column, anomaly, words]) => (history) => {
  const values = pointsOf(history, column).flatMap(({ value }) => (Number.isNaN(value) ? [] : [value]));
  const [before, now] = [values.slice(0, -3), values.slice(-3)];
  if (before.length < 20) return undefined;
  const middle = medianOf(before);
  const spread = 1.4826 * medianOf(before.map((value) => Math.abs(value - middle)));
  const smallest = Math.max(spread, 0.05 * Math.abs(middle), Number.MIN_VALUE);
  const distance = Math.min(...now.map((value) => Math.abs(value - middle) / smallest));
  if (distance < 8) return undefined;
  return {
    anomaly,
    severity: 'low',
    probability: Math.min(0.8, 0.5 + distance / 100),
    what: `${words} is far from usual`,
    why: [
      `${column} is ${short(now.at(-1) ?? 0)}; before it was ${short(middle)} (median of ${before.length} rows, ${distance.toFixed(0)} deviations away)`,
    ],
    recommendation: 'compare with its workload’s other pods and with recent changes',
  };
});

/** All rules; what says most of a pod comes first. */
export const rules: readonly Rule[] = [
  ...[intentionalExit, outOfMemory, config, crashLoop, scheduling, exhaustion, throttled, partialFailure, network],
  ...unusual,
];

/** Whether it rises without ever giving much back: a heap that is cleaned up does. */
function isClimbing(points: readonly Point[]): boolean {
  const rise = (points.at(-1)?.value ?? 0) - (points[0]?.value ?? 0);
  return rise > 0 && points.every(({ value }, index) => (points[index - 1]?.value ?? value) - value <= 0.2 * rise);
}

/** How much a counter grew within the last `withinMs`; a fall (another container) counts as nothing. */
function increase(history: PodHistory, column: string, withinMs: number): number {
  const points = pointsOf(history, column).filter(({ value }) => !Number.isNaN(value));
  const from = (points.at(-1)?.at ?? 0) - withinMs;
  return points.reduce((sum, { at, value }, index) => {
    const before = points[index - 1];
    return before && at > from ? sum + Math.max(0, value - before.value) : sum;
  }, 0);
}

/** For how long every row up to the newest has been so, in ms. */
function lasting({ rows }: PodHistory, isSo: (cells: Readonly<Record<string, string>>) => boolean): number {
  const last = rows.at(-1);
  const firstNotSo = rows.findLastIndex(({ cells }) => !isSo(cells));
  const since = rows[firstNotSo + 1];
  return last && since ? last.at - since.at : 0;
}

function said(history: PodHistory, columns: readonly string[]): readonly string[] {
  const texts = columns.flatMap((column) => {
    const text = lastText(history, column);
    return text === '' ? [] : [`${column} is ${text}`];
  });
  return texts.length > 0 ? texts : ['the rows of this pod'];
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function short(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en');
}
