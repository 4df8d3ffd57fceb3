import { type Account, obtainToken, type SecondWall } from './actor.ts';
import { type Api, unreachable } from './api.ts';
import { type ApiAnswer, statusOf } from './api-error.ts';

/** Nobody's pod; if somebody has one of this name, the question is a dry run all the same. */
const NOBODY = 'kubemend-doctor-asks';

/**
 * Asks for the actor's token, and with it, by a dry run, for the eviction of a pod that is not there, without a uid: the admission policy
 * refuses that before anybody looks for the pod. Changes nothing. Throws `cluster-unreachable` when nobody can say.
 */
export async function checkSecondWall(api: Api, account: Account): Promise<SecondWall> {
  const granted = await obtainToken(api, account);
  if (granted.is === 'refused') return { secondWall: false, secondWallWhy: granted.why };
  const path = `/api/v1/namespaces/${encodeURIComponent(account.namespace)}/pods/${NOBODY}/eviction`;
  const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: NOBODY, namespace: account.namespace } };
  try {
    const answer = await api.send({ method: 'POST', path, query: { dryRun: 'All' }, body, token: granted.token });
    return verdictOf(answer, `${account.namespace}/${account.account}`);
  } catch (error) {
    throw unreachable(error);
  }
}

function verdictOf({ status, body }: ApiAnswer, actor: string): SecondWall {
  const said = statusOf(body)?.message ?? `the answer was ${status}`;
  if (said.includes('ValidatingAdmissionPolicy')) return { secondWall: true, secondWallWhy: `a policy holds ${actor} back` };
  if (status === 403)
    return { secondWall: false, secondWallWhy: `whether a policy holds ${actor} back cannot be seen, for it may do nothing: ${said}` };
  return {
    secondWall: false,
    secondWallWhy: `no admission policy holds ${actor} back: asked to evict a pod without its uid, the API server said '${said}'`,
  };
}
