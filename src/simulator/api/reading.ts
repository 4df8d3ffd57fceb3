import { ApiFailure } from '../api-failure.ts';
import type { JsonObject } from '../json.ts';
import { resourceType } from '../resources.ts';
import type { ApiObject, ObjectStore } from '../world.ts';
import type { Answer, Call, Target } from './call.ts';
import { badRequest, notFound, unreadableVersion } from './failures.ts';
import { formOf, shown, shownInList } from './presentation.ts';
import { selectorOf } from './selectors.ts';

/** Reads one object. */
export function readObject(objects: ObjectStore, call: Call, target: Target): Answer {
  const found = objects.get(target);
  if (!found) throw notFound(target.resource, target.name);
  return { status: 200, body: shown(found, formOf(call.accept)) };
}

interface Place {
  readonly version: number;
  readonly after: string;
}

const idOf = ({ metadata }: ApiObject) => `${metadata.namespace ?? ''}/${metadata.name}`;

/**
 * Reads a collection, by pages of `limit`. Pages after the first are of the world as it is, and a write in between does not show
 * in the resourceVersion of the later ones.
 */
export function readList(objects: ObjectStore, call: Call, target: Target): Answer {
  const matches = selectorOf(target.resource, call.query);
  const place = placeOf(call.query.get('continue'));
  const limit = limitOf(call.query.get('limit'));
  const version = place?.version ?? objects.resourceVersion();
  refuseFuture(call.query.get('resourceVersion'), objects.resourceVersion());
  const all = objects.list(target.resource, target.namespace === '' ? undefined : target.namespace).filter(matches);
  const rest = place ? all.filter((object) => idOf(object) > place.after) : all;
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  const left = rest.length - page.length;
  const next = left > 0 && last ? { continue: tokenOf({ version, after: idOf(last) }) } : {};
  const remaining = left > 0 && !call.query.get('labelSelector') && !call.query.get('fieldSelector') ? { remainingItemCount: left } : {};
  const form = formOf(call.accept);
  const head = listHead(target, form === 'metadata');
  const items = page.map((object) => shownInList(object, form));
  return { status: 200, body: { ...head, metadata: { resourceVersion: String(version), ...next, ...remaining }, items } };
}

function listHead(target: Target, isMetadata: boolean): JsonObject {
  const { group, version, kind } = resourceType(target.resource);
  if (isMetadata) return { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1' };
  return { kind: `${kind}List`, apiVersion: group === '' ? version : `${group}/${version}` };
}

function limitOf(text: string | null): number {
  if (text === null || text === '' || text === '0') return Number.POSITIVE_INFINITY;
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 0) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  return limit;
}

function tokenOf(place: Place): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

function placeOf(token: string | null): Place | undefined {
  if (!token) return undefined;
  try {
    const read: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    if (typeof read === 'object' && read !== null && 'version' in read && 'after' in read) {
      if (typeof read.version === 'number' && typeof read.after === 'string') return { version: read.version, after: read.after };
    }
  } catch {
    throw badRequest('invalid continue token: continue key is not valid: it is no token of this server');
  }
  throw badRequest('invalid continue token: continue key is not valid: it is no token of this server');
}

/** A list of a version that does not exist yet cannot be given. */
function refuseFuture(wanted: string | null, now: number): void {
  if (!wanted) return;
  const version = Number(wanted);
  if (!Number.isInteger(version) || version < 0) {
    throw badRequest(`invalid resource version: ${unreadableVersion(wanted)}`);
  }
  if (version <= now) return;
  const cause = { reason: 'ResourceVersionTooLarge', message: 'Too large resource version' };
  const message = `Timeout: Too large resource version: ${version}, current: ${now}`;
  throw new ApiFailure(504, 'Timeout', message, { causes: [cause], retryAfterSeconds: 1 });
}
