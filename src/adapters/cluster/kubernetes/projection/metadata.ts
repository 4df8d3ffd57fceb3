import type { Condition, Kind, LabelSelector, ObjectMeta } from '../../../../core/model/objects.ts';
import { at, fieldsAt, flagAt, instantAt, isFields, listAt, numberAt, textAt, textListAt, textsAt } from './fields.ts';
import { managersOf } from './managers.ts';

/** What the raw object does not say about itself: which cluster and kind it is of, and whether guards ask who wrote it. */
export interface ProjectionContext {
  readonly cluster: string;
  readonly kind: Kind;
  readonly apiGroup: string;
  readonly keepsManagers: boolean;
}

const MAX_ANNOTATION_LENGTH = 1024;
const droppedAnnotation = 'kubectl.kubernetes.io/last-applied-configuration';

/** The metadata of a raw object. Throws when it lacks what every stored object has: name, uid, resourceVersion, creation time. */
export function metaOf(raw: unknown, context: ProjectionContext): ObjectMeta {
  const meta = fieldsAt(raw, 'metadata');
  return {
    ref: {
      cluster: context.cluster,
      apiGroup: context.apiGroup,
      kind: context.kind,
      namespace: textAt(meta, 'namespace'),
      name: required(textAt(meta, 'name'), 'name'),
      uid: required(textAt(meta, 'uid'), 'uid'),
    },
    resourceVersion: required(textAt(meta, 'resourceVersion'), 'resourceVersion'),
    generation: numberAt(meta, 'generation'),
    createdAt: required(instantAt(meta, 'creationTimestamp'), 'creationTimestamp'),
    deletedAt: instantAt(meta, 'deletionTimestamp'),
    finalizers: textListAt(meta, 'finalizers'),
    labels: textsAt(meta, 'labels'),
    annotations: annotationsOf(meta),
    owners: listAt(meta, 'ownerReferences').map(ownerOf),
    managers: context.keepsManagers ? managersOf(raw) : [],
  };
}

function required<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`metadata.${name} is missing or malformed`);
  return value;
}

function annotationsOf(meta: unknown): Record<string, string> {
  const all = Object.entries(textsAt(meta, 'annotations'));
  return Object.fromEntries(all.filter(([key, value]) => key !== droppedAnnotation && value.length <= MAX_ANNOTATION_LENGTH));
}

function ownerOf(raw: unknown): ObjectMeta['owners'][number] {
  return {
    apiGroup: groupOf(textAt(raw, 'apiVersion')),
    kind: required(textAt(raw, 'kind'), 'ownerReferences.kind'),
    name: required(textAt(raw, 'name'), 'ownerReferences.name'),
    uid: required(textAt(raw, 'uid'), 'ownerReferences.uid'),
    controller: flagAt(raw, 'controller'),
  };
}

/** The API group of an `apiVersion`: `apps` of `apps/v1`, empty for `v1`. */
export function groupOf(apiVersion: string | undefined): string {
  return apiVersion?.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}

/** The conditions at `status.conditions`; an entry without a type is left out. */
export function conditionsOf(raw: unknown): readonly Condition[] {
  return listAt(raw, 'status', 'conditions').flatMap((entry) => {
    const type = textAt(entry, 'type');
    return type === undefined ? [] : [{ type, ...conditionStateOf(entry) }];
  });
}

function conditionStateOf(entry: unknown): Omit<Condition, 'type'> {
  const status = textAt(entry, 'status');
  return {
    status: status === 'True' || status === 'False' ? status : 'Unknown',
    reason: textAt(entry, 'reason'),
    message: textAt(entry, 'message'),
    changedAt: instantAt(entry, 'lastTransitionTime'),
  };
}

/** The label selector at `spec.selector`. One that is missing selects nothing, as in Kubernetes. */
export function selectorOf(raw: unknown): LabelSelector {
  const selector = at(raw, 'spec', 'selector');
  if (!isFields(selector)) return { matchLabels: {}, matchExpressions: [{ key: '', operator: 'Nothing', values: [] }] };
  return {
    matchLabels: textsAt(selector, 'matchLabels'),
    matchExpressions: listAt(selector, 'matchExpressions').map((expression) => ({
      key: textAt(expression, 'key') ?? '',
      operator: textAt(expression, 'operator') ?? '',
      values: textListAt(expression, 'values'),
    })),
  };
}
