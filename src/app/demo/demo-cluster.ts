import { actions } from '../../actions/index.ts';
import type { Cluster } from '../../simulator/cluster/cluster.ts';
import { type DrawnFault, placeSetting } from '../../simulator/cluster/faults/fault-script.ts';
import { createRandom } from '../../simulator/random.ts';
import { resourceNames, resourceType } from '../../simulator/resources.ts';
import { type Simulator, startSimulator } from '../../simulator/simulator.ts';
import { manifestsFor } from '../manifests.ts';
import { addNamespace, addNodes, scriptOf } from '../simulate.ts';
import type { Expectation } from './expectations.ts';
import { neighbourNamespaces, neighbours } from './neighbours.ts';
import type { DemoFault } from './news.ts';

/** A fault with its script drawn and its setting in the cluster. */
export interface PlacedFault extends DemoFault, Expectation {
  readonly drawn: DrawnFault;
}

/** The simulated cluster of a demo: healthy, with everything in it that will fail. */
export interface DemoCluster {
  readonly simulator: Simulator;
  readonly faults: readonly PlacedFault[];
  readonly nodes: number;
  readonly workloads: number;
  /** A kubeconfig with which kubemend runs as in a real cluster: under the generated accounts and roles. */
  readonly observerKubeconfig: string;
}

/** How a demo's cluster is made. */
export interface DemoClusterOptions {
  readonly seed: number;
  readonly speed: number;
  readonly faults: readonly Expectation[];
  readonly lookAlikes: readonly Expectation[];
}

/** Enough that several sick workloads seldom meet on one node, which would speak against the node. */
const NODES = 12;
/** Longer than it takes until a revision counts as proven healthy. */
const AGED_MS = 12 * 60_000;
/** A machine that is too busy for this long slows the demo down; it must not make kubemend look late. */
const STALL_MS = 50;
const OWN_NAMESPACE = 'kubemend';
const OBSERVER = 'observer';
const OBSERVER_TOKEN = 'kubemend-demo-observer';

/** Starts it on a free port of 127.0.0.1; it has stood for twelve minutes of its time then. Throws `bad-usage` for a fault that is not known. */
export async function startDemoCluster({ seed, speed, faults, lookAlikes }: DemoClusterOptions): Promise<DemoCluster> {
  const all = [
    ...faults.map((one) => draw(one, { seed, isLookAlike: false })),
    ...lookAlikes.map((one) => draw(one, { seed, isLookAlike: true })),
  ];
  const place = (cluster: Cluster) => {
    addNodes(cluster, NODES);
    install(cluster);
    for (const namespace of [...neighbourNamespaces, ...all.map((fault) => fault.namespace)]) addNamespace(cluster, namespace);
    for (const object of neighbours()) cluster.world.objects.create('deployments.apps', object);
    for (const fault of all) placeSetting(cluster, fault.drawn);
  };
  const past = { place, agedMs: AGED_MS };
  const startAt = Date.now() - AGED_MS;
  const simulator = await startSimulator({ seed, speed, port: 0, startAt, admitsAnonymous: true, past, longestStallMs: STALL_MS });
  const groups = ['system:serviceaccounts', `system:serviceaccounts:${OWN_NAMESPACE}`];
  simulator.api.tokens.add(OBSERVER_TOKEN, { username: `system:serviceaccount:${OWN_NAMESPACE}:${OBSERVER}`, groups });
  const { objects } = simulator.world;
  const workloads = objects.list('deployments.apps').length + objects.list('statefulsets.apps').length;
  return { simulator, faults: all, nodes: NODES, workloads, observerKubeconfig: simulator.kubeconfig(OBSERVER_TOKEN) };
}

/** Draws each script by a chance of its own, so that a fault is the same whichever others are beside it. */
function draw(expectation: Expectation, { seed, isLookAlike }: { readonly seed: number; readonly isLookAlike: boolean }): PlacedFault {
  const { name } = expectation;
  const namespace = `demo-${name}`;
  const salt = [...name].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7);
  const drawn = scriptOf(name).draw(createRandom(seed * 7_919 + salt), namespace);
  const subject = `${resourceType(drawn.subject.resource).kind} ${namespace}/${drawn.subject.name}`;
  return { ...expectation, ...{ namespace, isLookAlike, drawn, subject }, variant: drawn.variant };
}

/** Applies what `kubemend manifests` generates, as far as the simulator has such objects: it has no admission policies. */
function install({ world }: Cluster): void {
  for (const manifest of manifestsFor({ namespace: OWN_NAMESPACE, actions })) {
    const { apiVersion, kind, metadata, ...rest } = manifest;
    const resource = resourceNames.find((name) => resourceType(name).kind === kind);
    if (resource === undefined || resource === 'namespaces') continue;
    world.objects.create(resource, { ...rest, metadata: { ...metadata } });
  }
}
