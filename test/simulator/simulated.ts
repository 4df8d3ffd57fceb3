import { createClock, type DrivenClock } from '../../src/simulator/clock.ts';
import { type Cluster, startCluster } from '../../src/simulator/cluster/cluster.ts';
import type { Behaviour } from '../../src/simulator/cluster/kubelet/behaviour.ts';
import { createWorld } from '../../src/simulator/create-world.ts';
import { type JsonObject, objectsAt, textAt } from '../../src/simulator/json.ts';
import type { ResourceName } from '../../src/simulator/resources.ts';
import type { ApiObject, NewObject } from '../../src/simulator/world.ts';

const START = Date.parse('2026-11-21T00:00:00Z');
const SECOND = 1_000;

/** A modelled cluster whose time passes only when a test says so. */
export interface Simulated extends Cluster {
  readonly clock: DrivenClock;
  /** Passes seconds of the world's time. */
  pass(seconds: number): void;
  seconds(): number;
  get(resource: ResourceName, name: string): ApiObject;
  has(resource: ResourceName, name: string): boolean;
  pods(prefix?: string): readonly ApiObject[];
  create(resource: ResourceName, object: NewObject): ApiObject;
  edit(resource: ResourceName, name: string, change: (draft: ApiObject) => void): ApiObject;
  /** The events about a kind, as `REASON xCOUNT: MESSAGE`. */
  said(kind: string, prefix?: string): readonly string[];
}

/** Three ready nodes of 4 cores and 8 GiB in two zones, unless said otherwise. */
export function aSimulatedCluster({ nodes = 3, seed = 7 }: { readonly nodes?: number; readonly seed?: number } = {}): Simulated {
  const clock = createClock(START);
  const world = createWorld({ clock, seed });
  const cluster = startCluster(world);
  for (let n = 1; n <= nodes; n += 1) cluster.addNode({ name: `node-${n}`, zone: n % 2 ? 'a' : 'b' });
  const key = (resource: ResourceName, name: string) => ({ resource, namespace: resource === 'nodes' ? '' : 'shop', name });
  return {
    ...cluster,
    clock,
    pass: (seconds) => clock.step(seconds * SECOND),
    seconds: () => (clock.now() - START) / SECOND,
    get(resource, name) {
      const found = world.objects.get(key(resource, name));
      if (!found) throw new Error(`no ${resource} ${name}`);
      return found;
    },
    has: (resource, name) => world.objects.get(key(resource, name)) !== undefined,
    pods: (prefix = '') => world.objects.list('pods', 'shop').filter((pod) => pod.metadata.name.startsWith(prefix)),
    create: (resource, object) => world.objects.create(resource, object),
    edit: (resource, name, change) => world.objects.change(key(resource, name), change),
    said: (kind, prefix = '') =>
      world.objects
        .list('events')
        .filter((event) => textAt(event, 'involvedObject', 'kind') === kind)
        .filter((event) => (textAt(event, 'involvedObject', 'name') ?? '').startsWith(prefix))
        .map((event) => `${event.reason} x${event.count ?? 1}: ${event.message}`),
  };
}

/** A container with small requests. */
export function aContainer(more: JsonObject = {}): JsonObject {
  const resources = { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '128Mi' } };
  return { name: 'app', image: 'shop/app:1', resources, ...more };
}

/** A pod template of containers labelled `app: NAME`; behaviours by container. */
export function aTemplate(
  app: string,
  containers: readonly JsonObject[] = [aContainer()],
  behaviours: Record<string, Behaviour> = {},
): JsonObject {
  const annotations = Object.fromEntries(
    Object.entries(behaviours).map(([name, one]) => [`behaviour.simulator/${name}`, JSON.stringify(one)]),
  );
  return {
    metadata: { labels: { app }, ...(Object.keys(annotations).length > 0 && { annotations }) },
    spec: { containers: [...containers], restartPolicy: 'Always', terminationGracePeriodSeconds: 30 },
  };
}

/** A workload of this kind in namespace `shop`. */
export function aWorkload(name: string, spec: JsonObject = {}): NewObject {
  const selector = { matchLabels: { app: name } };
  return { metadata: { name, namespace: 'shop' }, spec: { replicas: 3, selector, template: aTemplate(name), ...spec } };
}

/** Sets the image of the first container of a template. */
export function setImage(draft: ApiObject, image: string): void {
  const [first] = objectsAt(draft.spec, 'template', 'spec', 'containers');
  if (first) first.image = image;
}
