import type { Json } from '../../core/model/write.ts';

/** One field of the pod template that differs between two revisions; `path` names list entries by their name. */
export interface TemplateChange {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** What may be shown: everything else (environment, commands) may hold a secret. */
const showable = /\.(image|resources\.(limits|requests)\.[^.]+)$/;
const place = /^spec\.(containers|initContainers)\[([^\]]+)\]\.(.+)$/;

/**
 * The differences in the `spec` of two pod templates. Metadata does not count: a restart (`kubectl rollout restart`) or a new checksum
 * annotation makes a revision whose pods are told to do the same.
 */
export function templateChanges(before: Json, after: Json): TemplateChange[] {
  const old = flat(before);
  const fresh = flat(after);
  const paths = [...new Set([...old.keys(), ...fresh.keys()])].filter(
    (path) => path.startsWith('spec.') && old.get(path) !== fresh.get(path),
  );
  return paths.map((path) => ({ path, before: old.get(path), after: fresh.get(path) }));
}

/** A change as a clause: `image of container app changed from X to Y`; values are shown for images and resources only. */
export function changeWords({ path, before, after }: TemplateChange): string {
  const [, , container, field = path] = place.exec(path) ?? [];
  const what = container === undefined ? field.replace(/^spec\./, '') : `${field} of container ${container}`;
  if (before === undefined) return `${what} was added`;
  if (after === undefined) return `${what} was removed`;
  return showable.test(path) ? `${what} changed from ${before} to ${after}` : `${what} changed`;
}

/** Whether the template speaks of all these names (of a ConfigMap, a Secret, a key). */
export function mentions(template: Json, names: readonly string[]): boolean {
  const values = new Set(flat(template).values());
  return names.every((name) => values.has(name));
}

function flat(json: Json, path = ''): Map<string, string> {
  if (Array.isArray(json)) return merged(json.map((item, index) => flat(item, `${path}[${nameOf(item) ?? index}]`)));
  if (json !== null && typeof json === 'object')
    return merged(Object.entries(json).map(([key, value]) => flat(value, path === '' ? key : `${path}.${key}`)));
  return new Map([[path, String(json)]]);
}

function nameOf(item: Json): string | undefined {
  const isNamed = item !== null && typeof item === 'object' && !Array.isArray(item);
  return isNamed && typeof item.name === 'string' ? item.name : undefined;
}

function merged(maps: readonly Map<string, string>[]): Map<string, string> {
  return new Map(maps.flatMap((map) => [...map]));
}
