import { isObject, isSame, type JsonObject, type JsonValue, numberAt, objectAt, textsAt } from '../../json.ts';
import type { ApiObject, NewObject, World } from '../../world.ts';
import type { EventRecorder } from '../event-recorder.ts';
import { instantOf } from '../instant.ts';
import { byControllers, controlledBy, keyOf, ownedBy, specOf } from '../pods.ts';
import { templateHash } from '../template-hash.ts';

/** One look at a Deployment. */
export interface Rollout {
  readonly world: World;
  readonly events: EventRecorder;
  readonly deployment: ApiObject;
}

/** The ReplicaSet of the present template, if it is there, and the others, oldest first. */
export interface Sets {
  readonly newest: ApiObject | undefined;
  readonly old: readonly ApiObject[];
}

const REVISION = 'deployment.kubernetes.io/revision';
const DESIRED = 'deployment.kubernetes.io/desired-replicas';
const MAXIMUM = 'deployment.kubernetes.io/max-replicas';

/** All ReplicaSets of a Deployment, oldest first. */
export function allSets(world: World, deployment: ApiObject): readonly ApiObject[] {
  const age = (set: ApiObject) => instantOf(set.metadata.creationTimestamp, 0);
  return [...ownedBy(world, 'replicasets.apps', deployment)].sort((one, other) => age(one) - age(other));
}

/** Finds the ReplicaSets, gives the newest its revision number, and makes it when `create` says so. */
export function setsOf(rollout: Rollout, { create }: { readonly create: boolean } = { create: false }): Sets {
  const { world, deployment } = rollout;
  const all = allSets(world, deployment);
  const wanted = objectAt(deployment.spec, 'template');
  const found = all.find((set) => isSame(withoutHash(objectAt(set.spec, 'template')), wanted));
  const old = all.filter((set) => set !== found);
  if (!found && !create) return { newest: undefined, old };
  const revision = Math.max(0, ...old.map(revisionOf)) + 1;
  const newest = found ? renumbered(rollout, found, revision) : makeSet(rollout, revision, old);
  annotateDeployment(rollout, String(Math.max(revision, revisionOf(newest))));
  return { newest, old };
}

/** The revision number of a ReplicaSet; 0 when it has none. */
export function revisionOf(set: ApiObject): number {
  return Number(set.metadata.annotations?.[REVISION] ?? 0);
}

function withoutHash(template: JsonObject): JsonObject {
  const { 'pod-template-hash': _, ...labels } = textsAt(template, 'metadata', 'labels');
  return { ...template, metadata: { ...objectAt(template, 'metadata'), labels } };
}

function renumbered({ world }: Rollout, set: ApiObject, revision: number): ApiObject {
  if (revisionOf(set) >= revision) return set;
  return world.objects.change(keyOf('replicasets.apps', set), (draft) => {
    draft.metadata.annotations = { ...draft.metadata.annotations, [REVISION]: String(revision) };
  });
}

function annotateDeployment({ world, deployment }: Rollout, revision: string): void {
  world.objects.change(keyOf('deployments.apps', deployment), (draft) => {
    draft.metadata.annotations = { ...draft.metadata.annotations, [REVISION]: revision };
  });
}

function makeSet({ world, deployment }: Rollout, revision: number, old: readonly ApiObject[]): ApiObject {
  const template = structuredClone(objectAt(deployment.spec, 'template'));
  const hash = freeHash(template, old);
  const labels = { ...textsAt(template, 'metadata', 'labels'), 'pod-template-hash': hash };
  const { name, namespace = 'default' } = deployment.metadata;
  const annotations = { ...inherited(deployment), ...sizes(deployment), [REVISION]: String(revision) };
  const minReadySeconds = numberAt(deployment.spec, 'minReadySeconds');
  const set: NewObject = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: `${name}-${hash}`, namespace, labels, annotations, ownerReferences: [controlledBy(deployment)] },
    spec: {
      ...(minReadySeconds !== undefined && { minReadySeconds }),
      replicas: 0,
      selector: withHash(objectAt(deployment.spec, 'selector'), hash),
      template: { ...template, metadata: { ...objectAt(template, 'metadata'), labels } },
    },
    status: { replicas: 0 },
  };
  return world.objects.create('replicasets.apps', set, byControllers);
}

