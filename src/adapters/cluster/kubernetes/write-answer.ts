import { CoreError } from '../../../core/errors.ts';
import type { WriteAnswer } from '../../../core/ports.ts';
import { type ApiAnswer, type ApiStatus, statusOf } from './api-error.ts';
import { specSeenIn } from './live.ts';
import { textAt } from './projection/fields.ts';

/** Below this a blocked eviction is not worth another try (Kubernetes asks for 10 s itself). */
const MIN_RETRY_MS = 10_000;
/** Two budgets over one pod stay until a person mends them. */
const TWO_BUDGETS_RETRY_MS = 60_000;

/**
 * What the API server's answer to a write means. Throws `cluster-unreachable` for a 5xx, and for every answer that the API server
 * did not give itself: then nobody knows whether the write took effect.
 */
export function writeAnswerOf(what: string, answer: ApiAnswer): WriteAnswer {
  if (answer.status >= 200 && answer.status < 300) return doneIn(answer.body);
  const status = statusOf(answer.body);
  if (!status) throw unknown(what, `${answer.status}, and not from the API server itself`);
  const why = status.message || status.reason || `the API server answered ${answer.status}`;
  switch (answer.status) {
    case 404:
    case 409:
    case 410:
      return { is: 'changed', why };
    case 401:
      return { is: 'blocked', why: `our credentials were not accepted: ${why}`, retryAfterMs: MIN_RETRY_MS };
    case 429:
      return { is: 'blocked', why: budgetIn(status) ?? why, retryAfterMs: Math.max(MIN_RETRY_MS, answer.retryAfterMs ?? 0) };
    case 422:
      return { is: isOfUid(status) ? 'changed' : 'refused', why };
    case 408:
      throw unknown(what, why);
    default:
      return otherOf(what, answer.status, why);
  }
}

/** An eviction is answered by a Status and a scaling by a Scale: these show no spec of the target. */
function doneIn(body: unknown): WriteAnswer {
  const showsTarget = !['Status', 'Eviction', 'Scale'].includes(textAt(body, 'kind') ?? 'Status');
  return showsTarget ? { is: 'done', specAfter: specSeenIn(body) } : { is: 'done' };
}

function otherOf(what: string, status: number, why: string): WriteAnswer {
  if (status === 500 && why.includes('more than one PodDisruptionBudget')) {
    return { is: 'blocked', why, retryAfterMs: TWO_BUDGETS_RETRY_MS };
  }
  if (status >= 400 && status < 500) return { is: 'refused', why };
  throw unknown(what, `${status}: ${why}`);
}

/** A patch that names another uid than the object has is refused as a change of the uid (seen on Kubernetes 1.36). */
function isOfUid(status: ApiStatus): boolean {
  return status.causes.some((cause) => cause.field === 'metadata.uid');
}

function budgetIn(status: ApiStatus): string | undefined {
  const cause = status.causes.find((one) => one.reason === 'DisruptionBudget');
  return cause && `${status.message} ${cause.message}`;
}

function unknown(what: string, why: string): CoreError {
  return new CoreError('cluster-unreachable', `${what}: it is not known whether it took effect: ${why}`);
}
