import type { ResourceRef } from '../../../core/model/resource.ts';
import { textAt } from './attributes.ts';
import type { KeyValue, Resource } from './messages.ts';

const KUBERNETES_NAME = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;
const NAME_CHARS = 200;

/** Kinds of workload that a resource may name, by the word in the attribute. */
const workloads = [
  ['deployment', 'Deployment'],
  ['statefulset', 'StatefulSet'],
  ['daemonset', 'DaemonSet'],
] as const;

/** Who sent something, by the attributes of its resource (OpenTelemetry's semantic conventions); what is not named, or is no name, is missing. */
export interface Origin {
  readonly service?: string;
  readonly pod?: ResourceRef;
  readonly container?: string;
  readonly workload?: ResourceRef;
  readonly node?: ResourceRef;
}

/** Reads the attributes `service.name`, `k8s.pod.*`, `k8s.namespace.name`, `k8s.container.name`, `k8s.deployment.*` (and so on) and `k8s.node.*`. */
export function originOf(resource: Resource | null, cluster: string): Origin {
  const attributes = resource?.attributes ?? [];
  const namespace = nameAt(attributes, 'k8s.namespace.name');
  const inNamespace = namespace === undefined ? undefined : { cluster, namespace };
  const pod = inNamespace && refOf(attributes, 'pod', { ...inNamespace, apiGroup: '', kind: 'Pod' });
  const workload = inNamespace && workloadAt(attributes, inNamespace);
  const node = refOf(attributes, 'node', { cluster, apiGroup: '', kind: 'Node' });
  const container = nameAt(attributes, 'k8s.container.name');
  const service = textAt(attributes, 'service.name')?.slice(0, NAME_CHARS) ?? workload?.name;
  return {
    ...(service !== undefined && { service }),
    ...(pod && { pod }),
    ...(container !== undefined && { container }),
    ...(workload && { workload }),
    ...(node && { node }),
  };
}

function workloadAt(attributes: readonly KeyValue[], where: { readonly cluster: string; readonly namespace: string }) {
  for (const [word, kind] of workloads) {
    const ref = refOf(attributes, word, { ...where, apiGroup: 'apps', kind });
    if (ref) return ref;
  }
  return undefined;
}

function refOf(attributes: readonly KeyValue[], word: string, place: Omit<ResourceRef, 'name' | 'uid'>): ResourceRef | undefined {
  const name = nameAt(attributes, `k8s.${word}.name`);
  const uid = textAt(attributes, `k8s.${word}.uid`)?.slice(0, NAME_CHARS);
  return name === undefined ? undefined : { ...place, name, ...(uid !== undefined && { uid }) };
}

function nameAt(attributes: readonly KeyValue[], key: string): string | undefined {
  const text = textAt(attributes, key);
  return text !== undefined && KUBERNETES_NAME.test(text) ? text : undefined;
}
