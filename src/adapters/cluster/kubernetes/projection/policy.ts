import type { HorizontalPodAutoscaler, KubeObject, ObjectOf, PodDisruptionBudget } from '../../../../core/model/objects.ts';
import { fieldsAt, listAt, numberAt, textAt } from './fields.ts';
import { conditionsOf, groupOf, metaOf, type ProjectionContext, selectorOf } from './metadata.ts';
import { quantitiesAt } from './quantity.ts';

/** A raw HorizontalPodAutoscaler (autoscaling/v2) as the small model holds it; `metrics` are the names that it scales by. */
export function projectAutoscaler(raw: unknown, context: ProjectionContext): HorizontalPodAutoscaler {
  const target = fieldsAt(raw, 'spec', 'scaleTargetRef');
  return {
    kind: 'HorizontalPodAutoscaler',
    meta: metaOf(raw, context),
    scales: { apiGroup: groupOf(textAt(target, 'apiVersion')), kind: textAt(target, 'kind') ?? '', name: textAt(target, 'name') ?? '' },
    minReplicas: numberAt(raw, 'spec', 'minReplicas') ?? 1,
    maxReplicas: numberAt(raw, 'spec', 'maxReplicas') ?? 0,
    currentReplicas: numberAt(raw, 'status', 'currentReplicas') ?? 0,
    desiredReplicas: numberAt(raw, 'status', 'desiredReplicas') ?? 0,
    metrics: listAt(raw, 'spec', 'metrics').flatMap(metricNameOf),
    conditions: conditionsOf(raw),
  };
}

function metricNameOf(metric: unknown): readonly string[] {
  const sources = ['resource', 'containerResource', 'pods', 'object', 'external'].map((source) => fieldsAt(metric, source));
  return sources.flatMap((source) => textAt(source, 'name') ?? textAt(source, 'metric', 'name') ?? []);
}

/** A raw PodDisruptionBudget; without a policy for unhealthy pods it is Kubernetes' default, `IfHealthyBudget`. */
export function projectBudget(raw: unknown, context: ProjectionContext): PodDisruptionBudget {
  const status = fieldsAt(raw, 'status');
  return {
    kind: 'PodDisruptionBudget',
    meta: metaOf(raw, context),
    selector: selectorOf(raw),
    observedGeneration: numberAt(status, 'observedGeneration'),
    disruptionsAllowed: numberAt(status, 'disruptionsAllowed') ?? 0,
    currentHealthy: numberAt(status, 'currentHealthy') ?? 0,
    desiredHealthy: numberAt(status, 'desiredHealthy') ?? 0,
    expectedPods: numberAt(status, 'expectedPods') ?? 0,
    unhealthyPodEvictionPolicy: textAt(raw, 'spec', 'unhealthyPodEvictionPolicy') === 'AlwaysAllow' ? 'AlwaysAllow' : 'IfHealthyBudget',
  };
}

/** A raw ResourceQuota; what is enforced (`status.hard`) counts, before it is reckoned up what is asked for. */
export function projectQuota(raw: unknown, context: ProjectionContext): ObjectOf<'ResourceQuota'> {
  const enforced = quantitiesAt(raw, 'status', 'hard');
  return {
    kind: 'ResourceQuota',
    meta: metaOf(raw, context),
    hard: Object.keys(enforced).length > 0 ? enforced : quantitiesAt(raw, 'spec', 'hard'),
    used: quantitiesAt(raw, 'status', 'used'),
  };
}

/** A raw validating or mutating webhook configuration: which service answers, and what happens when it does not. */
export function projectWebhooks(
  kind: 'ValidatingWebhookConfiguration' | 'MutatingWebhookConfiguration',
): (raw: unknown, context: ProjectionContext) => KubeObject {
  return (raw, context) => ({
    kind,
    meta: metaOf(raw, context),
    webhooks: listAt(raw, 'webhooks').map((webhook) => ({
      name: textAt(webhook, 'name') ?? '',
      failurePolicy: textAt(webhook, 'failurePolicy') ?? 'Fail',
      service: serviceOf(webhook),
    })),
  });
}

function serviceOf(webhook: unknown): { namespace: string; name: string } | undefined {
  const namespace = textAt(webhook, 'clientConfig', 'service', 'namespace');
  const name = textAt(webhook, 'clientConfig', 'service', 'name');
  return namespace !== undefined && name !== undefined ? { namespace, name } : undefined;
}
