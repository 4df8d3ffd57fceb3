/** A JSON value, as the API gives and takes it. */
export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;

/** A JSON object; a field that is undefined is not there. */
export interface JsonObject {
  [field: string]: JsonValue | undefined;
}

/** Whether the value is a JSON object, so neither null nor a list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at a path of field names and list places; undefined where it leads nowhere. */
export function at(value: JsonValue | undefined, ...path: readonly (string | number)[]): JsonValue | undefined {
  let here = value;
  for (const step of path) {
    if (Array.isArray(here) && typeof step === 'number') here = here[step];
    else if (isObject(here)) here = here[step];
    else return undefined;
  }
  return here;
}

/** The text at a path; undefined where there is none. */
export function textAt(value: JsonValue | undefined, ...path: readonly (string | number)[]): string | undefined {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

/** The number at a path; undefined where there is none. */
export function numberAt(value: JsonValue | undefined, ...path: readonly (string | number)[]): number | undefined {
  const found = at(value, ...path);
  return typeof found === 'number' ? found : undefined;
}

/** Whether `true` stands at a path. */
export function flagAt(value: JsonValue | undefined, ...path: readonly (string | number)[]): boolean {
  return at(value, ...path) === true;
}

/** The list at a path; empty where there is none. */
export function listAt(value: JsonValue | undefined, ...path: readonly (string | number)[]): readonly JsonValue[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** The objects of the list at a path; empty where there is none. */
export function objectsAt(value: JsonValue | undefined, ...path: readonly (string | number)[]): readonly JsonObject[] {
  return listAt(value, ...path).filter(isObject);
}

/** The object at a path; an empty one where there is none. */
export function objectAt(value: JsonValue | undefined, ...path: readonly (string | number)[]): JsonObject {
  const found = at(value, ...path);
  return isObject(found) ? found : {};
}

/** The fields of the object at a path whose values are texts, such as labels. */
export function textsAt(value: JsonValue | undefined, ...path: readonly (string | number)[]): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name, text] of Object.entries(objectAt(value, ...path))) if (typeof text === 'string') texts[name] = text;
  return texts;
}

/** Whether two JSON values say the same; the order of fields and fields that are undefined do not count. */
export function isSame(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((value, place) => isSame(value, other[place]));
  }
  if (isObject(one) && isObject(other)) {
    const names = new Set([...Object.keys(one), ...Object.keys(other)]);
    return [...names].every((name) => isSame(one[name], other[name]));
  }
  return one === other;
}
