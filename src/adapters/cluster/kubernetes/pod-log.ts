import type { Api } from './api.ts';

/** Which lines of which container are asked for. */
export interface PodLogRequest {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** Of the run before the present one; such a log ends by itself. */
  readonly previous?: boolean;
  /** Goes on with what is written from now on, until the container ends. */
  readonly follow?: boolean;
  /** Only what was written at or after this instant, epoch milliseconds; whole seconds to the API. */
  readonly since?: number;
  readonly lastLines?: number;
  readonly signal: AbortSignal;
}

/**
 * Opens a container's log, each line with its time stamp before it (RFC 3339, nanoseconds). Throws an error with the `status` of the API
 * server's answer, or without one when there was none.
 */
export type OpenPodLog = (request: PodLogRequest) => Promise<AsyncIterable<Uint8Array>>;

/** Reads logs through the API server, as `kubectl logs` does. */
export function createPodLog(api: Api): OpenPodLog {
  return ({ namespace, pod, container, previous = false, follow = false, since, lastLines, signal }) =>
    api.passThrough({
      path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log`,
      query: {
        container,
        timestamps: 'true',
        previous: previous ? 'true' : undefined,
        follow: follow ? 'true' : undefined,
        sinceTime: since === undefined ? undefined : new Date(Math.floor(since / 1000) * 1000).toISOString(),
        tailLines: lastLines === undefined ? undefined : String(lastLines),
      },
      accept: '*/*',
      signal,
    });
}
