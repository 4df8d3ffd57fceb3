import { conditionOf, type Node } from '../../core/model/objects.ts';
import { ailingBy, example } from '../clues/case-file.ts';
import type { Rule } from '../clues/rule.ts';
import { count, listed, oneLine, span } from '../clues/words.ts';

const pressures: readonly string[] = ['MemoryPressure', 'DiskPressure', 'PIDPressure'];

/** The node is not ready, or (about a workload) most of what ails it sits on such nodes or waits for them. */
export const nodeIsNotReady: Rule = {
  id: 'node-is-not-ready',
  cause: 'node-failure',
  because(file) {
    const { subject, ailing, view } = file;
    if (subject.kind === 'Node')
      return conditionOf(subject, 'Ready')?.status === 'True' ? undefined : nodeReasons(subject, file.pods.length, view.at);
    const lost = ailingBy(file, 'node-lost');
    const waiting = ailingBy(file, 'unscheduled').filter(({ ailment }) => ailment.lack === 'ready-nodes');
    const all = [...lost, ...waiting];
    if (all.length * 2 <= ailing.length) return undefined;
    const names = [...new Set(lost.map(({ ailment }) => ailment.node.meta.ref.name))];
    return [...(names.length > 0 ? [`${count(names.length, 'node')} not ready: ${listed(names)}`] : []), example(all, file)];
  },
};

/** The node runs short of memory, disk or process ids, or (about a workload) most of what ails it was evicted or cannot be pulled for that. */
export const nodeRunsShort: Rule = {
  id: 'node-runs-short',
  cause: 'node-pressure',
  because(file) {
    const { subject, ailing } = file;
    if (subject.kind === 'Node') {
      const high = subject.conditions.filter(({ type, status }) => pressures.includes(type) && status === 'True');
      return high.length > 0
        ? high.map(({ type, message }) => `node ${subject.meta.ref.name} reports ${type}: ${oneLine(message)}`)
        : undefined;
    }
    const evicted = ailingBy(file, 'evicted').filter(({ ailment }) => ailment.byNode);
    const full = ailingBy(file, 'image').filter(({ ailment }) => ailment.fault === 'no-space');
    const all = [...evicted, ...full];
    return all.length * 2 > ailing.length ? [example(all, file)] : undefined;
  },
};

function nodeReasons({ meta, conditions, isUnschedulable }: Node, pods: number, now: number): readonly string[] {
  const ready = conditionOf({ conditions }, 'Ready');
  const since = ready?.changedAt === undefined ? 'for an unknown time' : `for ${span(now - ready.changedAt)}`;
  const state = ready?.status === 'Unknown' ? 'has not been heard of' : 'is not ready';
  return [
    `node ${meta.ref.name} ${state} ${since}: ${ready?.reason ?? 'no reason given'}`,
    `${count(pods, 'pod')} on it`,
    ...(isUnschedulable ? ['it is cordoned'] : []),
  ];
}
