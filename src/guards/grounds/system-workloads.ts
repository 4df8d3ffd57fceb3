/** Names and labels by which the parts that a cluster itself lives on are known, wherever they are installed. */
import type { KubeObject } from '../../core/model/objects.ts';

type Labels = Readonly<Record<string, string>>;

const NAME_LABELS = ['k8s-app', 'app.kubernetes.io/name', 'app.kubernetes.io/part-of', 'app', 'name', 'component', 'io.cilium/app'];
const DNS = ['coredns', 'kube-dns', 'node-local-dns', 'nodelocaldns', 'dns-autoscaler', 'kube-dns-autoscaler', 'coredns-autoscaler'];
const NETWORK = [
  'antrea',
  'antrea-agent',
  'antrea-controller',
  'aws-node',
  'azure-cni',
  'azure-cns',
  'azure-npm',
  'calico-apiserver',
  'calico-kube-controllers',
  'calico-node',
  'calico-typha',
  'canal',
  'cilium',
  'cilium-agent',
  'cilium-envoy',
  'cilium-operator',
  'flannel',
  'kindnet',
  'kube-flannel',
  'kube-flannel-ds',
  'kube-multus-ds',
  'kube-ovn-cni',
  'kube-ovn-controller',
  'kube-proxy',
  'kube-router',
  'multus',
  'netd',
  'ovn-central',
  'ovnkube-control-plane',
  'ovnkube-node',
  'ovs-ovn',
  'tigera-operator',
  'weave-net',
];

/** Which part of the cluster's own machinery the object is; undefined when it is none that is known. */
export function systemPartOf({ meta }: KubeObject): 'the cluster DNS' | 'the pod network' | 'kubemend itself' | undefined {
  const names = new Set([meta.ref.name, ...namesIn(meta.labels)]);
  if (names.has('kubemend')) return 'kubemend itself';
  if (DNS.some((name) => names.has(name))) return 'the cluster DNS';
  return NETWORK.some((name) => names.has(name)) ? 'the pod network' : undefined;
}

function namesIn(labels: Labels): string[] {
  return NAME_LABELS.flatMap((key) => labels[key] ?? []);
}
