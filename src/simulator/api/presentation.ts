import type { JsonObject } from '../json.ts';
import type { ApiObject } from '../world.ts';

/** In which form a client takes objects: whole, or their metadata only. */
export type Form = 'whole' | 'metadata';

/** The form of an Accept header; tables are not made, for every client takes plain JSON too. */
export function formOf(accept: string): Form {
  const first = accept.split(',')[0] ?? '';
  return /as=PartialObjectMetadata(List)?/.test(first) ? 'metadata' : 'whole';
}

/** One object in this form. */
export function shown(object: ApiObject, form: Form): JsonObject {
  if (form === 'whole') return object;
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata };
}

/** One object of a list in this form: items of a whole list carry neither kind nor version. */
export function shownInList(object: ApiObject, form: Form): JsonObject {
  if (form === 'metadata') return shown(object, form);
  const { apiVersion: _apiVersion, kind: _kind, ...item } = object;
  return item;
}
