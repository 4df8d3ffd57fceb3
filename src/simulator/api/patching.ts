import { ApiFailure } from '../api-failure.ts';
import { isObject, type JsonObject, type JsonValue } from '../json.ts';
import type { Call } from './call.ts';
import { badRequest, notModelled } from './failures.ts';
import { applyJsonPatch } from './json-patch.ts';
import { applyMergePatch } from './merge-patch.ts';
import { applyStrategicMergePatch } from './strategic-merge-patch.ts';

const types = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
  'application/apply-patch+cbor',
];

/** How a PATCH request changes a document. Throws 400 and 415 when the request is no patch, and 501 for server-side apply. */
export function patchOf(call: Call): (document: JsonObject) => JsonObject {
  const type = call.contentType.split(';')[0]?.trim() ?? '';
  if (!types.includes(type)) {
    throw new ApiFailure(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
  }
  if (type.startsWith('application/apply')) throw notModelled('server-side apply');
  const patch = parsedPatch(call.body);
  if (type === 'application/json-patch+json') return (document) => applyJsonPatch(document, patch);
  if (!isObject(patch)) throw badRequest('error decoding patch: a merge patch is an object');
  const apply = type === 'application/merge-patch+json' ? applyMergePatch : applyStrategicMergePatch;
  return (document) => apply(document, patch);
}

function parsedPatch(text: string): JsonValue {
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest('error decoding patch: the body is no JSON');
  }
}
