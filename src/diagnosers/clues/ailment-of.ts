import { conditionOf, isReady, type Node, type Pod } from '../../core/model/objects.ts';
import type { ClusterEvent } from '../../core/model/signal.ts';
import { eventsAbout } from '../../core/model/timeline.ts';
import type { ClusterView } from '../../core/view.ts';
import type { Ailment, Lack } from './ailment.ts';
import { containerAilment } from './container-ailment.ts';
import { oneLine, span } from './words.ts';

/** The kubelet repeats what it cannot mount at least so often. */
const MOUNT_EVENT_MS = 10 * 60_000;

/** What ails this pod now; undefined for one that serves, has done its work, is going, or is only starting. */
export function ailmentOf(pod: Pod, view: ClusterView): Ailment | undefined {
  if (pod.meta.deletedAt !== undefined || pod.phase === 'Succeeded') return undefined;
  if (pod.phase === 'Failed') return failed(pod);
  const node = view.ofKind('Node').find(({ meta }) => meta.ref.name === pod.nodeName);
  if (!isReady(pod) && node && conditionOf(node, 'Ready')?.status !== 'True') return lost(node, view.at);
  if (pod.nodeName === undefined) return unscheduled(pod);
  const events = eventsAbout(view.timelineOf(pod.meta.ref), pod.meta.ref);
  return containerAilment(pod, events, view.at) ?? (isReady(pod) ? undefined : (unmounted(pod, events, view.at) ?? unready(pod, events)));
}

function failed(pod: Pod): Ailment | undefined {
  if (pod.reason === 'Evicted')
    return { is: 'evicted', byNode: /node was low on resource/i.test(pod.message ?? ''), words: `was evicted: ${oneLine(pod.message)}` };
  return containerAilment(pod, [], 0);
}

function lost(node: Node, now: number): Ailment {
  const ready = conditionOf(node, 'Ready');
  const since = ready?.changedAt === undefined ? '' : ` for ${span(now - ready.changedAt)}`;
  return { is: 'node-lost', node, words: `is on node ${node.meta.ref.name}, which is not ready${since} (${ready?.reason ?? 'no reason'})` };
}

function unscheduled(pod: Pod): Ailment | undefined {
  const scheduled = conditionOf(pod, 'PodScheduled');
  if (scheduled?.status !== 'False' || scheduled.reason !== 'Unschedulable') return undefined;
  return { is: 'unscheduled', lack: lackIn(scheduled.message ?? ''), words: `fits on no node: ${oneLine(scheduled.message)}` };
}

/** The scheduler's words (kubernetes/pkg/scheduler/framework/plugins, `ErrReason…`); what it says of preemption does not count. */
function lackIn(message: string): Lack {
  const said = message.split(/preemption:/i)[0] ?? '';
  if (/insufficient|too many pods/i.test(said)) return 'resources';
  if (/volume|persistent|disk/i.test(said)) return 'volume';
  return /node\.kubernetes\.io\/(unreachable|not-ready)/.test(said) ? 'ready-nodes' : 'placement';
}

function unmounted(pod: Pod, events: readonly ClusterEvent[], now: number): Ailment | undefined {
  const last = events.findLast(({ reason, at }) => /^Failed(Mount|AttachVolume|MapVolume)$/.test(reason) && now - at <= MOUNT_EVENT_MS);
  if (!last || pod.phase !== 'Pending') return undefined;
  const names = [...last.message.matchAll(/(?:configmap|secret) "([^"]+)" not found/gi)].map(([, name = '']) => name);
  const words = `cannot mount its volumes: ${oneLine(last.message)}`;
  return names.length > 0 ? { is: 'configuration', names, words } : { is: 'mount', words };
}

function unready(pod: Pod, events: readonly ClusterEvent[]): Ailment | undefined {
  const running = pod.containers.filter(
    ({ state, ready, role, started }) => role !== 'init' && state.is === 'running' && !ready && started !== false,
  );
  const [first] = running;
  if (first?.state.is !== 'running') return undefined;
  const startedAt = first.state.startedAt ?? pod.meta.createdAt;
  const changedAt = conditionOf(pod, 'Ready')?.changedAt ?? startedAt;
  const failure = events.findLast(({ reason, message }) => reason === 'Unhealthy' && message.startsWith('Readiness'));
  const said = failure ? `: ${oneLine(failure.message)}` : '';
  const wasReady = changedAt > startedAt;
  return {
    is: 'unready',
    since: wasReady ? changedAt : startedAt,
    wasReady,
    words: `container ${first.name} runs and is not ready${said}`,
  };
}
