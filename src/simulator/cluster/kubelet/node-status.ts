import type { JsonObject } from '../../json.ts';
import type { ApiObject, NewObject, World } from '../../world.ts';
import { conditionAt, conditionOf } from '../conditions.ts';
import { instantText, microInstantText } from '../instant.ts';
import { keyOf } from '../pods.ts';

/** A machine of the modelled cluster. */
export interface NodeShape {
  readonly name: string;
  /** Cores and bytes, as quantities. */
  readonly cpu?: string;
  readonly memory?: string;
  readonly zone?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly JsonObject[];
}

const wellness = [
  ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
  ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
  ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
] as const;

/** The Node object that a kubelet registers. */
export function nodeOf({ name, cpu = '4', memory = '8Gi', zone, labels, taints = [] }: NodeShape, address: string): NewObject {
  const system = { 'kubernetes.io/arch': 'amd64', 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux' };
  const room = { cpu, 'ephemeral-storage': '100Gi', memory, pods: '110' };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { ...system, ...(zone !== undefined && { 'topology.kubernetes.io/zone': zone }), ...labels } },
    spec: taints.length > 0 ? { taints: [...taints] } : {},
    status: {
      addresses: [
        { address, type: 'InternalIP' },
        { address: name, type: 'Hostname' },
      ],
      allocatable: room,
      capacity: room,
      nodeInfo: {
        architecture: 'amd64',
        kubeletVersion: 'v1.36.3',
        operatingSystem: 'linux',
        osImage: 'simulated',
        containerRuntimeVersion: 'simulated',
      },
    },
  };
}

/** Writes that the node is well (save for the named pressures), as its kubelet does. */
export function postNodeStatus(world: World, node: ApiObject, pressures: ReadonlySet<string>): void {
  const now = world.clock.now();
  const conditions = wellness.map(([type, status, reason, message]) => {
    const isPressed = pressures.has(type);
    const words = isPressed ? pressedWords(type) : { reason, message };
    const said = conditionAt({ type, status: isPressed ? 'True' : status, ...words }, conditionOf(node, type), now);
    return { ...said, lastHeartbeatTime: instantText(now) };
  });
  world.objects.change(keyOf('nodes', node), (draft) => {
    draft.status = { ...draft.status, conditions };
  });
}

function pressedWords(type: string): { readonly reason: string; readonly message: string } {
  const what = {
    MemoryPressure: 'insufficient memory available',
    DiskPressure: 'disk pressure',
    PIDPressure: 'insufficient PID available',
  };
  const known = Object.entries(what).find(([name]) => name === type)?.[1] ?? type;
  return {
    reason: `KubeletHas${known.replaceAll(/(^|\s)(\w)/g, (_, __, letter: string) => letter.toUpperCase()).replace('Available', '')}`,
    message: `kubelet has ${known}`,
  };
}

/** Renews the node's Lease, by which the node controller knows that its kubelet lives. */
export function renewNodeLease(world: World, nodeName: string): void {
  const key = { resource: 'leases.coordination.k8s.io', namespace: 'kube-node-lease', name: nodeName } as const;
  const renewTime = microInstantText(world.clock.now());
  const spec = { holderIdentity: nodeName, leaseDurationSeconds: 40, renewTime };
  if (world.objects.get(key)) world.objects.change(key, (draft) => void Object.assign(draft, { spec }));
  else world.objects.create(key.resource, { metadata: { name: nodeName, namespace: key.namespace }, spec });
}
