import { type JsonObject, numberAt, objectAt, objectsAt, textAt } from '../../json.ts';
import type { ApiObject } from '../../world.ts';
import { conditionAt, conditionOf, type NewCondition } from '../conditions.ts';
import { instantText } from '../instant.ts';
import type { Container } from './container.ts';

/** What the kubelet knows of the pod as a whole. */
export interface PodFacts {
  readonly containers: readonly Container[];
  readonly hasSandbox: boolean;
  readonly startedAt: number;
  readonly podIp: string;
  readonly hostIp: string;
  /** Set when the kubelet itself ended the pod. */
  readonly eviction?: string;
}

/** Whether the init containers are through and the sidecars run. */
export function isInitialized(containers: readonly Container[]): boolean {
  return containers.every(
    (one) =>
      one.role === 'main' || (one.role === 'init' ? one.stage === 'done' && exitCodeOf(one) === 0 : one.started || one.restartCount > 0),
  );
}

/** The exit code of a container that has ended. */
export function exitCodeOf(container: Container): number | undefined {
  return numberAt(container.state, 'terminated', 'exitCode');
}

/** The pod's phase by Kubernetes' rules. */
export function phaseBy({ containers, eviction }: Pick<PodFacts, 'containers' | 'eviction'>): string {
  if (eviction !== undefined) return 'Failed';
  const mains = containers.filter((one) => one.role === 'main');
  const hasFailedInit = containers.some((one) => one.role === 'init' && one.stage === 'done' && exitCodeOf(one) !== 0);
  if (hasFailedInit) return 'Failed';
  if (mains.every((one) => one.stage === 'done' && exitCodeOf(one) !== undefined)) {
    return mains.every((one) => exitCodeOf(one) === 0) ? 'Succeeded' : 'Failed';
  }
  if (!isInitialized(containers)) return 'Pending';
  return mains.some((one) => one.containerId !== undefined) ? 'Running' : 'Pending';
}

/** The pod's status as the kubelet writes it now. */
export function podStatus(pod: ApiObject, facts: PodFacts, now: number): JsonObject {
  const { containers, podIp, hostIp, hasSandbox, eviction } = facts;
  const phase = phaseBy(facts);
  const statuses = (isInit: boolean) =>
    containers.filter((one) => (one.role !== 'main') === isInit).map((one) => containerStatus(one, containers));
  const inits = statuses(true);
  const isIp = hasSandbox || pod.status?.podIP !== undefined;
  return {
    conditions: conditionsOf(pod, facts, now),
    containerStatuses: statuses(false),
    hostIP: hostIp,
    hostIPs: [{ ip: hostIp }],
    ...(inits.length > 0 && { initContainerStatuses: inits }),
    ...(eviction !== undefined && { message: eviction, reason: 'Evicted' }),
    observedGeneration: pod.metadata.generation ?? 1,
    phase,
    ...(isIp && { podIP: podIp, podIPs: [{ ip: podIp }] }),
    qosClass: qosOf(pod),
    startTime: instantText(facts.startedAt),
  };
}

function conditionsOf(pod: ApiObject, facts: PodFacts, now: number): JsonObject[] {
  const more = { lastProbeTime: null, observedGeneration: pod.metadata.generation ?? 1 };
  const phase = phaseBy(facts);
  const isOver = phase === 'Succeeded' || phase === 'Failed';
  const set = (condition: NewCondition) => conditionAt({ ...condition, more }, conditionOf(pod, condition.type), now);
  const ready = readiness(facts, phase);
  const kept = objectsAt(pod.status, 'conditions').filter((condition) => condition.type === 'DisruptionTarget');
  return [
    ...kept,
    set({ type: 'PodReadyToStartContainers', status: facts.hasSandbox && !isOver ? 'True' : 'False' }),
    set(initialization(facts, phase)),
    set({ type: 'Ready', ...ready }),
    set({ type: 'ContainersReady', ...ready }),
    set({ type: 'PodScheduled', status: 'True' }),
  ];
}

function readiness({ containers }: PodFacts, phase: string): Omit<NewCondition, 'type'> {
  if (phase === 'Succeeded') return { status: 'False', reason: 'PodCompleted' };
  if (phase === 'Failed') return { status: 'False', reason: 'PodFailed' };
  const unready = containers.filter((one) => one.role !== 'init' && !one.ready).map((one) => one.name);
  if (unready.length === 0) return { status: 'True' };
  return { status: 'False', reason: 'ContainersNotReady', message: `containers with unready status: [${unready.join(' ')}]` };
}

function initialization({ containers }: PodFacts, phase: string): NewCondition {
  const type = 'Initialized';
  if (phase === 'Succeeded') return { type, status: 'True', reason: 'PodCompleted' };
  if (isInitialized(containers)) return { type, status: 'True' };
  const open = containers.filter((one) => one.role !== 'main' && !(one.stage === 'done' && exitCodeOf(one) === 0) && !one.started);
  const message = `containers with incomplete status: [${open.map((one) => one.name).join(' ')}]`;
  return { type, status: 'False', reason: 'ContainersNotInitialized', message };
}

function containerStatus(container: Container, all: readonly Container[]): JsonObject {
  const hasInit = all.some((one) => one.role !== 'main');
  const reason = hasInit && (container.role === 'main' || !isFirstInit(container, all)) ? 'PodInitializing' : 'ContainerCreating';
  const isNew = Object.keys(container.state).length === 0;
  const resources = objectAt(container.spec, 'resources');
  const requests = objectAt(resources, 'requests');
  return {
    ...(Object.keys(requests).length > 0 && container.containerId !== undefined && { allocatedResources: requests }),
    ...(container.containerId !== undefined && { containerID: container.containerId }),
    image: textAt(container.spec, 'image') ?? '',
    imageID: container.containerId === undefined ? '' : `sha256:${container.name.padEnd(8, '0')}`,
    lastState: container.lastState,
    name: container.name,
    ready: container.ready,
    ...(Object.keys(resources).length > 0 && container.containerId !== undefined && { resources }),
    restartCount: container.restartCount,
    started: container.started,
    state: isNew ? { waiting: { reason } } : container.state,
  };
}

function isFirstInit(container: Container, all: readonly Container[]): boolean {
  return all[0] === container;
}

function qosOf(pod: ApiObject): string {
  const all = [...objectsAt(pod.spec, 'containers'), ...objectsAt(pod.spec, 'initContainers')].map((one) => objectAt(one, 'resources'));
  const isBare = all.every((one) => Object.keys(objectAt(one, 'requests')).length + Object.keys(objectAt(one, 'limits')).length === 0);
  if (isBare) return 'BestEffort';
  const isWhole = all.every((one) =>
    ['cpu', 'memory'].every((name) => {
      const limit = objectAt(one, 'limits')[name];
      return limit !== undefined && (objectAt(one, 'requests')[name] ?? limit) === limit;
    }),
  );
  return isWhole ? 'Guaranteed' : 'Burstable';
}
