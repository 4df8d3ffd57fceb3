import { timestampOf } from '../instant.ts';
import { listAt, numberAt, objectAt } from '../json.ts';
import type { World } from '../world.ts';
import { OWN_AUDIENCE, type Tokens } from './authentication.ts';
import type { Answer, Call, Target } from './call.ts';
import { notFound } from './failures.ts';
import { uidFrom } from './names.ts';
import { isDryRun, objectIn } from './writing.ts';

const DEFAULT_SECONDS = 3600;

/** Makes a token for a service account; it stands for the account until it expires. */
export function requestToken(world: World, tokens: Tokens, { call, target }: { readonly call: Call; readonly target: Target }): Answer {
  const account = world.objects.get({ ...target });
  if (!account) throw notFound('serviceaccounts', target.name);
  const body = objectIn(call);
  const seconds = numberAt(body, 'spec', 'expirationSeconds') ?? DEFAULT_SECONDS;
  const expiresAt = world.clock.now() + seconds * 1000;
  const token = `simulator-${uidFrom(world.random)}`;
  const groups = ['system:serviceaccounts', `system:serviceaccounts:${target.namespace}`];
  const username = `system:serviceaccount:${target.namespace}:${target.name}`;
  const named = listAt(body, 'spec', 'audiences').filter((audience) => typeof audience === 'string');
  const audiences = named.length > 0 ? named : [OWN_AUDIENCE];
  if (!isDryRun(call)) tokens.add(token, { username, groups, uid: account.metadata.uid }, { expiresAt, audiences });
  const spec = { ...objectAt(body, 'spec'), audiences, expirationSeconds: seconds };
  const metadata = { name: target.name, namespace: target.namespace, creationTimestamp: timestampOf(world.clock.now()) };
  const status = { token, expirationTimestamp: timestampOf(expiresAt) };
  return { status: 201, body: { kind: 'TokenRequest', apiVersion: 'authentication.k8s.io/v1', metadata, spec, status } };
}
