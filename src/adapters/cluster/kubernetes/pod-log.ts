import type { OpenPodLog } from '../../../core/ports.ts';
import type { Api } from './api.ts';

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
