import { writeFileSync } from 'node:fs';
import { CoreError } from '../core/errors.ts';
import { SCOPE_LABEL } from '../core/scope-label.ts';
import type { Cluster } from '../simulator/cluster/cluster.ts';
import { type FaultScript, placeSetting } from '../simulator/cluster/faults/fault-script.ts';
import { faultScripts, lookAlikes } from '../simulator/cluster/faults/index.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';

/** How a simulated cluster is made; the same seed draws the same variants. */
export interface SimulationOptions {
  readonly seed: number;
  readonly speed: number;
  readonly port: number;
  readonly nodes: number;
  /** Faults, or healthy things that look like one, to let happen, each in a namespace of its own. */
  readonly faults: readonly string[];
  /** Where the kubeconfig of its administrator is written. */
  readonly kubeconfigFile: string;
}

/** A running simulation and what was drawn for it. */
export interface Simulation {
  readonly simulator: Simulator;
  readonly drawn: readonly { readonly fault: string; readonly namespace: string; readonly variant: string }[];
  stop(): Promise<void>;
}

/** How long a fault's setting stands healthy before it happens, in the simulator's time. */
const HEALTHY_MS = 60_000;

/** Starts a simulated cluster on 127.0.0.1 and lets the named faults happen a minute later. Throws `bad-usage` for a fault that is not known. */
export async function simulate(options: SimulationOptions): Promise<Simulation> {
  const scripts = options.faults.map(scriptOf);
  const { seed, speed, port } = options;
  const simulator = await startSimulator({ seed, speed, port, startAt: Date.now() });
  const { cluster, world } = simulator;
  addNodes(cluster, options.nodes);
  const drawn = scripts.map((script) => {
    const place = `demo-${script.name}`;
    addNamespace(cluster, place);
    const fault = script.draw(() => world.random(), place);
    placeSetting(cluster, fault);
    world.clock.schedule(world.clock.now() + HEALTHY_MS, () => fault.inject(cluster));
    return { fault: script.name, namespace: place, variant: fault.variant };
  });
  writeFileSync(options.kubeconfigFile, simulator.kubeconfig(), { mode: 0o600 });
  return { simulator, drawn, stop: () => simulator.stop() };
}

/** Adds nodes in three zones, and the namespaces that kubemend and people expect. */
export function addNodes(cluster: Cluster, count: number): void {
  for (let index = 1; index <= count; index += 1) cluster.addNode({ name: `node-${index}`, zone: `zone-${((index - 1) % 3) + 1}` });
  for (const name of ['default', 'kube-system', 'kubemend']) addNamespace(cluster, name, {});
}

/** Adds a namespace, opted in unless other labels are given; one that is there stays as it is. */
export function addNamespace({ world }: Cluster, name: string, labels: Record<string, string> = { [SCOPE_LABEL]: 'enabled' }): void {
  if (world.objects.get({ resource: 'namespaces', namespace: '', name })) return;
  world.objects.create('namespaces', { metadata: { name, labels } });
}

/** The fault, or the look-alike, of this name. Throws `bad-usage` with the names that there are. */
export function scriptOf(name: string): FaultScript {
  const known = [...faultScripts, ...lookAlikes];
  const script = known.find((candidate) => candidate.name === name);
  if (!script) throw new CoreError('bad-usage', `--fault ${name} is not known; there are: ${known.map((one) => one.name).join(', ')}`);
  return script;
}
