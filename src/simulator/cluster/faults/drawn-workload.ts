import { type JsonObject, objectsAt } from '../../json.ts';
import type { ResourceName } from '../../resources.ts';
import type { ApiObject, NewObject, ObjectKey } from '../../world.ts';
import type { Cluster } from '../cluster.ts';
import { BEHAVIOUR_ANNOTATION, type Behaviour, behaviourText } from '../kubelet/behaviour.ts';
import { between, pick, type Random } from './fault-script.ts';

const names = ['cart', 'orders', 'payments', 'search', 'ledger', 'catalog', 'mailer', 'quotes', 'stock', 'tracker'] as const;
const mainNames = ['app', 'server', 'main', 'worker', 'web'] as const;
const MIB = 2 ** 20;

/** A healthy workload with a name, size and containers of its own; `target` is the container that the fault is about. */
export interface DrawnWorkload {
  readonly name: string;
  readonly target: string;
  readonly image: string;
  readonly limitBytes: number;
  readonly replicas: number;
  readonly key: ObjectKey;
  readonly object: NewObject;
  readonly variant: string;
}

/** What a script fixes of its workload; all else is drawn. */
export interface WorkloadWish {
  readonly kind?: 'Deployment' | 'StatefulSet';
  /** How many pods it has; drawn from 2 to 4 when left out. */
  readonly replicas?: number;
  /** Further fields of the target container, such as probes. */
  readonly container?: JsonObject;
  readonly behaviour?: Behaviour;
  readonly spec?: JsonObject;
}

/** Draws a workload. The name carries a number, so that several faults live side by side. */
export function drawWorkload(random: Random, namespace: string, wish: WorkloadWish = {}): DrawnWorkload {
  const name = `${pick(random, names)}-${between(random, 100, 999)}`;
  const target = pick(random, mainNames);
  const limitBytes = between(random, 2, 8) * 64 * MIB;
  const drawn = between(random, 2, 4);
  const replicas = wish.replicas ?? drawn;
  const image = `registry.test/${name}:1.${between(random, 0, 9)}`;
  const extras = ['alone', 'beside another', 'beside a sidecar', 'after an init container'] as const;
  const extra = pick(random, extras);
  const kind = wish.kind ?? 'Deployment';
  const resource: ResourceName = kind === 'Deployment' ? 'deployments.apps' : 'statefulsets.apps';
  const spec: JsonObject = {
    replicas,
    selector: { matchLabels: { app: name } },
    template: template({ name, target, image, limitBytes, extra }, wish),
    ...(kind === 'Deployment' ? { progressDeadlineSeconds: between(random, 6, 12) * 10 } : { serviceName: name }),
    ...wish.spec,
  };
  return {
    ...{ name, target, image, limitBytes, replicas },
    key: { resource, namespace, name },
    object: { metadata: { name, namespace, labels: { app: name } }, spec },
    variant: `${kind} ${name} of ${replicas}, container ${target} ${extra}`,
  };
}

interface Shape {
  readonly name: string;
  readonly target: string;
  readonly image: string;
  readonly limitBytes: number;
  readonly extra: string;
}

function template({ name, target, image, limitBytes, extra }: Shape, { container, behaviour }: WorkloadWish): JsonObject {
  const main = { ...roomy(target, image, limitBytes), ...container };
  const other = roomy('proxy', 'registry.test/proxy:2', 64 * MIB);
  const setUp = roomy('set-up', 'registry.test/set-up:1', 64 * MIB);
  const containers = extra === 'beside another' ? [other, main] : [main];
  const inits = extra === 'beside a sidecar' ? [{ ...other, restartPolicy: 'Always' }] : extra === 'after an init container' ? [setUp] : [];
  const written = { 'set-up': { exitAfterMs: 1_500 }, [target]: behaviour };
  const annotations = Object.fromEntries(
    Object.entries(written).flatMap(([one, how]) => (how ? [[BEHAVIOUR_ANNOTATION + one, behaviourText(how)]] : [])),
  );
  return {
    metadata: { labels: { app: name }, annotations },
    spec: { containers, ...(inits.length > 0 && { initContainers: inits }) },
  };
}

function roomy(name: string, image: string, limitBytes: number): JsonObject {
  const memory = `${limitBytes / MIB}Mi`;
  return { name, image, resources: { limits: { memory }, requests: { cpu: '50m', memory: '32Mi' } } };
}

/** The target container of a workload's template, to be changed in place. */
export function targetIn(draft: ApiObject, { target }: DrawnWorkload): JsonObject {
  const found = objectsAt(draft.spec, 'template', 'spec', 'containers').find((one) => one.name === target);
  if (!found) throw new Error(`workload ${draft.metadata.name} has no container ${target}`);
  return found;
}

/** The workload's pods that are not being deleted. */
export function podsOfWorkload({ world }: Cluster, { name, key }: DrawnWorkload): readonly ApiObject[] {
  const pods = world.objects.list('pods', key.namespace);
  return pods.filter((pod) => pod.metadata.labels?.app === name && pod.metadata.deletionTimestamp === undefined);
}
