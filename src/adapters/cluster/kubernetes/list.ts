import type { Api } from './api.ts';
import { ApiError } from './api-error.ts';
import { fieldsAt, listAt, textAt } from './projection/fields.ts';

/** A collection of the API as it is listed and watched. */
export interface Collection {
  readonly path: string;
  readonly listAs?: string;
  readonly watchAs?: string;
}

/** How a list is asked for; without a page size it comes whole. */
export interface ListOptions {
  readonly pageSize: number | undefined;
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

/** Reads a whole collection, page by page, and gives its resourceVersion. Throws an ApiError, or an Error when an answer is no list. */
export async function listAll(api: Api, collection: Collection, options: ListOptions, add: (raw: unknown) => void): Promise<string> {
  let next: string | undefined;
  let version = '';
  do {
    const page = await api.readOnce({
      path: collection.path,
      query: { limit: options.pageSize?.toString(), continue: next },
      ...(collection.listAs !== undefined && { accept: collection.listAs }),
      deadlineMs: options.deadlineMs,
      signal: options.signal,
    });
    version = versionOf(page, collection.path);
    for (const item of listAt(page, 'items')) add(item);
    next = textAt(page, 'metadata', 'continue');
  } while (next !== undefined);
  return version;
}

/** An answer of another shape must not be taken for an empty list. */
function versionOf(page: unknown, path: string): string {
  const version = textAt(page, 'metadata', 'resourceVersion');
  const isList = textAt(page, 'kind')?.endsWith('List') && 'items' in fieldsAt(page);
  if (!isList || version === undefined) throw new ApiError(`GET ${path}: the answer is no list`);
  return version;
}
