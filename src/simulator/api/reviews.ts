import { type JsonObject, listAt, objectAt, textAt } from '../json.ts';
import type { World } from '../world.ts';
import { OWN_AUDIENCE, type Tokens } from './authentication.ts';
import { type Attributes, isAllowed } from './authorization.ts';
import type { Answer, Call, User } from './call.ts';
import { objectIn } from './writing.ts';

const AUTHENTICATION = 'authentication.k8s.io/v1';
const AUTHORIZATION = 'authorization.k8s.io/v1';

/** Answers who somebody is or may do; undefined for a resource that is no review. */
export function review(
  world: World,
  tokens: Tokens,
  { call, plural }: { readonly call: Call; readonly plural: string },
): Answer | undefined {
  const ask = reviews[plural];
  if (!ask) return undefined;
  const body = objectIn(call);
  return { status: 201, body: { metadata: {}, ...ask({ world, tokens, user: call.user }, body) } };
}

interface Asked {
  readonly world: World;
  readonly tokens: Tokens;
  readonly user: User;
}

const reviews: Readonly<Record<string, (asked: Asked, body: JsonObject) => JsonObject>> = {
  selfsubjectreviews: ({ user }) => ({ kind: 'SelfSubjectReview', apiVersion: AUTHENTICATION, status: { userInfo: shownUser(user) } }),
  tokenreviews({ tokens }, body) {
    const named = listAt(body, 'spec', 'audiences').filter((audience) => typeof audience === 'string');
    const audiences = named.length > 0 ? named : [OWN_AUDIENCE];
    const status = tokenStatus(tokens, textAt(body, 'spec', 'token') ?? '', audiences);
    return { kind: 'TokenReview', apiVersion: AUTHENTICATION, spec: objectAt(body, 'spec'), status };
  },
  selfsubjectaccessreviews({ world, user }, body) {
    const status = verdict(isAllowed(world.objects, user, attributesIn(body)));
    return { kind: 'SelfSubjectAccessReview', apiVersion: AUTHORIZATION, spec: objectAt(body, 'spec'), status };
  },
  subjectaccessreviews({ world }, body) {
    const groups = listAt(body, 'spec', 'groups').filter((group) => typeof group === 'string');
    const user = { username: textAt(body, 'spec', 'user') ?? '', uid: '', groups };
    const status = verdict(isAllowed(world.objects, user, attributesIn(body)));
    return { kind: 'SubjectAccessReview', apiVersion: AUTHORIZATION, spec: objectAt(body, 'spec'), status };
  },
};

function tokenStatus(tokens: Tokens, token: string, audiences: readonly string[]): JsonObject {
  const holder = tokens.holderOf(token, audiences);
  if (holder === undefined) return { user: {}, error: '[invalid bearer token, unknown to this server]' };
  if (holder === 'for others')
    return { user: {}, error: `[invalid bearer token, token audiences are invalid for the target audiences ${JSON.stringify(audiences)}]` };
  return { authenticated: true, user: shownUser(holder.user), audiences: [...holder.audiences] };
}

function verdict(allowed: boolean): JsonObject {
  return allowed ? { allowed, reason: 'RBAC: allowed' } : { allowed };
}

function shownUser({ username, uid, groups }: User): JsonObject {
  return { username, ...(uid !== '' && { uid }), groups: [...groups] };
}

function attributesIn(body: JsonObject): Attributes {
  const [wanted, path] = [objectAt(body, 'spec', 'resourceAttributes'), objectAt(body, 'spec', 'nonResourceAttributes')];
  const text = (field: string) => textAt(wanted, field) ?? '';
  return {
    verb: text('verb') || (textAt(path, 'verb') ?? ''),
    group: text('group'),
    resource: text('resource'),
    subresource: text('subresource'),
    namespace: text('namespace'),
    name: text('name'),
    path: textAt(path, 'path') ?? '',
  };
}
