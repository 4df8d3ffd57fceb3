import { isWorkload, type KubeObject, type ObjectOf } from '../../core/model/objects.ts';
import { resourceName } from '../../core/model/resource.ts';
import type { ClusterView } from '../../core/view.ts';
import type { Reach } from './reach.ts';

type Labels = Readonly<Record<string, string>>;

/** Why what the plan touches answers, or may answer, an admission webhook: one clause for each webhook service. */
export function webhooksServedBy(reach: Reach, view: ClusterView): string[] {
  return [...view.ofKind('ValidatingWebhookConfiguration'), ...view.ofKind('MutatingWebhookConfiguration')]
    .flatMap(({ meta, webhooks }) => webhooks.flatMap(({ service }) => (service ? [{ ...service, by: resourceName(meta.ref) }] : [])))
    .flatMap(({ namespace, name, by }) => {
      const service = view.ofKind('Service').find(({ meta }) => meta.ref.namespace === namespace && meta.ref.name === name);
      return service && mayServe(service, labelsIn(namespace, reach))
        ? [`it answers the webhooks of ${by} as service ${namespace}/${name}`]
        : [];
    });
}

/** A service without a selector may be served by anything in its namespace. */
function mayServe({ selector }: ObjectOf<'Service'>, labels: readonly Labels[]): boolean {
  return labels.some((set) => Object.entries(selector).every(([key, value]) => set[key] === value));
}

/** The labels of the pods that the plan touches in a namespace, and those that a workload's pods will have at least. */
function labelsIn(namespace: string, { pods, target, owner }: Reach): Labels[] {
  const isInside = ({ meta }: KubeObject) => meta.ref.namespace === namespace;
  const workloads = [target, owner].filter((part) => part !== undefined && isWorkload(part)).filter(isInside);
  return [...pods.filter(isInside).map(({ meta }) => meta.labels), ...workloads.map(({ selector }) => selector.matchLabels)];
}
