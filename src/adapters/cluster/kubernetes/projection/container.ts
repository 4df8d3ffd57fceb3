import type { Container, ContainerState } from '../../../../core/model/objects.ts';
import { at, type Fields, fieldsAt, flagAt, instantAt, isFields, listAt, numberAt, textAt } from './fields.ts';
import { cpuAndMemoryOf } from './quantity.ts';

/** The containers of a pod, init containers and sidecars first, each with its status where the kubelet has given one. */
export function containersOf(pod: unknown): readonly Container[] {
  const inits = listAt(pod, 'spec', 'initContainers').map((spec) => {
    const role = textAt(spec, 'restartPolicy') === 'Always' ? ('sidecar' as const) : ('init' as const);
    return containerOf(role, spec, listAt(pod, 'status', 'initContainerStatuses'));
  });
  const mains = listAt(pod, 'spec', 'containers').map((spec) => containerOf('main', spec, listAt(pod, 'status', 'containerStatuses')));
  return [...inits, ...mains];
}

function containerOf(role: Container['role'], spec: unknown, statuses: readonly unknown[]): Container {
  const name = textAt(spec, 'name');
  if (name === undefined) throw new Error('spec.containers: a container has no name');
  const status = statuses.find((entry) => textAt(entry, 'name') === name);
  const started = at(status, 'started');
  return {
    name,
    role,
    image: textAt(spec, 'image') ?? '',
    ready: flagAt(status, 'ready'),
    started: typeof started === 'boolean' ? started : undefined,
    restartCount: numberAt(status, 'restartCount') ?? 0,
    state: stateOf(fieldsAt(status, 'state')),
    lastState: Object.keys(fieldsAt(status, 'lastState')).length > 0 ? stateOf(fieldsAt(status, 'lastState')) : undefined,
    requests: cpuAndMemoryOf(fieldsAt(spec, 'resources', 'requests')),
    limits: cpuAndMemoryOf(fieldsAt(spec, 'resources', 'limits')),
    probes: probesOf(spec),
  };
}

function probesOf(spec: unknown): Container['probes'] {
  const names = ['liveness', 'readiness', 'startup'] as const;
  return names.filter((name) => isFields(at(spec, `${name}Probe`)));
}

function stateOf(state: Fields): ContainerState {
  const { waiting, running, terminated } = state;
  if (isFields(waiting)) return { is: 'waiting', reason: textAt(waiting, 'reason'), message: textAt(waiting, 'message') };
  if (isFields(running)) return { is: 'running', startedAt: instantAt(running, 'startedAt') };
  const exitCode = numberAt(terminated, 'exitCode');
  if (exitCode === undefined) return { is: 'unknown' };
  return {
    is: 'terminated',
    exitCode,
    reason: textAt(terminated, 'reason'),
    message: textAt(terminated, 'message'),
    startedAt: instantAt(terminated, 'startedAt'),
    finishedAt: instantAt(terminated, 'finishedAt'),
  };
}
