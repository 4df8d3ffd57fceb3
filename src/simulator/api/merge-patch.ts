import { isObject, type JsonObject, type JsonValue } from '../json.ts';

/** Applies a JSON merge patch (RFC 7386): null takes a field away, a list replaces a list. */
export function applyMergePatch(document: JsonObject, patch: JsonObject): JsonObject {
  const result: JsonObject = { ...document };
  for (const [field, value] of Object.entries(patch)) {
    if (value === null || value === undefined) delete result[field];
    else result[field] = mergedValue(result[field], value);
  }
  return result;
}

function mergedValue(known: JsonValue | undefined, value: JsonValue): JsonValue {
  if (!isObject(value)) return structuredClone(value);
  return applyMergePatch(isObject(known) ? known : {}, value);
}
