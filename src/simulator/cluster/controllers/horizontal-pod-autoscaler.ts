import { type JsonObject, numberAt, objectAt, objectsAt, textAt } from '../../json.ts';
import type { ResourceName } from '../../resources.ts';
import type { ApiObject, ObjectKey, World } from '../../world.ts';
import { conditionAt, conditionOf, type NewCondition } from '../conditions.ts';
import { type EventRecorder, eventRecorder } from '../event-recorder.ts';
import { instantText } from '../instant.ts';
import { isActive, isReady, keyOf, setStatus, specOf } from '../pods.ts';
import { requestsOf } from '../scheduler/fits.ts';
import { selects } from '../selector.ts';
import type { Controller } from './controller.ts';

/** `--horizontal-pod-autoscaler-sync-period`, `-tolerance` and `-downscale-stabilization` of kube-controller-manager. */
const SYNC_MS = 15_000;
const TOLERANCE = 0.1;
const STABLE_BEFORE_DOWN_MS = 5 * 60_000;

/** Scales workloads by the CPU that their pods use against what they asked for. */
export function horizontalPodAutoscalerController(world: World): Controller {
  const events = eventRecorder(world, 'horizontal-pod-autoscaler');
  const wishes = new Map<string, readonly { readonly at: number; readonly replicas: number }[]>();
  return {
    watches: ['horizontalpodautoscalers.autoscaling'],
    keysFor: (change) => (change.type === 'ADDED' ? [keyOf('horizontalpodautoscalers.autoscaling', change.object)] : []),
    reconcile(key) {
      const scaler = world.objects.get(key);
      if (!scaler) return undefined;
      const now = world.clock.now();
      const look = lookAt(world, scaler);
      if (!look) return now + SYNC_MS;
      const recent = (wishes.get(scaler.metadata.uid) ?? []).filter((wish) => now - wish.at < STABLE_BEFORE_DOWN_MS);
      const all = [...recent, { at: now, replicas: look.wanted }];
      wishes.set(scaler.metadata.uid, all);
      apply(world, events, scaler, { ...look, wanted: Math.max(...all.map((wish) => wish.replicas)) });
      return now + SYNC_MS;
    },
  };
}

interface Look {
  readonly target: ObjectKey;
  readonly current: number;
  readonly wanted: number;
  /** Undefined: the metric cannot be read. */
  readonly utilization: number | undefined;
  readonly averageMillicores: number;
}

function targetOf(scaler: ApiObject): ObjectKey | undefined {
  const reference = objectAt(scaler.spec, 'scaleTargetRef');
  const kinds: Record<string, ResourceName> = {
    Deployment: 'deployments.apps',
    StatefulSet: 'statefulsets.apps',
    ReplicaSet: 'replicasets.apps',
  };
  const resource = kinds[String(reference.kind)];
  return resource && { resource, namespace: scaler.metadata.namespace ?? '', name: String(reference.name) };
}

function lookAt(world: World, scaler: ApiObject): Look | undefined {
  const target = targetOf(scaler);
  const workload = target && world.objects.get(target);
  if (!target || !workload) return undefined;
  const current = numberAt(workload.spec, 'replicas') ?? 1;
  const { utilization, averageMillicores } = usageOf(world, workload);
  const goal = numberAt(cpuMetric(scaler), 'resource', 'target', 'averageUtilization');
  if (utilization === undefined || goal === undefined)
    return { target, current, wanted: current, utilization: undefined, averageMillicores };
  const ratio = utilization / goal;
  return {
    target,
    current,
    wanted: Math.abs(ratio - 1) <= TOLERANCE ? current : Math.ceil(current * ratio),
    utilization,
    averageMillicores,
  };
}

function cpuMetric(scaler: ApiObject): JsonObject | undefined {
  return objectsAt(scaler.spec, 'metrics').find((metric) => textAt(metric, 'resource', 'name') === 'cpu');
}

