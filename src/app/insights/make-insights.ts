import type { Insight, Trend } from './insight.ts';
import { type HistoryBook, type PodHistory, pointsOf } from './pod-history.ts';
import { type Judgement, rules } from './rules.ts';
import { trendOf } from './trends.ts';

/** A pod without rows for this long before the newest row is gone. */
const GONE_MS = 5 * 60_000;

const trended = ['cpu_cores', 'memory_bytes', 'memory_limit_share', 'network_receive_bytes_per_second', 'latency_p95_ms', 'restarts'];

/** Since when each insight has stood, over several readings of the same file. */
export type FirstSeen = Map<string, number>;

/** What is held against the pods now, most probable first. One that stops is forgotten, and is a new one when it comes back. */
export function insightsOf(book: HistoryBook, alertThreshold: number, firstSeen: FirstSeen): readonly Insight[] {
  const insights = book
    .pods(GONE_MS)
    .flatMap((history) => judgementsOf(history).map((judgement) => insightOf(history, judgement, { alertThreshold, firstSeen })));
  const standing = new Set(insights.map(keyOf));
  for (const key of firstSeen.keys()) if (!standing.has(key)) firstSeen.delete(key);
  return insights.toSorted((a, b) => b.probability - a.probability);
}

/** One judgement for each anomaly; a pod that ended as it was meant to has no other. */
function judgementsOf(history: PodHistory): readonly Judgement[] {
  const all = rules.flatMap((rule) => rule(history) ?? []);
  const intended = all.find(({ anomaly }) => anomaly === 'intentional-exit');
  if (intended) return [intended];
  return all.filter(({ anomaly }, index) => all.findIndex((other) => other.anomaly === anomaly) === index);
}

interface Standing {
  readonly alertThreshold: number;
  readonly firstSeen: FirstSeen;
}

function insightOf(history: PodHistory, judgement: Judgement, { alertThreshold, firstSeen }: Standing): Insight {
  const { namespace, pod, podUid, workload, rows } = history;
  const lastSeenAt = rows.at(-1)?.at ?? 0;
  const named = { namespace, pod, ...(podUid !== undefined && { podUid }), ...(workload !== undefined && { workload }), ...judgement };
  const firstSeenAt = firstSeen.get(keyOf(named)) ?? lastSeenAt;
  firstSeen.set(keyOf(named), firstSeenAt);
  const alert = judgement.severity !== 'none' && judgement.probability >= alertThreshold;
  return { ...named, alert, firstSeenAt, lastSeenAt, trends: trendsOf(history) };
}

function keyOf({ namespace, pod, podUid, anomaly }: Pick<Insight, 'namespace' | 'pod' | 'podUid' | 'anomaly'>): string {
  return `${namespace}/${pod}/${podUid ?? ''}/${anomaly}`;
}

function trendsOf(history: PodHistory): Readonly<Record<string, Trend>> {
  return Object.fromEntries(
    trended.flatMap((column) => {
      const trend = trendOf(pointsOf(history, column));
      return trend ? [[column, trend] as const] : [];
    }),
  );
}
