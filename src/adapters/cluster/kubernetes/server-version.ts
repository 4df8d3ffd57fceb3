import { CoreError } from '../../../core/errors.ts';
import type { ClusterWrite } from '../../../core/model/write.ts';
import { type Api, unreachable } from './api.ts';
import { textAt } from './projection/fields.ts';

/** The API server's version, e.g. `v1.36.3`, and its minor number. */
export interface ServerVersion {
  readonly text: string;
  readonly minor: number;
}

const OLDEST_MINOR = 30;
/** In-place resize through a subresource. */
const RESIZE_MINOR = 33;

/** Asks for the version. Throws `cluster-unreachable`, or `cluster-refused` for a server that is too old. */
export async function readServerVersion(api: Api): Promise<ServerVersion> {
  const raw = await api.read({ path: '/version' }).catch((error: unknown) => {
    throw unreachable(error);
  });
  const text = textAt(raw, 'gitVersion') ?? '';
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(text) ?? [];
  if (major === undefined || minor === undefined)
    throw new CoreError('cluster-unreachable', `the server's version cannot be read: '${text}'. Is it a Kubernetes API server?`);
  if (Number(major) === 1 && Number(minor) < OLDEST_MINOR) {
    throw new CoreError(
      'cluster-refused',
      `the API server is ${text}, and kubemend needs Kubernetes 1.${OLDEST_MINOR} or later. Upgrade the cluster`,
    );
  }
  return { text, minor: Number(minor) };
}

/** Why a server of this version cannot carry out this write; undefined when it can. */
export function missingIn(version: ServerVersion | undefined, write: ClusterWrite): string | undefined {
  if (write.verb !== 'resize' || version === undefined || version.minor >= RESIZE_MINOR) return undefined;
  return `in-place resize needs Kubernetes 1.${RESIZE_MINOR}, and the API server is ${version.text}`;
}
