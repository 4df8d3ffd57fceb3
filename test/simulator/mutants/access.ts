import type { Mutant } from './mutant.ts';

const authorization = 'api/authorization.ts';
const reviews = 'api/reviews.ts';

/** Tokens, roles and reviews. */
export const accessMutants: readonly Mutant[] = [
  {
    name: 'allows what no rule says',
    file: authorization,
    find: '.some((rule) => allows(rule, wanted))',
    replace: '.every((rule) => allows(rule, wanted))',
  },
  {
    name: 'takes a rule for every API group',
    file: authorization,
    find: "has('apiGroups', wanted.group) && isResource && isNamed",
    replace: 'isResource && isNamed',
  },
  {
    name: 'takes a rule for every verb',
    file: authorization,
    find: "if (!has('verbs', wanted.verb)) return false;",
    replace: '',
  },
  {
    name: 'takes a rule for every name',
    file: authorization,
    find: "names.length === 0 || (wanted.name !== '' && names.includes(wanted.name))",
    replace: 'true',
  },
  {
    name: 'takes a rule for a resource as one for its subresources',
    file: authorization,
    find: "const full = wanted.subresource === '' ? wanted.resource",
    replace: "const full = wanted.subresource !== 'none' ? wanted.resource",
  },
  {
    name: 'lets a role count in every namespace',
    file: authorization,
    find: "objects.list('rolebindings.rbac.authorization.k8s.io', namespace);",
    replace: "objects.list('rolebindings.rbac.authorization.k8s.io');",
  },
  {
    name: 'binds every account of the namespace',
    file: authorization,
    find: 'return user.username === `system:serviceaccount:',
    replace: "return user.username.startsWith('system:serviceaccount:') || user.username === `system:serviceaccount:",
  },
  {
    name: 'lets everybody review himself as allowed',
    file: reviews,
    find: "verdict(isAllowed(world.objects, user, attributesIn(body)));\n    return { kind: 'SelfSubjectAccessReview'",
    replace: "verdict(true);\n    return { kind: 'SelfSubjectAccessReview'",
  },
  {
    name: 'reviews whoever asks instead of who is asked about',
    file: reviews,
    find: "username: textAt(body, 'spec', 'user') ?? ''",
    replace: "username: 'kubernetes-admin'",
  },
  {
    name: 'reviews an unknown token as known',
    file: reviews,
    find: 'if (holder === undefined) return { user: {},',
    replace: 'if (holder === undefined) return { authenticated: true, user: {},',
  },
  {
    name: 'takes a token for every audience',
    file: 'api/authentication.ts',
    find: 'audiences.filter((audience) => found.audiences.includes(audience))',
    replace: 'audiences.slice()',
  },
  {
    name: 'makes tokens that end when nobody asked them to',
    file: 'api/token-request.ts',
    find: 'world.clock.now() + seconds * 1000',
    replace: 'world.clock.now() + 2 * DEFAULT_SECONDS * 1000',
  },
  {
    name: 'lets an unknown token in',
    file: 'api/serve.ts',
    find: 'return tokens.userOf(token);',
    replace: "return tokens.userOf(token) ?? tokens.userOf('admin');",
  },
];