/** Percent of the requested CPU, and the average of a pod, over the ready pods. */
function usageOf(world: World, workload: ApiObject): Pick<Look, 'utilization' | 'averageMillicores'> {
  const pods = world.objects
    .list('pods', workload.metadata.namespace)
    .filter((pod) => isActive(pod) && isReady(pod) && selects(objectAt(workload.spec).selector, pod.metadata.labels ?? {}));
  const usages = pods.flatMap((pod) => world.kubelets.podUsage(pod) ?? []);
  const requested = pods.reduce((sum, pod) => sum + requestsOf(pod).cpu * 1_000, 0);
  const used = usages.reduce((sum, one) => sum + one.cpuMillicores, 0);
  if (usages.length === 0 || requested === 0) return { utilization: undefined, averageMillicores: 0 };
  return { utilization: Math.round((used / requested) * 100), averageMillicores: Math.round(used / pods.length) };
}

function apply(world: World, events: EventRecorder, scaler: ApiObject, look: Look): void {
  const minimum = numberAt(scaler.spec, 'minReplicas') ?? 1;
  const maximum = numberAt(scaler.spec, 'maxReplicas') ?? look.current;
  const size = look.current === 0 ? 0 : Math.min(maximum, Math.max(minimum, look.wanted));
  const isRescaled = size !== look.current;
  if (isRescaled) {
    const options = { subresource: 'scale', fieldManager: 'kube-controller-manager' } as const;
    world.objects.change(look.target, (draft) => void Object.assign(specOf(draft), { replicas: size }), options);
    const side = size > look.current ? 'cpu resource utilization (percentage of request) above target' : 'All metrics below target';
    events.say(scaler, { type: 'Normal', reason: 'SuccessfulRescale', message: `New size: ${size}; reason: ${side}` });
  }
  if (look.utilization === undefined) {
    const message = 'failed to get cpu utilization: unable to get metrics for resource cpu: no metrics returned from resource metrics API';
    events.say(scaler, { type: 'Warning', reason: 'FailedGetResourceMetric', message });
  }
  const now = world.clock.now();
  const scaledAt = isRescaled ? instantText(now) : textAt(scaler.status, 'lastScaleTime');
  const current = { averageUtilization: look.utilization ?? 0, averageValue: `${look.averageMillicores}m` };
  setStatus(world, keyOf('horizontalpodautoscalers.autoscaling', scaler), {
    conditions: conditionsOf({ look, minimum, maximum, isRescaled }).map((one) => conditionAt(one, conditionOf(scaler, one.type), now)),
    currentMetrics: look.utilization === undefined ? [{ type: '' }] : [{ resource: { current, name: 'cpu' }, type: 'Resource' }],
    currentReplicas: look.current,
    desiredReplicas: look.utilization === undefined ? 0 : size,
    ...(scaledAt !== undefined && { lastScaleTime: scaledAt }),
  });
}

interface Verdict {
  readonly look: Look;
  readonly minimum: number;
  readonly maximum: number;
  readonly isRescaled: boolean;
}

function conditionsOf({ look, minimum, maximum, isRescaled }: Verdict): readonly NewCondition[] {
  const able: NewCondition = isRescaled
    ? {
        type: 'AbleToScale',
        status: 'True',
        reason: 'SucceededRescale',
        message: `the HPA controller was able to update the target scale to ${Math.min(maximum, look.wanted)}`,
      }
    : { type: 'AbleToScale', status: 'True', reason: 'ReadyForNewScale', message: 'recommended size matches current size' };
  if (look.utilization === undefined) {
    const why = 'failed to get cpu utilization: unable to get metrics for resource cpu: no metrics returned from resource metrics API';
    const message = `the HPA was unable to compute the replica count: ${why}`;
    const getting = {
      type: 'AbleToScale',
      status: 'True',
      reason: 'SucceededGetScale',
      message: "the HPA controller was able to get the target's current scale",
    } as const;
    return [getting, { type: 'ScalingActive', status: 'False', reason: 'FailedGetResourceMetric', message }];
  }
  const active = 'the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)';
  return [
    able,
    { type: 'ScalingActive', status: 'True', reason: 'ValidMetricFound', message: active },
    limitation(look.wanted, minimum, maximum),
  ];
}

function limitation(wanted: number, minimum: number, maximum: number): NewCondition {
  const type = 'ScalingLimited';
  const said = (side: string) => `the desired replica count is ${side} replica count`;
  if (wanted > maximum) return { type, status: 'True', reason: 'TooManyReplicas', message: said('more than the maximum') };
  if (wanted < minimum) return { type, status: 'True', reason: 'TooFewReplicas', message: said('less than the minimum') };
  return { type, status: 'False', reason: 'DesiredWithinRange', message: 'the desired count is within the acceptable range' };
}
