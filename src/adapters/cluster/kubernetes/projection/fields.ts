/** Readers for JSON of unknown shape: each answers "not there" instead of throwing. */

/** A JSON object. */
export type Fields = Readonly<Record<string, unknown>>;

/** Whether the value is a JSON object. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at the end of a path of field names; undefined when the path breaks off. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const name of path) {
    if (!isFields(found) || !Object.hasOwn(found, name)) return undefined;
    found = found[name];
  }
  return found;
}

/** The JSON object at the end of a path; an empty one when there is none. */
export function fieldsAt(value: unknown, ...path: readonly string[]): Fields {
  const found = at(value, ...path);
  return isFields(found) ? found : {};
}

/** The list at the end of a path; an empty one when there is none. */
export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** The text at the end of a path; undefined when it is missing, empty or no text. */
export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = at(value, ...path);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

/** The finite number at the end of a path. */
export function numberAt(value: unknown, ...path: readonly string[]): number | undefined {
  const found = at(value, ...path);
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
}

/** Whether the value at the end of a path is `true`. */
export function flagAt(value: unknown, ...path: readonly string[]): boolean {
  return at(value, ...path) === true;
}

/** The RFC 3339 time at the end of a path, in epoch milliseconds. */
export function instantAt(value: unknown, ...path: readonly string[]): number | undefined {
  const found = textAt(value, ...path);
  const instant = found === undefined ? Number.NaN : Date.parse(found);
  return Number.isNaN(instant) ? undefined : instant;
}

/** The map of texts at the end of a path, without values that are no text. */
export function textsAt(value: unknown, ...path: readonly string[]): Record<string, string> {
  const found = Object.entries(fieldsAt(value, ...path));
  return Object.fromEntries(found.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** The texts of the list at the end of a path. */
export function textListAt(value: unknown, ...path: readonly string[]): string[] {
  return listAt(value, ...path).filter((item) => typeof item === 'string');
}
