import { CoreError } from '../../../core/errors.ts';
import type { Json } from '../../../core/model/write.ts';
import type { Api } from './api.ts';
import { errorOfAnswer } from './api-error.ts';
import { fieldsAt, flagAt, textAt, textListAt } from './projection/fields.ts';

const DEADLINE_MS = 5_000;

/** Whom the API server takes the bearer of a token for. */
export interface TokenHolder {
  readonly username: string;
  readonly uid: string | undefined;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

/** What somebody wants to do, in RBAC's words; without a namespace: in all of them, and in the cluster itself. */
export interface Access {
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly verb: string;
  readonly namespace: string | undefined;
}

/** The API server's answers to who somebody is and may do. Both throw `cluster-unreachable` when nobody can say. */
export interface Reviews {
  /** Undefined when the token is nobody's, is over, or was not made for this audience. */
  holderOf(token: string, audience: string): Promise<TokenHolder | undefined>;
  isAllowed(holder: TokenHolder, wanted: Access): Promise<boolean>;
}

/** Asks by TokenReview and SubjectAccessReview, as our own account, once each. */
export function createReviews(api: Api): Reviews {
  return {
    async holderOf(token, audience) {
      const status = await ask(api, { group: 'authentication.k8s.io', kind: 'TokenReview', spec: { token, audiences: [audience] } });
      // A server that knows no audiences gives none back, and then nobody can say for whom the token was made.
      if (!flagAt(status, 'authenticated') || !textListAt(status, 'audiences').includes(audience)) return undefined;
      return holderIn(status);
    },
    async isAllowed({ username, uid, groups, extra }, { namespace, ...wanted }) {
      const resourceAttributes = { ...wanted, ...(namespace !== undefined && { namespace }) };
      const lists = Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, [...values]]));
      const spec = { user: username, ...(uid !== undefined && { uid }), groups: [...groups], extra: lists, resourceAttributes };
      const status = await ask(api, { group: 'authorization.k8s.io', kind: 'SubjectAccessReview', spec });
      return flagAt(status, 'allowed') && !flagAt(status, 'denied');
    },
  };
}

function holderIn(status: unknown): TokenHolder | undefined {
  const user = fieldsAt(status, 'user');
  const username = textAt(user, 'username');
  if (username === undefined) return undefined;
  const extra = Object.keys(fieldsAt(user, 'extra')).map((key) => [key, textListAt(user, 'extra', key)]);
  return { username, uid: textAt(user, 'uid'), groups: textListAt(user, 'groups'), extra: Object.fromEntries(extra) };
}

interface Review {
  readonly group: 'authentication.k8s.io' | 'authorization.k8s.io';
  readonly kind: 'TokenReview' | 'SubjectAccessReview';
  readonly spec: Readonly<Record<string, Json>>;
}

/** The status of a review. What is sent holds a token, so nothing of it is ever part of an error. */
async function ask(api: Api, { group, kind, spec }: Review): Promise<unknown> {
  const path = `/apis/${group}/v1/${kind.toLowerCase()}s`;
  try {
    const answer = await api.send({ method: 'POST', path, body: { apiVersion: `${group}/v1`, kind, spec }, deadlineMs: DEADLINE_MS });
    if (answer.status >= 300) throw errorOfAnswer(`POST ${path}`, answer);
    return fieldsAt(answer.body, 'status');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const mend = "'kubemend doctor' tells what stands in the way; the rights are in 'kubemend manifests --identity kubernetes'";
    throw new CoreError('cluster-unreachable', `nobody can say who is asking: ${why}. ${mend}`, { cause: error });
  }
}
