import { conditionOf } from '../../core/model/objects.ts';
import { resourceName } from '../../core/model/resource.ts';
import { eventsAbout, evidenceOf } from '../../core/model/timeline.ts';
import { defineStateDetector, firing, quiet, unknown } from '../define-state-detector.ts';
import { instant, oneLine } from '../signs/words.ts';

/** An autoscaler or a finishing neighbour may make room within this time. */
const ROOM_MS = 60_000;
/** The scheduler's words (kubernetes/pkg/scheduler/framework/plugins, `ErrReason…`), each for what it lacks. */
const lacks: readonly (readonly [RegExp, string])[] = [
  [/insufficient cpu/i, 'cpu'],
  [/insufficient memory/i, 'memory'],
  [/taint|were unschedulable|was unschedulable/i, 'taints'],
  [/volume|persistent|disk/i, 'volume'],
  [/affinity|selector|topology spread|didn't match (the requested|NodeName)/i, 'affinity'],
  [/free ports/i, 'ports'],
];

/** Fires while the scheduler finds no node for a pod for a minute; names what is lacking: cpu, memory, taints, affinity, volume, ports or other. */
export const unschedulable = defineStateDetector({
  name: 'unschedulable',
  watches: ['Pod'],
  needs: [],
  detect(pod, timeline) {
    if (pod.meta.deletedAt !== undefined || pod.phase !== 'Pending' || pod.nodeName !== undefined) return quiet;
    const scheduled = conditionOf(pod, 'PodScheduled');
    if (!scheduled || scheduled.status === 'Unknown') return unknown('the scheduler has not said anything about the pod');
    if (scheduled.status === 'True' || scheduled.reason === 'SchedulingGated') return quiet;
    const since = scheduled.changedAt ?? pod.meta.createdAt;
    if (timeline.now - since < ROOM_MS) return unknown(`no node fits since ${instant(since)}; there may be room soon`);
    const failure = eventsAbout(timeline, pod.meta.ref).findLast((event) => event.reason === 'FailedScheduling');
    const evidence = [evidenceOf(pod), ...(failure ? [failure.id] : [])];
    const what = lackingIn(scheduled.message ?? '').join(', ');
    return firing(
      `${resourceName(pod.meta.ref)} fits on no node since ${instant(since)}, for ${what}: ${oneLine(scheduled.message)}`,
      0.9,
      evidence,
    );
  },
});

/** What the scheduler's message says is lacking, that of most nodes first. What it says of preemption does not count. */
export function lackingIn(message: string): string[] {
  const said = message.split(/preemption:/i)[0] ?? '';
  const clauses = said.replace(/^.*?nodes are available:/, '').split(/[,;]|\.\s/);
  const counted = clauses.flatMap((clause) => {
    const lack =
      lacks.find(([pattern]) => pattern.test(clause))?.[1] ?? (/insufficient|node\(s\)|too many/i.test(clause) ? 'other' : undefined);
    return lack === undefined ? [] : [{ lack, nodes: Number(/\d+/.exec(clause)?.[0] ?? 0) }];
  });
  const sorted = counted.toSorted((a, b) => b.nodes - a.nodes).map((entry) => entry.lack);
  return sorted.length > 0 ? [...new Set(sorted)] : ['other'];
}
