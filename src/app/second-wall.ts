import type { KubeManifest } from './kube-manifest.ts';

/** One condition that every write of the actor must meet, and what the API server says when it does not. */
interface Validation {
  readonly expression: string;
  readonly message: string;
}

/** Evaluated only when an expression names them. `subResource`, `namespace` and the objects are absent, not empty, where they do not apply. */
const variables = [
  { name: 'sub', expression: "request.?subResource.orValue('')" },
  {
    name: 'isTemplate',
    expression: lines(
      "request.resource.group == 'apps' && request.resource.resource in ['deployments', 'statefulsets', 'daemonsets']",
      "&& variables.sub == '' && request.operation == 'UPDATE'",
    ),
  },
  { name: 'nsLabels', expression: 'namespaceObject != null ? namespaceObject.metadata.?labels.orValue({}) : {}' },
  { name: 'notes', expression: 'object != null ? object.metadata.?annotations.orValue({}) : {}' },
  { name: 'oldNotes', expression: 'oldObject != null ? oldObject.metadata.?annotations.orValue({}) : {}' },
  { name: 'template', expression: 'variables.isTemplate ? object.spec.template : null' },
  { name: 'oldTemplate', expression: 'variables.isTemplate ? oldObject.spec.template : null' },
];

/**
 * The second wall: an admission policy for the actor's account alone, which lists what may change and refuses the rest. It needs no
 * parameters, because a policy whose parameter is missing refuses everybody's writes. It cannot see the pod behind an eviction nor
 * the labels behind a scale, so `kubemend.dev/protect` counts there on the namespace only.
 */
export function secondWall(namespace: string): readonly KubeManifest[] {
  const name = `${namespace}-actor`;
  const policy = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        resourceRules: [
          {
            apiGroups: ['*'],
            apiVersions: ['*'],
            resources: ['*/*'],
            operations: ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'],
            scope: '*',
          },
        ],
      },
      matchConditions: [{ name: 'actor-only', expression: `request.userInfo.username == 'system:serviceaccount:${namespace}:actor'` }],
      variables,
      validations: [...whereAndWhat(namespace), stamp, eviction, scale, resize, metadata, template, containers],
    },
  };
  const binding = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name },
    spec: { policyName: name, validationActions: ['Deny'] },
  };
  return [policy, binding];
}

function whereAndWhat(namespace: string): readonly Validation[] {
  return [
    {
      expression: lines(
        "variables.isTemplate || (request.resource.group == '' && request.resource.resource == 'pods'",
        "&& [variables.sub, request.operation] in [['eviction', 'CREATE'], ['resize', 'UPDATE']])",
        "|| (request.resource.group == 'apps' && request.resource.resource in ['deployments', 'statefulsets']",
        "&& variables.sub == 'scale' && request.operation == 'UPDATE')",
      ),
      message: 'kubemend has no action that does this',
    },
    {
      expression: lines(
        "variables.nsLabels[?'kubemend.dev/scope'].orValue('') == 'enabled'",
        `&& !(request.?namespace.orValue('') in ['kube-system', 'kube-public', 'kube-node-lease', '${namespace}'])`,
      ),
      message: 'namespace not opted in',
    },
    {
      expression: lines(
        "!('kubemend.dev/protect' in variables.nsLabels)",
        "&& (oldObject == null || !('kubemend.dev/protect' in oldObject.metadata.?labels.orValue({})))",
      ),
      message: 'protected by the label kubemend.dev/protect',
    },
  ];
}

/** The fence against a leader that has been replaced; scale and resize carry no annotations, there uid and resourceVersion are the fence. */
const stamp: Validation = {
  expression: lines(
    "!(variables.isTemplate || variables.sub == 'eviction') || (",
    "variables.notes[?'kubemend.dev/action-id'].orValue('') != ''",
    "&& variables.notes[?'kubemend.dev/epoch'].orValue('').matches('^[0-9]{1,9}$')",
    "&& int(variables.notes['kubemend.dev/epoch']) >= int(variables.oldNotes[?'kubemend.dev/epoch'].orValue('0')))",
  ),
  message: "a change carries its action id, and an epoch no older than the object's",
};

const eviction: Validation = {
  expression: lines(
    "variables.sub != 'eviction' || (object.?deleteOptions.?preconditions.?uid.orValue('') != ''",
    '&& !has(object.deleteOptions.gracePeriodSeconds) && !has(object.deleteOptions.propagationPolicy)',
    '&& !has(object.deleteOptions.orphanDependents))',
  ),
  message: 'an eviction names the uid and keeps the grace period',
};

const scale: Validation = {
  expression: lines(
    "variables.sub != 'scale' || (oldObject.spec.?replicas.orValue(0) >= 1 && object.spec.?replicas.orValue(0) >= 1",
    '&& object.spec.replicas * 2 >= oldObject.spec.replicas && object.spec.replicas <= oldObject.spec.replicas * 2)',
  ),
  message: 'scale by at most a factor of two, never from nor to 0',
};

