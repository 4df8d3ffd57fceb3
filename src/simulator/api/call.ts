import type { JsonValue } from '../json.ts';
import type { ResourceName } from '../resources.ts';

/** Who asks. */
export interface User {
  readonly username: string;
  readonly uid: string;
  readonly groups: readonly string[];
}

/** What a path names: a collection (no name), an object, or a subresource of it. */
export interface Target {
  readonly resource: ResourceName;
  /** '' for resources of the cluster, and for a collection over all namespaces. */
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
}

/** One request, read once. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly accept: string;
  readonly contentType: string;
  readonly userAgent: string;
  /** The raw body; '' when there is none. */
  readonly body: string;
  readonly user: User;
}

/** A whole answer; a text body goes out as it is. */
export interface Answer {
  readonly status: number;
  readonly body: JsonValue;
  readonly headers?: Readonly<Record<string, string>>;
}
