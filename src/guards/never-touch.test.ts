import { describe, expect, it } from 'vitest';
import { evictPlan, guardFacts, nodePlan, rollbackPlan, worldWith, worldWithout } from '../../test/fakes/guard-facts.ts';
import { deafToOptions, guardTable, misled, trustful } from '../../test/fakes/guard-table.ts';
import { NOON, ref } from '../../test/fakes/object-meta.ts';
import { daemonSet, deployment, namespace, node, pod, service, webhookConfiguration } from '../../test/fakes/objects.ts';
import { neverTouch } from './never-touch.ts';

const SOON = NOON + 15_000;
const protect = { 'kubemend.dev/protect': 'true' };
/** A pod that is its own owner, in the place of `cart-6f-0`. */
const lone = (options: Parameters<typeof pod>[1]) => worldWith(pod('cart-6f-0', options));
const inNamespace = (name: string) => {
  const target = pod('app', { namespace: name });
  return { plan: evictPlan(target.meta.ref, { owner: target.meta.ref }), objects: worldWith(target, namespace(name)) };
};

guardTable(
  neverTouch,
  {
    'allows an ordinary pod': { expect: [] },
    'allows an ordinary workload': { plan: rollbackPlan(), expect: [] },
    'keeps off kube-system': { ...inNamespace('kube-system'), expect: [['deny', 'the namespace kube-system is never touched']] },
    'keeps off kube-public': { ...inNamespace('kube-public'), expect: [['deny', 'the namespace kube-public']] },
    'keeps off kube-node-lease': { ...inNamespace('kube-node-lease'), expect: [['deny', 'the namespace kube-node-lease']] },
    'keeps off its own namespace': {
      ...inNamespace('mender'),
      ownNamespace: 'mender',
      expect: [['deny', 'kubemend itself runs in the namespace mender']],
    },
    'keeps off further namespaces by option': {
      options: { namespaces: ['shop'] },
      expect: [['deny', 'the namespace shop is never touched']],
    },
    'keeps off itself wherever it runs': {
      objects: worldWith(deployment('cart', { labels: { 'app.kubernetes.io/name': 'kubemend' } })),
      expect: [['deny', 'is kubemend itself']],
    },
    'keeps off CoreDNS anywhere, by label': {
      objects: lone({ labels: { 'k8s-app': 'kube-dns' } }),
      expect: [['deny', 'Pod shop/cart-6f-0 is the cluster DNS']],
    },
    'keeps off CoreDNS anywhere, by name': {
      plan: rollbackPlan(ref('Deployment', 'coredns', { namespace: 'dns' })),
      objects: worldWith(namespace('dns'), deployment('coredns', { namespace: 'dns' })),
      expect: [['deny', 'Deployment dns/coredns is the cluster DNS']],
    },
    'keeps off the pod network by name': {
      plan: rollbackPlan(ref('DaemonSet', 'calico-node')),
      objects: worldWith(daemonSet('calico-node')),
      expect: [['deny', 'DaemonSet shop/calico-node is the pod network']],
    },
    'keeps off the pod network by label': { objects: lone({ labels: { 'k8s-app': 'cilium' } }), expect: [['deny', 'is the pod network']] },
    'keeps off pods that the system ranks highest': {
      objects: lone({ priorityClass: 'system-node-critical' }),
      expect: [['deny', 'has the priority class system-node-critical']],
    },
    'does not mind other priorities': { objects: lone({ priorityClass: 'important' }), expect: [] },
    'keeps off static pods': { objects: lone({ isStatic: true }), expect: [['deny', 'Pod shop/cart-6f-0 is static']] },
    'keeps off nodes of the control plane': {
      plan: nodePlan(),
      objects: worldWith(node('node-1', { isControlPlane: true })),
      expect: [['deny', 'it is a node of the control plane']],
    },
    'does not evict what has local storage': {
      objects: lone({ hasLocalStorage: true }),
      expect: [['deny', 'has local storage, which an eviction loses']],
    },
    'does so by option': { objects: lone({ hasLocalStorage: true }), options: { allowLocalStorage: true }, expect: [] },
    'may roll back what has local storage': { plan: rollbackPlan(), objects: lone({ hasLocalStorage: true }), expect: [] },
    'keeps off the pods of an admission webhook': {
      objects: worldWith(service('hooks'), webhookConfiguration('policy', { service: { namespace: 'shop', name: 'hooks' } })),
      expect: [['deny', 'it answers the webhooks of ValidatingWebhookConfiguration policy as service shop/hooks']],
    },
    'keeps off the workload of an admission webhook, even without pods': {
      plan: rollbackPlan(),
      objects: [
        ...worldWithout('Pod'),
        service('hooks'),
        webhookConfiguration('policy', { service: { namespace: 'shop', name: 'hooks' } }),
      ],
      expect: [['deny', 'it answers the webhooks']],
    },
    'takes a webhook service without a selector for served by anything': {
      objects: worldWith(
        service('hooks', { selector: {} }),
        webhookConfiguration('policy', { service: { namespace: 'shop', name: 'hooks' } }),
      ),
      expect: [['deny', 'it answers the webhooks']],
    },
    'does not mind webhooks that other pods answer': {
      objects: worldWith(
        service('hooks', { selector: { app: 'gate' } }),
        webhookConfiguration('policy', { service: { namespace: 'shop', name: 'hooks' } }),
      ),
      expect: [],
    },
    'does not mind webhooks of other namespaces': {
      objects: worldWith(
        service('hooks', { namespace: 'gate' }),
        webhookConfiguration('policy', { service: { namespace: 'gate', name: 'hooks' } }),
      ),
      expect: [],
    },
    'does not mind webhooks outside the cluster': { objects: worldWith(webhookConfiguration('policy')), expect: [] },
    'denies while it cannot see webhooks': {
      ages: { ValidatingWebhookConfiguration: undefined, MutatingWebhookConfiguration: 135_001, Service: undefined },
      expect: [
        ['deny', 'Services are out of view', SOON],
        ['deny', 'ValidatingWebhookConfigurations are out of view', SOON],
        ['deny', 'MutatingWebhookConfigurations are out of view', SOON],
      ],
    },
    'keeps off a protected pod': {
      objects: lone({ labels: protect }),
      expect: [['deny', 'Pod shop/cart-6f-0 is labelled kubemend.dev/protect']],
    },
    'keeps off a protected workload': {
      objects: worldWith(deployment('cart', { labels: protect })),
      expect: [['deny', 'Deployment shop/cart is labelled']],
    },
    'keeps off a protected namespace': {
      objects: worldWith(namespace('shop', { labels: protect })),
      expect: [['deny', 'Namespace shop is labelled']],
    },
    'keeps off a protected node': {
      objects: worldWith(node('node-1', { labels: protect })),
      expect: [['deny', 'Node node-1 is labelled']],
    },
    'does not mind a protection that is off': {
      objects: worldWith(node('node-1', { labels: { 'kubemend.dev/protect': 'false' } })),
      expect: [],
    },
    'denies what is not in view': { plan: evictPlan(ref('Pod', 'gone')), expect: [['deny', 'Pod shop/gone is not in view', SOON]] },
    'denies a successor of the same name': {
      plan: evictPlan(ref('Pod', 'cart-6f-0', { uid: 'old' })),
      expect: [['deny', 'Pod shop/cart-6f-0 is not in view', SOON]],
    },
    'denies while it cannot see labels': {
      ages: { Pod: undefined, Namespace: undefined, Node: undefined, Deployment: undefined },
      expect: [
        ['deny', 'Pods are out of view', SOON],
        ['deny', 'Deployments are out of view', SOON],
        ['deny', 'Namespaces are out of view', SOON],
        ['deny', 'Nodes are out of view', SOON],
      ],
    },
    'denies a write for another object than the target': {
      plan: evictPlan(undefined, { write: { verb: 'evict', target: ref('Pod', 'cart-6f-1') } }),
      expect: [['deny', "the write is not pinned to the plan's target: it is for Pod shop/cart-6f-1"]],
    },
    'denies a write that reaches into kube-system': {
      plan: evictPlan(undefined, { write: { verb: 'evict', target: ref('Pod', 'dns', { namespace: 'kube-system' }) } }),
      expect: [
        ['deny', 'not pinned'],
        ['deny', 'the namespace kube-system'],
      ],
    },
    'keeps an undo off what is protected': {
      kind: 'undo',
      plan: rollbackPlan(),
      objects: worldWith(namespace('shop', { labels: protect })),
      expect: [['deny', 'Namespace shop is labelled']],
    },
    'lets an ordinary undo pass': { kind: 'undo', plan: rollbackPlan(), expect: [] },
  },
  {
    'that believes an old view': trustful(neverTouch),
    'that forgets its options': deafToOptions(neverTouch),
    'that does not know where it runs': misled(neverTouch, (facts) => ({ ...facts, ownNamespace: '' })),
  },
);

describe('never-touch', () => {
  it('denies a write without a uid', () => {
    const { uid, ...nameless } = ref('Pod', 'cart-6f-0');
    const plan = evictPlan(nameless);
    expect(uid).toBeDefined();
    expect(
      neverTouch
        .bind({})
        .object(plan, guardFacts())
        .map(({ reason }) => reason)
        .join(),
    ).toContain('uid unknown');
  });
});