/** Twofold or 128 MiB, because an OOM is answered by the larger of 1.2 times and 100 MiB; downwards too, because that is its undo. */
const resize: Validation = {
  expression: lines(
    "variables.sub != 'resize' || (object.spec.containers.size() == oldObject.spec.containers.size()",
    '&& object.spec.?initContainers.orValue([]) == oldObject.spec.?initContainers.orValue([])',
    '&& object.spec.containers.all(c, oldObject.spec.containers.exists(o, o.name == c.name',
    "&& ['limits', 'requests'].all(w,",
    'o.?resources[?w].orValue({}).all(r, r in c.?resources[?w].orValue({}))',
    '&& c.?resources[?w].orValue({}).all(r, r in o.?resources[?w].orValue({})',
    `&& ${atMostTwofold('c', 'o')} && ${atMostTwofold('o', 'c')})))))`,
  ),
  message: 'in place, requests and limits change by at most a factor of two (memory: or 128 MiB)',
};

function atMostTwofold(more: string, less: string): string {
  const [a, b] = [`quantity(${more}.resources[w][r])`, `quantity(${less}.resources[w][r])`];
  return lines(`(${a}.compareTo(${b}.add(${b})) <= 0`, `|| (dyn(r) == 'memory' && ${a}.compareTo(${b}.add(quantity('128Mi'))) <= 0))`);
}

/** The API server itself counts a DaemonSet's templates in an annotation, before admission sees the object. */
const metadata: Validation = {
  expression: lines(
    '!variables.isTemplate || (',
    'object.metadata.?labels.orValue({}) == oldObject.metadata.?labels.orValue({})',
    '&& object.metadata.?ownerReferences.orValue([]) == oldObject.metadata.?ownerReferences.orValue([])',
    '&& object.metadata.?finalizers.orValue([]) == oldObject.metadata.?finalizers.orValue([])',
    `&& ${sameBut('variables.notes', 'variables.oldNotes', "k in ['kubemend.dev/action-id', 'kubemend.dev/epoch', 'deprecated.daemonset.template.generation']")})`,
  ),
  message: "labels, owners, finalizers and foreign annotations are not kubemend's to change",
};

/** Labels and annotations that packaging tools put on every release come back with a rollback; all others stay. */
const template: Validation = {
  expression: lines(
    `!variables.isTemplate || (${sameBut('object.spec', 'oldObject.spec', "k == 'template'")}`,
    `&& ${sameBut(
      'variables.template.metadata.?labels.orValue({})',
      'variables.oldTemplate.metadata.?labels.orValue({})',
      "k in ['app.kubernetes.io/version', 'helm.sh/chart']",
    )}`,
    `&& ${sameBut(
      'variables.template.metadata.?annotations.orValue({})',
      'variables.oldTemplate.metadata.?annotations.orValue({})',
      "k == 'kubectl.kubernetes.io/restartedAt' || k.startsWith('checksum/') || k.startsWith('kubemend.dev/')",
    )}`,
    `&& ${sameBut('variables.template.metadata', 'variables.oldTemplate.metadata', "k in ['labels', 'annotations']")}`,
    `&& ${sameBut('variables.template.spec', 'variables.oldTemplate.spec', "k in ['containers', 'volumes']")}`,
    '&& variables.template.spec.?volumes.orValue([]).all(v,',
    'v in variables.oldTemplate.spec.?volumes.orValue([]) || has(v.configMap) || has(v.emptyDir)))',
  ),
  message: 'of a workload only the containers and ConfigMap or emptyDir volumes of its template may change',
};

const containers: Validation = {
  expression: lines(
    '!variables.isTemplate || (variables.template.spec.containers.size() == variables.oldTemplate.spec.containers.size()',
    '&& variables.template.spec.containers.all(c, variables.oldTemplate.spec.containers.exists(o, o.name == c.name',
    `&& ${sameBut('c', 'o', `k in ['image', 'resources', 'command', 'args', 'workingDir', 'env', 'envFrom', 'volumeMounts', ${probes()}]`)}`,
    "&& c.image.find('^([^/@]+/)*[^/:@]+') == o.image.find('^([^/@]+/)*[^/:@]+')",
    '&& c.?env.orValue([]).all(e, !has(e.valueFrom) || !has(e.valueFrom.secretKeyRef)',
    '|| o.?env.orValue([]).exists(x, has(x.valueFrom) && has(x.valueFrom.secretKeyRef)',
    '&& x.valueFrom.secretKeyRef.name == e.valueFrom.secretKeyRef.name))',
    '&& c.?envFrom.orValue([]).all(e, !has(e.secretRef) || e in o.?envFrom.orValue([]))',
    `&& [${probes()}].all(p, ['httpGet', 'tcpSocket'].all(h, c[?p][?h].?host.orValue('') == o[?p][?h].?host.orValue(''))))))`,
  ),
  message: lines(
    'of a container only what a rollout changes may change back (image within its repository, resources, command,',
    'environment, probes, ConfigMaps); nothing that gives privilege or a new secret',
  ),
};

function probes(): string {
  return "'livenessProbe', 'readinessProbe', 'startupProbe'";
}

/** CEL: the two maps are equal but for the keys `k` that meet the condition. */
function sameBut(now: string, before: string, condition: string): string {
  return lines(
    `${now}.all(k, (k in ${before} && ${now}[k] == ${before}[k]) || ${condition})`,
    `&& ${before}.all(k, k in ${now} || ${condition})`,
  );
}

function lines(...parts: readonly string[]): string {
  return parts.join(' ');
}
