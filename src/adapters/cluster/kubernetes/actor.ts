import type { Clock, Logger } from '../../../core/ports.ts';
import { type Api, unreachable } from './api.ts';
import { type ApiAnswer, ApiError, errorOfAnswer, statusOf } from './api-error.ts';
import { numberAt, textAt } from './projection/fields.ts';
import { type Stopwatch, startStopwatch } from './stopwatch.ts';
import type { WriteIdentity } from './writer.ts';

/** Whether writes run under the actor, whom the admission policy holds back, or why not. */
export interface SecondWall {
  readonly secondWall: boolean;
  readonly secondWallWhy: string;
}

/** The actor's identity. */
export interface Actor extends WriteIdentity {
  describe(): SecondWall;
}

/** What the actor's identity needs. */
export interface ActorParts {
  readonly api: Api;
  readonly namespace: string;
  readonly account: string;
  readonly isLeading: () => boolean;
  readonly clock: Clock;
  readonly log: Logger;
}

const EXPIRATION_S = 600;
/** A token is renewed at this share of its life. */
const RENEW_AT = 0.8;
/** After a refusal the token is asked for again so late. */
const REFUSED_FOR_MS = 300_000;

type Held =
  | { readonly is: 'token'; readonly token: string; readonly lifeMs: number; readonly age: Stopwatch }
  | { readonly is: 'refused'; readonly why: string; readonly age: Stopwatch };

/** Gets and renews the actor's short-lived token, while we lead. Where it may not be had, writes run under the own identity, loudly. */
export function createActor(parts: ActorParts): Actor {
  const { api, namespace, account, isLeading, clock, log } = parts;
  let held: Held | undefined;
  let asking: Promise<Held> | undefined;

  async function ask(): Promise<Held> {
    const age = startStopwatch(clock);
    const granted = await obtainToken(api, { namespace, account });
    if (granted.is === 'token') return { ...granted, age };
    if (held?.is !== 'refused') log.error('second wall not in force: writes run under our own identity', { why: granted.why });
    return { is: 'refused', why: granted.why, age };
  }
  function isFresh(one: Held): boolean {
    return one.age() < (one.is === 'token' ? one.lifeMs * RENEW_AT : REFUSED_FOR_MS);
  }

  return {
    async token() {
      if (!isLeading()) return undefined;
      if (held === undefined || !isFresh(held)) {
        asking ??= ask().finally(() => {
          asking = undefined;
        });
        held = await asking;
      }
      return held.is === 'token' ? held.token : undefined;
    },
    reject(token) {
      if (held?.is === 'token' && held.token === token) held = undefined;
    },
    describe() {
      if (held?.is === 'token') return { secondWall: true, secondWallWhy: `writes run as ${userOf({ namespace, account })}` };
      return { secondWall: false, secondWallWhy: held?.why ?? 'the actor’s token has not been asked for: we have not led or written yet' };
    },
  };
}

/** A service account. */
export interface Account {
  readonly namespace: string;
  readonly account: string;
}

/** Its short-lived token, known to be taken for it, or why there is none. Throws `cluster-unreachable` when nobody can say. */
export async function obtainToken(api: Api, account: Account): Promise<Granted> {
  const granted = await requestToken(api, account);
  const why = granted.is === 'token' ? await reviewToken(api, granted.token, userOf(account)) : undefined;
  return why === undefined ? granted : { is: 'refused', why };
}

function userOf({ namespace, account }: Account): string {
  return `system:serviceaccount:${namespace}:${account}`;
}

type Granted = { readonly is: 'token'; readonly token: string; readonly lifeMs: number } | { readonly is: 'refused'; readonly why: string };

async function requestToken(api: Api, { namespace, account }: Account): Promise<Granted> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/serviceaccounts/${encodeURIComponent(account)}/token`;
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: EXPIRATION_S } };
  const answer = await answered(() => api.send({ method: 'POST', path, body }));
  const refusal = refusalIn(answer);
  if (refusal !== undefined) {
    return {
      is: 'refused',
      why: `${refusal}: create service account ${namespace}/${account} and allow 'create serviceaccounts/token' for it alone`,
    };
  }
  const token = textAt(answer.body, 'status', 'token');
  if (answer.status >= 300 || token === undefined) throw unreachable(errorOfAnswer(`POST ${path}`, answer));
  const lifeS = numberAt(answer.body, 'spec', 'expirationSeconds') ?? EXPIRATION_S;
  return { is: 'token', token, lifeMs: Math.min(lifeS, EXPIRATION_S) * 1000 };
}

/** The API server's own word that this token is not to be had, as against trouble that passes. */
function refusalIn(answer: ApiAnswer): string | undefined {
  const isFinal = answer.status === 501 || (answer.status >= 400 && answer.status < 500 && ![401, 408, 429].includes(answer.status));
  return isFinal ? statusOf(answer.body)?.message : undefined;
}

/** Asks the API server whom it takes us for with this token: only then is the second wall known to be in force. Gives why not. */
async function reviewToken(api: Api, token: string, user: string): Promise<string | undefined> {
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
  const answer = await answered(() => api.send({ method: 'POST', path: '/apis/authentication.k8s.io/v1/selfsubjectreviews', body, token }));
  if (answer.status >= 500 || answer.status === 429) throw unreachable(errorOfAnswer('POST selfsubjectreviews', answer));
  const seen = textAt(answer.body, 'status', 'userInfo', 'username');
  if (seen === user) return undefined;
  return `the API server takes the actor's token for ${seen ?? `nobody (${answer.status})`}, not for ${user}: is a proxy between that adds its own identity?`;
}

async function answered(work: () => Promise<ApiAnswer>): Promise<ApiAnswer> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof ApiError ? unreachable(error) : error;
  }
}
