import { objectsAt } from '../json.ts';
import type { LogLine, World } from '../world.ts';
import type { Answer, Call, Target } from './call.ts';
import { badRequest, notFound, notModelled } from './failures.ts';

/** Reads what a container wrote, as plain text: `container`, `previous`, `tailLines`, `sinceSeconds`, `timestamps`, `limitBytes`. */
export function readPodLog(world: World, call: Call, target: Target): Answer {
  const pod = world.objects.get(target);
  if (!pod) throw notFound('pods', target.name);
  if (isOn(call, 'follow')) throw notModelled('following a log');
  const names = ['containers', 'initContainers'].flatMap((field) => objectsAt(pod.spec, field)).map(({ name }) => String(name));
  const wanted = call.query.get('container') ?? '';
  const [only] = objectsAt(pod.spec, 'containers').map(({ name }) => String(name));
  if (wanted === '' && objectsAt(pod.spec, 'containers').length > 1) {
    throw badRequest(`a container name must be specified for pod ${target.name}, choose one of: [${names.join(' ')}]`);
  }
  const container = wanted || (only ?? '');
  if (!names.includes(container)) throw badRequest(`container ${container} is not valid for pod ${target.name}`);
  const isPrevious = isOn(call, 'previous');
  const lines = world.kubelets.logs(pod, container, isPrevious);
  if (lines === undefined && isPrevious) {
    throw badRequest(`previous terminated container "${container}" in pod "${target.name}" not found`);
  }
  if (lines === undefined) throw badRequest(`container "${container}" in pod "${target.name}" is waiting to start: ContainerCreating`);
  return { status: 200, body: textOf(lines, call, world.clock.now()), headers: { 'content-type': 'text/plain' } };
}

function isOn(call: Call, parameter: string): boolean {
  return ['1', 'true'].includes(call.query.get(parameter) ?? '');
}

function textOf(lines: readonly LogLine[], call: Call, now: number): string {
  const since = call.query.get('sinceSeconds');
  const tail = call.query.get('tailLines');
  const recent = since === null ? lines : lines.filter(({ at }) => at >= now - Number(since) * 1000);
  const last = tail === null ? recent : recent.slice(Math.max(0, recent.length - Number(tail)));
  const stamp = (line: LogLine) => (isOn(call, 'timestamps') ? `${new Date(line.at).toISOString().replace('Z', '000000Z')} ` : '');
  const text = last.map((line) => `${stamp(line)}${line.text}\n`).join('');
  const limit = call.query.get('limitBytes');
  return limit === null ? text : text.slice(0, Number(limit));
}
