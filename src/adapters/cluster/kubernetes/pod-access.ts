import type { Pod } from '../../../core/model/objects.ts';
import type { Clock } from '../../../core/ports.ts';
import { createApi, unreachable } from './api.ts';
import { ApiError, errorOfAnswer } from './api-error.ts';
import { connect } from './connection.ts';
import { collectionPath } from './kind-source.ts';
import { type ExecRequest, execInPod, type RunningCommand } from './pod-exec.ts';
import { fieldsAt, flagAt, listAt } from './projection/fields.ts';
import { projectPod } from './projection/pod.ts';
import type { Access } from './reviews.ts';

/** Which pods: of one name, or all that a label selector matches (`app=cart,tier!=db`, as `kubectl -l` takes it). */
export interface PodQuery {
  readonly namespace: string;
  readonly name?: string | undefined;
  readonly selector?: string | undefined;
}

/** Pods, as the user of the kubeconfig may see them and work in them. Whoever opened it closes it. */
export interface PodAccess {
  readonly server: string;
  readonly user: string;
  readonly context: string;
  /** Whether that user may do this, by the API server's word. Throws `cluster-unreachable` when nobody can say. */
  mayI(wanted: Access): Promise<boolean>;
  /** The pods as they are now, by name. Throws `cluster-unreachable` and `cluster-refused`. */
  pods(query: PodQuery): Promise<readonly Pod[]>;
  /** Starts a command in a container. Throws `cluster-unreachable`. */
  start(request: ExecRequest): Promise<RunningCommand>;
  close(): Promise<void>;
}

/** Opens a cluster for one command of its user: nothing is watched, and no account of ours is used. Throws `bad-kubeconfig`. */
export async function openPodAccess(
  choice: { readonly kubeconfig?: string | undefined; readonly context?: string | undefined; readonly cluster: string },
  clock: Clock,
): Promise<PodAccess> {
  const connection = await connect({ kubeconfig: choice.kubeconfig, context: choice.context, environment: process.env }, clock);
  const api = createApi(connection, clock);
  const project = (raw: unknown) => projectPod(raw, { cluster: choice.cluster, kind: 'Pod', apiGroup: '', keepsManagers: false });
  return {
    server: connection.server.href.replace(/\/$/, ''),
    user: connection.user,
    context: connection.context,
    async mayI({ namespace, ...wanted }) {
      const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
      const spec = { resourceAttributes: { ...wanted, ...(namespace !== undefined && { namespace }) } };
      const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec };
      const answer = await api.send({ method: 'POST', path, body }).catch((error: unknown) => {
        throw unreachable(error);
      });
      if (answer.status >= 300) throw unreachable(errorOfAnswer(`POST ${path}`, answer));
      const status = fieldsAt(answer.body, 'status');
      return flagAt(status, 'allowed') && !flagAt(status, 'denied');
    },
    async pods({ namespace, name, selector }) {
      const path = collectionPath({ apiGroup: '', version: 'v1', plural: 'pods' }, namespace);
      try {
        if (name !== undefined) return [project(await api.read({ path: `${path}/${encodeURIComponent(name)}` }))];
        const list = await api.read({ path, query: { labelSelector: selector } });
        return listAt(list, 'items')
          .map(project)
          .toSorted((a, b) => a.meta.ref.name.localeCompare(b.meta.ref.name));
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return [];
        throw unreachable(error);
      }
    },
    start: (request) => execInPod(connection, request),
    close: () => connection.close(),
  };
}
