import { isObject, type JsonObject, objectAt, objectsAt, textAt } from '../json.ts';
import type { ResourceName } from '../resources.ts';
import type { NewObject } from '../world.ts';

type Defaults = Readonly<Record<string, (object: NewObject) => NewObject>>;

const rollingUpdate = { maxUnavailable: '25%', maxSurge: '25%' };

/** What Kubernetes fills in where a client says nothing, by resource. */
const byResource: Defaults = {
  pods: (pod) => ({
    ...pod,
    spec: podSpec(objectAt(pod, 'spec')),
    status: { phase: 'Pending', qosClass: qosOf(objectAt(pod, 'spec')), ...pod.status },
  }),
  'deployments.apps': (object) =>
    withSpec(withTemplate(object), {
      ...{ replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 },
      strategy: strategyOf(objectAt(object, 'spec', 'strategy')),
    }),
  'statefulsets.apps': (object) =>
    withSpec(withTemplate(object), {
      ...{ replicas: 1, revisionHistoryLimit: 10, podManagementPolicy: 'OrderedReady', serviceName: '' },
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
    }),
  'daemonsets.apps': (object) =>
    withSpec(withTemplate(object), {
      revisionHistoryLimit: 10,
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
    }),
  'replicasets.apps': (object) => withSpec(withTemplate(object), { replicas: 1 }),
  'jobs.batch': (object) =>
    withSpec(withTemplate(object), { parallelism: 1, completions: 1, backoffLimit: 6, completionMode: 'NonIndexed', suspend: false }),
  namespaces: (object) => ({
    ...object,
    metadata: { ...object.metadata, labels: { 'kubernetes.io/metadata.name': object.metadata.name ?? '', ...object.metadata.labels } },
    spec: { finalizers: ['kubernetes'], ...object.spec },
    status: { phase: 'Active', ...object.status },
  }),
  events: (object) => (object.eventTime ? object : { count: 1, ...object }),
};

/** The object with Kubernetes' defaults in it. */
export function withDefaults(resource: ResourceName, object: NewObject): NewObject {
  return byResource[resource]?.(object) ?? object;
}

/** The object with the defaults of an update in it: those of spec only, for a status and a finalizer are not made anew. */
export function withUpdateDefaults<T extends NewObject>(resource: ResourceName, object: T): T {
  if (resource === 'pods') return { ...object, spec: podSpec(objectAt(object, 'spec')) };
  const template = objectAt(object, 'spec', 'template');
  if (!isObject(template.spec)) return object;
  return { ...object, spec: { ...objectAt(object, 'spec'), template: { ...template, spec: podSpec(objectAt(template, 'spec')) } } };
}

function withSpec(object: NewObject, defaults: JsonObject): NewObject {
  const given = objectAt(object, 'spec');
  const strategies = Object.entries(defaults).filter(([name]) => name === 'strategy');
  return { ...object, spec: { ...defaults, ...given, ...Object.fromEntries(strategies) }, status: objectAt(object, 'status') };
}

function strategyOf(given: JsonObject): JsonObject {
  if (given.type === 'Recreate') return given;
  return { type: 'RollingUpdate', rollingUpdate: { ...rollingUpdate, ...objectAt(given, 'rollingUpdate') } };
}

function withTemplate(object: NewObject): NewObject {
  const spec = objectAt(object, 'spec');
  if (!isObject(spec.template)) return object;
  const template = { ...spec.template, spec: podSpec(objectAt(spec.template, 'spec')) };
  return { ...object, spec: { ...spec, template } };
}

function podSpec(given: JsonObject): JsonObject {
  const lists = ['containers', 'initContainers'].filter((field) => Array.isArray(given[field]));
  const containers = Object.fromEntries(lists.map((field) => [field, objectsAt(given, field).map(container)]));
  const account = textAt(given, 'serviceAccountName');
  return {
    ...{ restartPolicy: 'Always', terminationGracePeriodSeconds: 30, dnsPolicy: 'ClusterFirst', securityContext: {} },
    schedulerName: 'default-scheduler',
    ...given,
    ...containers,
    ...(account !== undefined && { serviceAccount: account }),
  };
}

function container(given: JsonObject): JsonObject {
  const image = textAt(given, 'image') ?? '';
  const isLatest = image.endsWith(':latest') || !/[:@]/.test(image.split('/').at(-1) ?? '');
  const probes = ['livenessProbe', 'readinessProbe', 'startupProbe'].filter((field) => isObject(given[field]));
  return {
    ...{ resources: {}, terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File' },
    imagePullPolicy: isLatest ? 'Always' : 'IfNotPresent',
    ...given,
    ...(Array.isArray(given.ports) && { ports: objectsAt(given, 'ports').map((port) => ({ protocol: 'TCP', ...port })) }),
    ...Object.fromEntries(probes.map((field) => [field, probe(objectAt(given, field))])),
    ...(isObject(given.resources) && { resources: resources(given.resources) }),
  };
}

function probe(given: JsonObject): JsonObject {
  const http = isObject(given.httpGet) ? { httpGet: { scheme: 'HTTP', ...given.httpGet } } : {};
  return { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3, ...given, ...http };
}

/** What is limited and not requested is requested at its limit. */
function resources(given: JsonObject): JsonObject {
  if (!isObject(given.limits)) return given;
  return { ...given, requests: { ...given.limits, ...objectAt(given, 'requests') } };
}

/** The pod's class: Guaranteed when each container limits cpu and memory to what it requests. */
function qosOf(spec: JsonObject): string {
  const all = [...objectsAt(spec, 'containers'), ...objectsAt(spec, 'initContainers')].map((one) => resources(objectAt(one, 'resources')));
  if (all.every((one) => Object.keys({ ...objectAt(one, 'requests'), ...objectAt(one, 'limits') }).length === 0)) return 'BestEffort';
  const isExact = all.every((one) =>
    ['cpu', 'memory'].every(
      (name) => textAt(one, 'limits', name) !== undefined && textAt(one, 'limits', name) === textAt(one, 'requests', name),
    ),
  );
  return isExact ? 'Guaranteed' : 'Burstable';
}
