import { CoreError } from '../../../core/errors.ts';
import { resourceName } from '../../../core/model/resource.ts';
import type { ClusterWrite } from '../../../core/model/write.ts';
import type { ClusterPreview, ClusterWriter, Stamp, WriteAnswer } from '../../../core/ports.ts';
import type { Api } from './api.ts';
import type { ApiAnswer } from './api-error.ts';
import { readLive, sourceFor } from './live.ts';
import { textAt, textsAt } from './projection/fields.ts';
import { writeAnswerOf } from './write-answer.ts';
import { type PinnedWrite, requestOf } from './write-request.ts';

/** As whom writes are sent. */
export interface WriteIdentity {
  /** The token to send with; undefined for the own identity. Throws a CoreError when it cannot be had just now. */
  token(): Promise<string | undefined>;
  /** The API server did not accept this token. */
  reject(token: string): void;
}

/** What the writer needs. */
export interface WriterParts {
  readonly api: Api;
  readonly cluster: string;
  readonly identity: WriteIdentity;
  /** The epoch of our leadership now; a write stamped with another is not sent. */
  readonly epoch: () => number | undefined;
  /** Why this server cannot do what the write asks; undefined when it can. */
  readonly missing: (write: ClusterWrite) => string | undefined;
}

const WRITE_DEADLINE_MS = 10_000;

/** The writer and its dry-run twin. Each sends its write exactly once and never again by itself. */
export function createWriter(parts: WriterParts): ClusterWriter & ClusterPreview {
  return {
    async write(write, resourceVersion, stamp) {
      const epoch = parts.epoch();
      if (epoch !== stamp.epoch)
        return { is: 'changed', why: `we no longer lead in epoch ${stamp.epoch} (now: ${epoch ?? 'not leading'})` };
      return send(parts, pinned(write, resourceVersion, stamp, false));
    },
    tryOut: (write, resourceVersion, stamp) => send(parts, pinned(write, resourceVersion, stamp, true)),
  };
}

type Draft = Omit<PinnedWrite, 'uid'>;
function pinned(write: ClusterWrite, resourceVersion: string, stamp: Stamp, isDryRun: boolean): Draft {
  return { write, resourceVersion, stamp, isDryRun };
}

async function send(parts: WriterParts, draft: Draft): Promise<WriteAnswer> {
  const { target } = draft.write;
  const { uid } = target;
  if (uid === undefined || draft.resourceVersion === '')
    return { is: 'refused', why: `${resourceName(target)} is not pinned to a uid and a resourceVersion` };
  const missing = parts.missing(draft.write);
  if (missing !== undefined) return { is: 'refused', why: missing };
  const source = sourceFor(target, parts.cluster);
  const annotations = await annotationsFor(parts, draft);
  if (annotations === undefined) return { is: 'changed', why: `${resourceName(target)} is not the one that was seen` };
  const token = await parts.identity.token();
  if (!draft.isDryRun && parts.epoch() !== draft.stamp.epoch) return { is: 'changed', why: 'we ceased to lead' };
  const request = requestOf({ ...draft, uid }, source, annotations);
  const what = `${draft.write.verb} ${resourceName(target)}`;
  const answer = await answered(what, () => parts.api.send({ ...request, token, deadlineMs: WRITE_DEADLINE_MS }));
  if (answer.status === 401 && token !== undefined) parts.identity.reject(token);
  return writeAnswerOf(what, answer);
}

/** A template write sets the whole annotations map, which may be missing; the pin on the resourceVersion keeps it true until then. */
async function annotationsFor(parts: WriterParts, { write, resourceVersion }: Draft): Promise<Record<string, string> | undefined> {
  if (write.verb !== 'replace-template') return {};
  const raw = await readLive(parts.api, write.target, parts.cluster);
  return textAt(raw, 'metadata', 'resourceVersion') === resourceVersion ? textsAt(raw, 'metadata', 'annotations') : undefined;
}

async function answered(what: string, work: () => Promise<ApiAnswer>): Promise<ApiAnswer> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CoreError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new CoreError('cluster-unreachable', `${what}: it is not known whether it took effect: ${why}`, { cause: error });
  }
}
