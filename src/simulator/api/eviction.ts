import { ApiFailure } from '../api-failure.ts';
import { timestampOf } from '../instant.ts';
import { listAt, numberAt, objectAt, objectsAt, textAt } from '../json.ts';
import type { ApiObject, ObjectStore, Removal, World } from '../world.ts';
import type { Answer, Call, Target } from './call.ts';
import { badRequest, notFound } from './failures.ts';
import { selects } from './label-selector.ts';
import { checkPreconditions, isDryRun, objectIn } from './writing.ts';

const BLOCKED = "Cannot evict pod as it would violate the pod's disruption budget.";
/** A budget whose controller has not caught up is asked for again after this (Kubernetes' eviction subresource). */
const STALE_RETRY_SECONDS = 10;

/** Ends a pod when its disruption budget allows it: 429 when not, 500 when two budgets claim the pod. */
export function evictPod(world: World, call: Call, target: Target): Answer {
  const body = objectIn(call);
  const named = textAt(body, 'metadata', 'name');
  if (named && named !== target.name) throw badRequest('name in URL does not match name in Eviction object');
  const { objects } = world;
  const pod = objects.get(target);
  if (!pod) throw notFound('pods', target.name);
  const options = objectAt(body, 'deleteOptions');
  const dryRun = isDryRun(call) || listAt(options, 'dryRun').length > 0;
  const grace = numberAt(options, 'gracePeriodSeconds');
  const removal: Removal = { isDryRun: dryRun, ...(grace !== undefined && { graceSeconds: grace }) };
  const preconditions = objectAt(options, 'preconditions');
  if (needsBudget(pod)) {
    const budget = budgetOf(objects, pod);
    checkPreconditions(pod, target, preconditions);
    if (budget && !isUnhealthyAndFree(pod, budget)) takeFrom(world, budget, pod, dryRun);
  } else checkPreconditions(pod, target, preconditions);
  objects.remove(target, removal);
  return { status: 201, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 } };
}

/** A pod that is over, not yet begun, or on its way out takes nothing from a budget. */
function needsBudget(pod: ApiObject): boolean {
  const phase = textAt(pod.status, 'phase');
  return pod.metadata.deletionTimestamp === undefined && !['Succeeded', 'Failed', 'Pending'].includes(phase ?? 'Pending');
}

function budgetOf(objects: ObjectStore, pod: ApiObject): ApiObject | undefined {
  const namespace = pod.metadata.namespace ?? '';
  const labels = pod.metadata.labels ?? {};
  const found = objects.list('poddisruptionbudgets.policy', namespace).filter((budget) => selects(budget.spec?.selector, labels));
  if (found.length > 1) {
    const message = 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';
    throw new ApiFailure(500, 'InternalError', message);
  }
  return found[0];
}

/** An unready pod may go when its budget says so, or when the budget is met without it (`unhealthyPodEvictionPolicy`). */
function isUnhealthyAndFree(pod: ApiObject, budget: ApiObject): boolean {
  const isReady = objectsAt(pod.status, 'conditions').some(({ type, status }) => type === 'Ready' && status === 'True');
  if (isReady) return false;
  if (textAt(budget.spec, 'unhealthyPodEvictionPolicy') === 'AlwaysAllow') return true;
  const [current, desired] = [numberAt(budget.status, 'currentHealthy') ?? 0, numberAt(budget.status, 'desiredHealthy') ?? 0];
  return current >= desired && desired > 0;
}

function takeFrom({ objects, clock }: World, budget: ApiObject, pod: ApiObject, dryRun: boolean): void {
  const name = budget.metadata.name;
  if ((numberAt(budget.status, 'observedGeneration') ?? 0) < (budget.metadata.generation ?? 0)) {
    const message = `The disruption budget ${name} is still being processed by the server.`;
    throw refusal(message, STALE_RETRY_SECONDS);
  }
  const allowed = numberAt(budget.status, 'disruptionsAllowed') ?? 0;
  if (allowed < 0) throw new ApiFailure(403, 'Forbidden', 'pdb disruptions allowed is negative');
  if (allowed === 0) throw refusal(refusalOf(budget));
  if (dryRun) return;
  const key = { resource: 'poddisruptionbudgets.policy' as const, namespace: budget.metadata.namespace ?? '', name };
  objects.change(key, (draft) => {
    const disrupted = { ...objectAt(draft.status, 'disruptedPods'), [pod.metadata.name]: timestampOf(clock.now()) };
    draft.status = { ...draft.status, disruptionsAllowed: allowed - 1, disruptedPods: disrupted };
  });
}

function refusalOf(budget: ApiObject): string {
  const [desired, current] = [numberAt(budget.status, 'desiredHealthy') ?? 0, numberAt(budget.status, 'currentHealthy') ?? 0];
  if (textAt(budget.status, 'conditions', 0, 'reason') === 'SyncFailed') {
    return `The disruption budget ${budget.metadata.name} does not allow evicting pods currently because it failed sync: ${textAt(budget.status, 'conditions', 0, 'message')}`;
  }
  return `The disruption budget ${budget.metadata.name} needs ${desired} healthy pods and has ${current} currently`;
}

function refusal(message: string, retryAfterSeconds?: number): ApiFailure {
  const causes = [{ reason: 'DisruptionBudget', message }];
  return new ApiFailure(429, 'TooManyRequests', BLOCKED, { causes, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) });
}
