import type { PodAccess } from '../../adapters/cluster/kubernetes/pod-access.ts';
import type { Access } from '../../adapters/cluster/kubernetes/reviews.ts';
import { CoreError } from '../../core/errors.ts';
import type { Container, Pod } from '../../core/model/objects.ts';
import type { Load } from './load-script.ts';
import { objectionsToNodes, objectionsToPod, objectionsToRoom, objectionToNamespace, type StressTarget } from './objections.ts';
import { plainWords } from './plain-words.ts';
import { type Room, roomCommand, roomIn } from './room.ts';

/** Which pods are to bear which load. */
export interface StressWish {
  readonly namespace: string;
  /** One pod by its name, or (without) those that the selector matches. */
  readonly name?: string | undefined;
  readonly selector?: string | undefined;
  readonly container?: string | undefined;
  /** How many of the pods that the selector matches. */
  readonly pods: number | 'all';
  readonly load: Load;
  readonly allowOom: boolean;
  /** A namespace that is else not touched, and is meant all the same. */
  readonly evenIn?: string | undefined;
  readonly ownNamespace: string;
}

const ROOM_DEADLINE_MS = 15_000;
/** Far more than an honest shell has to say. */
const MOST_OUTPUT = 1_000_000;

/**
 * Finds the containers that are to bear the load and asks each what it has room for. Throws `not-allowed` with every reason when one of
 * them must not bear it, `cluster-refused` for a right that the user lacks, `not-found`, `bad-usage`, and `cluster-unreachable`.
 */
export async function prepareStress(access: PodAccess, wish: StressWish): Promise<readonly StressTarget[]> {
  const objection = objectionToNamespace(wish.namespace, wish.ownNamespace, wish.evenIn);
  if (objection !== undefined) throw refused([objection]);
  await checkRights(access, wish);
  const pods = chosen(await access.pods(wish), wish);
  throwIfAny(pods.flatMap((pod) => objectionsToPod(pod).map((why) => `${nameOf(pod)}: ${why}`)));
  const targets: StressTarget[] = [];
  for (const pod of pods) {
    const container = containerOf(pod, wish.container);
    targets.push({ pod, container, room: await askRoom(access, pod, container) });
  }
  throwIfAny([
    ...targets.flatMap((one) => objectionsToRoom(one, wish.load, wish.allowOom).map((why) => `${nameOf(one.pod)}: ${why}`)),
    ...objectionsToNodes(targets, wish.load),
  ]);
  return targets;
}

/** Sees once more that these are the same pods and that they may bear a load, for a person was asked in between. Throws `not-allowed`. */
export async function checkUnchanged(access: Pick<PodAccess, 'pods'>, targets: readonly StressTarget[]): Promise<void> {
  for (const { pod } of targets) {
    const { namespace = '', name, uid } = pod.meta.ref;
    const [now] = await access.pods({ namespace, name });
    if (now === undefined || now.meta.ref.uid !== uid) throw refused([`${nameOf(pod)} is not there any more`]);
    throwIfAny(objectionsToPod(now).map((why) => `${nameOf(now)}: ${why}`));
  }
}

/** A websocket begins as a GET, and since Kubernetes 1.35 needs `create` as well. */
async function checkRights(access: PodAccess, { namespace, name }: StressWish): Promise<void> {
  const pods = { group: '', resource: 'pods', namespace };
  const needed: readonly Access[] = [
    ...(name === undefined ? [{ ...pods, verb: 'list' }] : []),
    { ...pods, verb: 'get' },
    { ...pods, subresource: 'exec', verb: 'get' },
    { ...pods, subresource: 'exec', verb: 'create' },
  ];
  for (const one of needed) {
    if (await access.mayI(one)) continue;
    const what = `${one.verb} ${one.subresource === undefined ? 'pods' : `pods/${one.subresource}`}`;
    throw new CoreError(
      'cluster-refused',
      `user '${access.user}' may not ${what} in namespace ${namespace}. Let a role there grant it to that user, or take another --context`,
    );
  }
}

function chosen(found: readonly Pod[], { namespace, name, selector, pods }: StressWish): readonly Pod[] {
  const what = name === undefined ? `pod that '${selector ?? ''}' matches` : `pod ${name}`;
  if (found.length === 0)
    throw new CoreError('not-found', `there is no ${what} in namespace ${namespace}. 'kubectl get pods -n ${namespace}' lists them`);
  if (name !== undefined || pods === 'all') return found;
  const fit = found.filter((pod) => objectionsToPod(pod).length === 0);
  if (fit.length >= pods) return fit.slice(0, pods);
  const why = found.flatMap((pod) => objectionsToPod(pod).map((one) => `${nameOf(pod)}: ${one}`));
  throw refused([
    `${pods} pods are asked for, and ${fit.length} of ${found.length} that '${selector ?? ''}' matches may bear a load`,
    ...why,
  ]);
}

function containerOf(pod: Pod, wanted: string | undefined): Container {
  const running = pod.containers.filter(({ role, state }) => role !== 'init' && state.is === 'running');
  const names = running.map(({ name }) => name).join(', ') || 'none';
  if (wanted === undefined && running.length > 1)
    throw new CoreError('bad-usage', `${nameOf(pod)} has several containers: name one with --container (${names})`);
  const [container] = wanted === undefined ? running : running.filter(({ name }) => name === wanted);
  if (container) return container;
  throw new CoreError(
    'not-found',
    `${nameOf(pod)}: no container${wanted === undefined ? '' : ` ${wanted}`} runs there; these do: ${names}`,
  );
}

async function askRoom(access: PodAccess, pod: Pod, container: Container): Promise<Room> {
  const { namespace = '', name } = pod.meta.ref;
  let output = '';
  const command = await access.start({
    ...{ namespace, pod: name, container: container.name, command: roomCommand },
    onOutput: (text) => {
      if (output.length < MOST_OUTPUT) output += text;
    },
  });
  const giveUp = setTimeout(() => command.close(), ROOM_DEADLINE_MS);
  const end = await command.ended.finally(() => clearTimeout(giveUp));
  command.close();
  const room = roomIn(output);
  if (room) return room;
  const where = `container ${container.name} of ${nameOf(pod)}`;
  if (end.is === 'lost') throw new CoreError('cluster-unreachable', `${where} did not say what it has room for. Is its node well?`);
  const why = plainWords(end.is === 'failed' ? end.message : `exit code ${end.exitCode} ${output}`);
  throw refused([`${where} has no shell that works (${why}), and the load is a shell script. Name another container with --container`]);
}

function throwIfAny(objections: readonly string[]): void {
  if (objections.length > 0) throw refused(objections);
}

function refused(objections: readonly string[]): CoreError {
  return new CoreError('not-allowed', `nothing is loaded: ${objections.join('; ')}`);
}

function nameOf({ meta }: Pod): string {
  return `pod ${meta.ref.namespace ?? ''}/${meta.ref.name}`;
}