function freeHash(template: JsonValue, old: readonly ApiObject[]): string {
  const taken = new Set(old.map((set) => set.metadata.labels?.['pod-template-hash']));
  let salt = 0;
  while (taken.has(templateHash(template, salt === 0 ? '' : String(salt)))) salt += 1;
  return templateHash(template, salt === 0 ? '' : String(salt));
}

function withHash(selector: JsonObject, hash: string): JsonObject {
  return { ...selector, matchLabels: { ...textsAt(selector, 'matchLabels'), 'pod-template-hash': hash } };
}

/** The Deployment's annotations go to its ReplicaSets, save kubectl's own. */
function inherited(deployment: ApiObject): Record<string, string> {
  const own = ['kubectl.kubernetes.io/last-applied-configuration', REVISION];
  return Object.fromEntries(Object.entries(deployment.metadata.annotations ?? {}).filter(([name]) => !own.includes(name)));
}

function sizes(deployment: ApiObject): Record<string, string> {
  const wanted = numberAt(deployment.spec, 'replicas') ?? 1;
  return { [DESIRED]: String(wanted), [MAXIMUM]: String(wanted + surgeOf(deployment)) };
}

/** How many pods the Deployment may have beyond its replicas. */
export function surgeOf(deployment: ApiObject): number {
  if (isRecreate(deployment)) return 0;
  return share(deployment, 'maxSurge', Math.ceil);
}

/** How many of its pods may be missing. */
export function unavailableOf(deployment: ApiObject): number {
  if (isRecreate(deployment)) return 0;
  const allowed = share(deployment, 'maxUnavailable', Math.floor);
  return allowed === 0 && surgeOf(deployment) === 0 ? 1 : allowed;
}

function isRecreate(deployment: ApiObject): boolean {
  return objectAt(deployment.spec, 'strategy').type === 'Recreate';
}

function share(deployment: ApiObject, field: string, round: (value: number) => number): number {
  const replicas = numberAt(deployment.spec, 'replicas') ?? 1;
  const given = objectAt(deployment.spec, 'strategy', 'rollingUpdate')[field] ?? '25%';
  return typeof given === 'string' && given.endsWith('%') ? round((Number.parseInt(given, 10) / 100) * replicas) : Number(given);
}

/** Scales a ReplicaSet, notes what it was scaled for, and says so. */
export function scaleSet({ world, events, deployment }: Rollout, set: ApiObject, size: number): void {
  const before = numberAt(set.spec, 'replicas') ?? 0;
  world.objects.change(keyOf('replicasets.apps', set), (draft) => {
    specOf(draft).replicas = size;
    draft.metadata.annotations = { ...draft.metadata.annotations, ...sizes(deployment) };
  });
  if (before === size) return;
  const direction = size > before ? 'up' : 'down';
  const message = `Scaled ${direction} replica set ${set.metadata.name} from ${before} to ${size}`;
  events.say(deployment, { type: 'Normal', reason: 'ScalingReplicaSet', message });
}

/** Removes the oldest empty ReplicaSets beyond `revisionHistoryLimit`, once the rollout is through. */
export function cleanUpHistory(rollout: Rollout): void {
  const { world, deployment } = rollout;
  if (numberAt(deployment.status, 'updatedReplicas') !== numberAt(deployment.spec, 'replicas')) return;
  const limit = numberAt(deployment.spec, 'revisionHistoryLimit') ?? 10;
  const empty = setsOf(rollout).old.filter((set) => numberAt(set.spec, 'replicas') === 0 && numberAt(set.status, 'replicas') === 0);
  const surplus = [...empty].sort((one, other) => revisionOf(one) - revisionOf(other)).slice(0, Math.max(0, empty.length - limit));
  for (const set of surplus) if (isObject(set.status)) world.objects.remove(keyOf('replicasets.apps', set));
}
