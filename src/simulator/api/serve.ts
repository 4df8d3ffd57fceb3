import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiFailure } from '../api-failure.ts';
import { resourceType } from '../resources.ts';
import type { World } from '../world.ts';
import type { Tokens } from './authentication.ts';
import { type Attributes, forbidden, isAllowed } from './authorization.ts';
import type { Answer, Call, Target, User } from './call.ts';
import { discover } from './discovery.ts';
import type { EffectiveWrites } from './effective-writes.ts';
import { evictPod } from './eviction.ts';
import { noSuchPath } from './failures.ts';
import type { History } from './history.ts';
import { readMetrics } from './metrics.ts';
import { readPodLog } from './pod-log.ts';
import { readList, readObject } from './reading.ts';
import { resizePod } from './resize.ts';
import { refuse, respond } from './respond.ts';
import { review } from './reviews.ts';
import { scaleWorkload } from './scale.ts';
import { selectorOf } from './selectors.ts';
import { type CutPath, cutPath, targetOf } from './target.ts';
import { requestToken } from './token-request.ts';
import { serveWatch } from './watching.ts';
import { createObject, deleteCollection, deleteObject, patchObject, updateObject } from './writing.ts';

/** What requests are answered from. */
export interface ApiParts {
  readonly world: World;
  readonly tokens: Tokens;
  readonly history: History;
  readonly writes: EffectiveWrites;
  readonly bookmarkMs: number;
}

/** Larger bodies are refused, as etcd would. */
const MAX_BODY_BYTES = 3 * 1024 * 1024;

/** Answers one request. */
export async function serve(parts: ApiParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const call = await readCall(parts.tokens, request);
    const cut = cutPath(call.path);
    const discovered = discover(call.path);
    const target = cut && targetOf(cut);
    authorize(parts.world, call, discovered === undefined ? cut : undefined);
    if (discovered !== undefined) respond(response, { status: 200, body: discovered });
    else if (target && isWatch(call, target)) serveWatch({ ...parts, objects: parts.world.objects }, { call, target }, response);
    else respond(response, target ? answerTarget(parts, call, target) : answerOther(parts, call, cut));
  } catch (error) {
    refuse(response, error);
  }
}

async function readCall(tokens: Tokens, request: IncomingMessage): Promise<Call> {
  const url = new URL(request.url ?? '/', 'http://simulator');
  const user = userOf(tokens, request.headers.authorization);
  if (!user) throw new ApiFailure(401, 'Unauthorized', 'Unauthorized');
  const { accept = '', 'content-type': contentType = '', 'user-agent': userAgent = '' } = request.headers;
  const method = request.method ?? 'GET';
  return { method, path: url.pathname, query: url.searchParams, accept, contentType, userAgent, body: await bodyOf(request), user };
}

function userOf(tokens: Tokens, authorization: string | undefined): User | undefined {
  if (authorization === undefined) return tokens.anonymous();
  const [, token = ''] = /^Bearer (.+)$/i.exec(authorization) ?? [];
  return tokens.userOf(token);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    const piece = Buffer.from(chunk);
    bytes += piece.length;
    if (bytes > MAX_BODY_BYTES)
      throw new ApiFailure(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${MAX_BODY_BYTES}`, {});
    chunks.push(piece);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function isWatch(call: Call, target: Target): boolean {
  return call.method === 'GET' && target.subresource === '' && ['1', 'true'].includes(call.query.get('watch') ?? '');
}

const verbs: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete', GET: 'get' };

function authorize({ objects }: World, call: Call, cut: CutPath | undefined): void {
  const plain = verbs[call.method] ?? call.method.toLowerCase();
  const wanted: Attributes = cut
    ? { ...cut, resource: cut.plural, verb: verbOf(call, cut), path: '' }
    : { verb: plain, group: '', resource: '', subresource: '', namespace: '', name: '', path: call.path };
  if (!isAllowed(objects, call.user, wanted)) throw forbidden(call.user, wanted);
}

function verbOf(call: Call, { name }: CutPath): string {
  if (call.method === 'GET') {
    if (['1', 'true'].includes(call.query.get('watch') ?? '')) return 'watch';
    return name === '' ? 'list' : 'get';
  }
  return call.method === 'DELETE' && name === '' ? 'deletecollection' : (verbs[call.method] ?? call.method.toLowerCase());
}

/** Paths that no stored object answers. */
function answerOther(parts: ApiParts, call: Call, cut: CutPath | undefined): Answer {
  if (['/healthz', '/livez', '/readyz'].includes(call.path)) return { status: 200, body: 'ok' };
  const isReview = cut?.group === 'authentication.k8s.io' || cut?.group === 'authorization.k8s.io';
  const answer = isReview && call.method === 'POST' ? review(parts.world, parts.tokens, { call, plural: cut.plural }) : undefined;
  if (answer) return answer;
  if (cut?.group === 'metrics.k8s.io' && ['pods', 'nodes'].includes(cut.plural) && call.method === 'GET')
    return readMetrics(parts.world, call, cut);
  if (cut === undefined) return { status: 404, body: '404 page not found\n' };
  throw noSuchPath();
}

function answerTarget(parts: ApiParts, call: Call, target: Target): Answer {
  const { objects, clock } = parts.world;
  const before = objects.resourceVersion();
  const answer = dispatch(parts, call, target);
  const after = objects.resourceVersion();
  if (after !== before) parts.writes.note(call, target, { at: clock.now(), resourceVersion: after });
  return answer;
}

function dispatch(parts: ApiParts, call: Call, target: Target): Answer {
  const { world } = parts;
  const { objects } = world;
  const is = (method: string, subresource: string) => call.method === method && target.subresource === subresource;
  if (is('POST', 'eviction')) return evictPod(world, call, target);
  if (is('POST', 'token')) return requestToken(world, parts.tokens, { call, target });
  if (is('GET', 'log')) return readPodLog(world, call, target);
  const isReadWrite = ['GET', 'PUT', 'PATCH'].includes(call.method);
  if (isReadWrite && target.subresource === 'scale') return scaleWorkload(objects, call, target);
  if (isReadWrite && target.subresource === 'resize') return resizePod(objects, call, target);
  if (target.subresource !== '' && target.subresource !== 'status') throw methodNotAllowed();
  if (target.name === '') return dispatchCollection(objects, call, target);
  switch (call.method) {
    case 'GET':
      return readObject(objects, call, target);
    case 'PUT':
      return updateObject(objects, call, target);
    case 'PATCH':
      return patchObject(objects, call, target);
    case 'DELETE':
      if (target.subresource === '') return deleteObject(objects, call, target);
  }
  throw methodNotAllowed();
}

function dispatchCollection(objects: World['objects'], call: Call, target: Target): Answer {
  const isWhole = resourceType(target.resource).isNamespaced && target.namespace === '';
  if (call.method === 'GET') return readList(objects, call, target);
  if (isWhole) throw methodNotAllowed();
  if (call.method === 'POST') return createObject(objects, call, target);
  if (call.method !== 'DELETE') throw methodNotAllowed();
  const items = objects
    .list(target.resource, target.namespace === '' ? undefined : target.namespace)
    .filter(selectorOf(target.resource, call.query));
  return deleteCollection(objects, call, { target, items });
}

function methodNotAllowed(): ApiFailure {
  return new ApiFailure(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
}
