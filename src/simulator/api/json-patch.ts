import { ApiFailure } from '../api-failure.ts';
import { isObject, isSame, type JsonObject, type JsonValue } from '../json.ts';
import { badRequest } from './failures.ts';

/** Applies a JSON patch (RFC 6902). Throws 400 when it is none, and 422 when it does not fit the document. */
export function applyJsonPatch(document: JsonObject, patch: JsonValue): JsonObject {
  if (!Array.isArray(patch)) throw badRequest('error decoding patch: a JSON patch is a list of operations');
  let result: JsonValue = structuredClone(document);
  for (const operation of patch) result = applied(result, operation);
  if (!isObject(result)) throw badRequest('the patch leaves no object');
  return result;
}

function applied(document: JsonValue, operation: JsonValue): JsonValue {
  if (!isObject(operation) || typeof operation.op !== 'string' || typeof operation.path !== 'string') {
    throw badRequest('error decoding patch: an operation needs op and path');
  }
  const { op, path, from } = operation;
  const value = structuredClone(operation.value);
  switch (op) {
    case 'add':
      return put(document, path, need(value, path), true);
    case 'replace': // sets a field that is not there too, as the API server does
      return put(document, path, need(value, path), false);
    case 'remove':
      return without(document, path);
    case 'test':
      if (!isSame(valueAt(document, path) ?? null, value ?? null)) throw unfit(`testing value ${path} failed: test failed`);
      return document;
    case 'move':
    case 'copy': {
      if (typeof from !== 'string') throw badRequest(`error decoding patch: ${op} needs from`);
      const moved = need(structuredClone(valueAt(document, from)), from, op);
      return put(op === 'move' ? without(document, from) : document, path, moved, true);
    }
    default:
      throw unfit(`Unexpected kind: ${op}`);
  }
}

function unfit(_why: string): ApiFailure {
  return new ApiFailure(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
}

function need(value: JsonValue | undefined, path: string, op = 'add'): JsonValue {
  if (value === undefined) throw unfit(`${op} operation does not apply: doc is missing path: ${path}: missing value`);
  return value;
}

function stepsOf(path: string): string[] {
  if (path === '') return [];
  return path
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function valueAt(document: JsonValue, path: string): JsonValue | undefined {
  let here: JsonValue | undefined = document;
  for (const step of stepsOf(path)) {
    if (Array.isArray(here)) here = here[Number(step)];
    else if (isObject(here)) here = here[step];
    else return undefined;
  }
  return here;
}

function parentAt(document: JsonValue, path: string): { readonly parent: JsonValue; readonly last: string } {
  const steps = stepsOf(path);
  const last = steps.pop() ?? '';
  const parent = valueAt(document, steps.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''));
  if (!Array.isArray(parent) && !isObject(parent)) throw unfit(`doc is missing path: ${path}`);
  return { parent, last };
}

/** Changes the document, which is a copy already; the whole document is replaced by the path ''. */
function put(document: JsonValue, path: string, value: JsonValue, isAdd: boolean): JsonValue {
  if (path === '') return value;
  const { parent, last } = parentAt(document, path);
  if (Array.isArray(parent)) {
    const place = last === '-' ? parent.length : Number(last);
    const end = isAdd ? parent.length : parent.length - 1;
    if (!Number.isInteger(place) || place < 0 || place > end) throw unfit(`index out of range: ${path}`);
    parent.splice(place, isAdd ? 0 : 1, value);
  } else if (isObject(parent)) parent[last] = value;
  return document;
}

function without(document: JsonValue, path: string): JsonValue {
  const { parent, last } = parentAt(document, path);
  if (valueAt(document, path) === undefined) throw unfit(`remove operation does not apply: doc is missing path: ${path}`);
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else if (isObject(parent)) delete parent[last];
  return document;
}
