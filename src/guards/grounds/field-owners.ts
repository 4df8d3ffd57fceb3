/** Who else writes the fields of a workload: autoscalers, GitOps controllers, people. */
import type { FieldManager, HorizontalPodAutoscaler, KubeObject } from '../../core/model/objects.ts';
import type { ResourceRef } from '../../core/model/resource.ts';
import type { Verb } from '../../core/model/write.ts';
import type { ClusterView } from '../../core/view.ts';

const GITOPS_MANAGERS = [
  'argocd',
  'argocd-controller',
  'argocd-application-controller',
  'kustomize-controller',
  'helm-controller',
  'fleet-agent',
  'configsync',
];
const GITOPS_MARKS = [
  'argocd.argoproj.io/tracking-id',
  'argocd.argoproj.io/instance',
  'kustomize.toolkit.fluxcd.io/name',
  'helm.toolkit.fluxcd.io/name',
  'objectset.rio.cattle.io/id',
];
const SCALER_MANAGERS = ['keda', 'keda-operator'];
const SCALER_MARKS = ['scaledobject.keda.sh/name'];
const RIGHT_SIZER_MANAGERS = ['vpa-admission-controller', 'vpa-recommender', 'vpa-updater'];
const RIGHT_SIZER_MARKS = ['vpaUpdates', 'vpaObservedContainers'];
/** The control plane's own writers, and ourselves: what they write is not anybody's decision. */
const CONTROLLERS = ['kubemend', 'kube-controller-manager', 'kubelet', 'kube-scheduler', 'kube-apiserver'];

/** The part of an object that a write changes, as field managers name it; undefined for an eviction, which changes no field. */
export function fieldOf(verb: Verb): FieldManager['touches'][number] | undefined {
  return ({ evict: undefined, scale: 'replicas', 'replace-template': 'template', resize: 'resources' } as const)[verb];
}

/** What shows that a GitOps controller keeps the object as a repository says; undefined when nothing does. */
export function gitOpsSign(object: KubeObject): string | undefined {
  return markOn(object, GITOPS_MARKS) ?? managerOf(object, GITOPS_MANAGERS);
}

/** What shows that KEDA scales the object. */
export function scalerSign(object: KubeObject): string | undefined {
  return markOn(object, SCALER_MARKS) ?? managerOf(object, SCALER_MANAGERS);
}

/** What shows that a VerticalPodAutoscaler sizes the object. */
export function rightSizerSign(object: KubeObject): string | undefined {
  return markOn(object, RIGHT_SIZER_MARKS) ?? managerOf(object, RIGHT_SIZER_MANAGERS);
}

/** The autoscalers that scale this workload, whatever API group (`apps`, an old `extensions`) they name it by. */
export function autoscalersOf({ kind, name, namespace }: ResourceRef, view: ClusterView): HorizontalPodAutoscaler[] {
  return view
    .ofKind('HorizontalPodAutoscaler')
    .filter(({ meta, scales }) => meta.ref.namespace === namespace && scales.kind === kind && scales.name === name);
}

/** The last writers of a field that are no controllers of the control plane, nor ourselves. */
export function decidersOn(object: KubeObject, field: FieldManager['touches'][number]): FieldManager[] {
  return object.meta.managers.filter(
    ({ manager, subresource, touches }) => touches.includes(field) && subresource !== 'status' && !CONTROLLERS.includes(manager),
  );
}

function markOn({ meta }: KubeObject, marks: readonly string[]): string | undefined {
  return marks.find((mark) => mark in meta.annotations || mark in meta.labels);
}

function managerOf({ meta }: KubeObject, managers: readonly string[]): string | undefined {
  const found = meta.managers.find(({ manager, subresource }) => managers.includes(manager) && subresource !== 'status');
  return found && `field manager ${found.manager}`;
}
