import { evictPlan, nodePlan, resizePlan, rollbackPlan, scalePlan, worldWith, worldWithout } from '../../test/fakes/guard-facts.ts';
import { blindToUndo, guardTable, trustful } from '../../test/fakes/guard-table.ts';
import { manager, NOON, ref } from '../../test/fakes/object-meta.ts';
import { cronJob, deployment, horizontalPodAutoscaler, job, pod } from '../../test/fakes/objects.ts';
import { ownerConflict } from './owner-conflict.ts';

const SOON = NOON + 15_000;
const restorative = { restorative: true };
const cart = (options: Parameters<typeof deployment>[1]) => worldWith(deployment('cart', options));
const autoscaled = (...metrics: string[]) => worldWith(horizontalPodAutoscaler('cart', { metrics }));
const sized = worldWith(pod('cart-6f-0', { annotations: { vpaUpdates: 'Pod resources updated by cart' }, ownedBy: deployment('cart') }));
const operated = pod('cart-6f-0', { owners: [{ apiGroup: 'db.test', kind: 'Postgres', name: 'orders', uid: 'x', controller: true }] });

guardTable(
  ownerConflict,
  {
    'allows an eviction from a Deployment': { expect: [] },
    'allows a rollback that nobody else decides about': { plan: rollbackPlan(), impact: restorative, expect: [] },
    'denies for an owner of unknown kind': {
      objects: worldWith(operated),
      expect: [['deny', 'nobody can tell who owns it: its owner Postgres orders is of a kind that kubemend does not know', SOON]],
    },
    'denies a pod that nobody would make anew': {
      plan: evictPlan(undefined, { owner: ref('Pod', 'cart-6f-0') }),
      objects: worldWith(pod('cart-6f-0')),
      expect: [['deny', 'it belongs to Pod shop/cart-6f-0']],
    },
    'denies what belongs to a CronJob': {
      plan: evictPlan(undefined, { owner: ref('CronJob', 'import') }),
      objects: worldWith(
        cronJob('import'),
        job('import-1', { ownedBy: cronJob('import') }),
        pod('cart-6f-0', { ownedBy: job('import-1') }),
      ),
      expect: [['deny', 'it belongs to CronJob shop/import']],
    },
    'allows what belongs to a Job': {
      plan: evictPlan(undefined, { owner: ref('Job', 'import') }),
      objects: worldWith(job('import'), pod('cart-6f-0', { ownedBy: job('import') })),
      expect: [],
    },
    'denies a plan that names another owner': {
      plan: evictPlan(undefined, { owner: ref('Deployment', 'pay') }),
      expect: [['deny', 'the plan names Deployment shop/pay as the owner, and the cluster Deployment shop/cart']],
    },
    'denies when the owner is not in view': {
      objects: worldWithout('Deployment'),
      expect: [['deny', 'nobody can tell who owns it', SOON]],
    },
    'asks no owner of a node': { plan: nodePlan('node-1', { write: { verb: 'evict', target: ref('Node', 'node-1') } }), expect: [] },

    'denies scaling under an autoscaler': {
      plan: scalePlan(),
      objects: autoscaled('cpu'),
      expect: [['deny', 'HorizontalPodAutoscaler shop/cart decides about its replicas']],
    },
    'knows an autoscaler by an old API group': {
      plan: scalePlan(),
      objects: worldWith(horizontalPodAutoscaler('cart', { scales: { apiGroup: 'extensions', kind: 'Deployment', name: 'cart' } })),
      expect: [['deny', 'decides about its replicas']],
    },
    'does not mind the autoscaler of a namesake of another kind': {
      plan: scalePlan(),
      objects: worldWith(horizontalPodAutoscaler('cart', { scales: { apiGroup: 'apps', kind: 'StatefulSet', name: 'cart' } })),
      expect: [],
    },
    'allows an eviction under an autoscaler': { objects: autoscaled('cpu'), expect: [] },
    'does not mind the autoscaler of another workload': {
      plan: scalePlan(),
      objects: worldWith(horizontalPodAutoscaler('pay', { scales: { apiGroup: 'apps', kind: 'Deployment', name: 'pay' } })),
      expect: [],
    },
    'does not mind the autoscaler of another namespace': {
      plan: scalePlan(),
      objects: worldWith(horizontalPodAutoscaler('cart', { namespace: 'blog' })),
      expect: [],
    },
    'denies a resize of the requests that feed an autoscaler': {
      plan: resizePlan({ memory: '256Mi' }),
      objects: autoscaled('memory'),
      expect: [['deny', 'scales by the memory requests']],
    },
    'allows a resize of other requests': { plan: resizePlan({ cpu: '100m', memory: '256Mi' }), objects: autoscaled('cpu'), expect: [] },
    'denies a resize to a quantity that it cannot read': {
      plan: resizePlan({ cpu: '0.1x' }),
      objects: autoscaled('cpu'),
      expect: [['deny', 'scales by the cpu requests']],
    },
    'takes an autoscaler without metrics for one by CPU, which is the default': {
      plan: resizePlan({ cpu: '200m' }),
      objects: autoscaled(),
      expect: [['deny', 'scales by the cpu requests']],
    },
    'allows a resize under an autoscaler by something else': {
      plan: resizePlan({ cpu: '200m' }),
      objects: autoscaled('requests_per_second'),
      expect: [],
    },
    'allows a rollback under an autoscaler': { plan: rollbackPlan(), impact: restorative, objects: autoscaled('cpu'), expect: [] },
    'denies a new template under an autoscaler by requests': {
      plan: rollbackPlan(),
      objects: autoscaled('cpu'),
      expect: [['deny', 'scales by the cpu requests']],
    },
    'denies while it cannot see autoscalers': {
      plan: scalePlan(),
      ages: { HorizontalPodAutoscaler: undefined },
      expect: [['deny', 'HorizontalPodAutoscalers are out of view', SOON]],
    },
    'needs no autoscalers for an eviction': { ages: { HorizontalPodAutoscaler: undefined }, expect: [] },
    'denies scaling under KEDA': {
      plan: scalePlan(),
      objects: cart({ labels: { 'scaledobject.keda.sh/name': 'cart' } }),
      expect: [['deny', 'KEDA decides about its replicas']],
    },
    'knows KEDA by its field manager': {
      plan: scalePlan(),
      objects: cart({ managers: [manager('keda-operator')] }),
      expect: [['deny', 'KEDA decides about its replicas (field manager keda-operator)']],
    },
    'denies a resize under a VerticalPodAutoscaler': {
      plan: resizePlan({ memory: '256Mi' }),
      objects: worldWith(pod('cart-6f-0', { annotations: { vpaUpdates: 'Pod resources updated by cart' }, ownedBy: deployment('cart') })),
      expect: [['deny', 'a VerticalPodAutoscaler decides about its requests (vpaUpdates)']],
    },

    'allows scaling under a VerticalPodAutoscaler': { plan: scalePlan(), objects: sized, expect: [] },
    'denies a new template under a VerticalPodAutoscaler of its pods': {
      plan: rollbackPlan(),
      objects: sized,
      expect: [['deny', 'a VerticalPodAutoscaler decides about its requests (vpaUpdates)']],
    },
    'allows a rollback under KEDA': {
      plan: rollbackPlan(),
      impact: restorative,
      objects: cart({ labels: { 'scaledobject.keda.sh/name': 'cart' } }),
      expect: [],
    },

    'denies every spec write under Argo CD': {
      plan: scalePlan(),
      objects: cart({ annotations: { 'argocd.argoproj.io/tracking-id': 'shop:apps/Deployment:shop/cart' } }),
      expect: [['deny', 'is kept by GitOps (argocd.argoproj.io/tracking-id)']],
    },
    'denies every spec write under Flux kustomizations': {
      plan: rollbackPlan(),
      impact: restorative,
      objects: cart({ labels: { 'kustomize.toolkit.fluxcd.io/name': 'shop' } }),
      expect: [['deny', 'kustomize.toolkit.fluxcd.io/name']],
    },
    'denies every spec write under Flux Helm releases': {
      plan: rollbackPlan(),
      impact: restorative,
      objects: cart({ labels: { 'helm.toolkit.fluxcd.io/name': 'shop' } }),
      expect: [['deny', 'helm.toolkit.fluxcd.io/name']],
    },
    'denies a resize of a pod whose workload GitOps keeps': {
      plan: resizePlan({ memory: '256Mi' }),
      objects: cart({ managers: [manager('helm-controller')] }),
      expect: [['deny', 'Deployment shop/cart is kept by GitOps (field manager helm-controller)']],
    },
    'allows an eviction under GitOps': { objects: cart({ managers: [manager('argocd-controller')] }), expect: [] },
    'does not mind that GitOps writes a status': {
      plan: scalePlan(),
      objects: cart({ managers: [manager('argocd-controller', { subresource: 'status', touches: ['other'] }), manager('helm')] }),
      expect: [],
    },
    'takes an instance label alone for nothing': {
      plan: scalePlan(),
      objects: cart({ labels: { 'app.kubernetes.io/instance': 'cart' } }),
      expect: [],
    },

    'stops an undo where GitOps has the last word': {
      kind: 'undo',
      plan: rollbackPlan(),
      objects: cart({ managers: [manager('argocd-controller')] }),
      expect: [['deny', 'is kept by GitOps']],
    },
    'stops an undo of what is not in view': {
      kind: 'undo',
      plan: rollbackPlan(ref('Deployment', 'gone')),
      expect: [['deny', 'Deployment shop/gone is not in view', SOON]],
    },
    'lets an undo pass under an autoscaler': {
      kind: 'undo',
      plan: scalePlan(),
      objects: worldWith(horizontalPodAutoscaler('cart')),
      expect: [],
    },
  },
  {
    'that believes an old view': trustful(ownerConflict),
    'that stops undo': blindToUndo(ownerConflict),
  },
);
