import { open } from 'node:fs/promises';
import { z } from 'zod';
import { bed } from './bed.ts';

const Stored = z.looseObject({
  metadata: z.looseObject({ resourceVersion: z.string(), generation: z.number().optional() }),
  spec: z.unknown().optional(),
});
const Line = z.looseObject({
  auditID: z.string(),
  stage: z.string(),
  requestURI: z.string(),
  verb: z.string(),
  /** Without a name when nobody knew who it was (401). */
  user: z.looseObject({ username: z.string().default('') }),
  userAgent: z.string().optional(),
  objectRef: z
    .looseObject({
      resource: z.string().optional(),
      subresource: z.string().optional(),
      apiGroup: z.string().optional(),
      namespace: z.string().optional(),
      name: z.string().optional(),
    })
    .optional(),
  responseStatus: z.looseObject({ code: z.number(), message: z.string().optional() }).optional(),
  requestObject: z.unknown().optional(),
  responseObject: z.unknown().optional(),
  requestReceivedTimestamp: z.iso.datetime({ offset: true }),
});

/** One request as the API server recorded it. */
export interface AuditedRequest {
  readonly id: string;
  readonly at: number;
  readonly user: string;
  /** What the client calls itself: `kubemend` for the product, nothing for the client of these tests. */
  readonly agent: string;
  readonly verb: string;
  /** `apps/deployments`, `core/pods/eviction`; empty for a non-resource URL. */
  readonly resource: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly uri: string;
  /** 0 while a watch has not ended. */
  readonly code: number;
  readonly dryRun: boolean;
  /** It was answered with success, was no dry run and left the object other than it was (in doubt: true). */
  readonly effective: boolean;
  readonly request: unknown;
  readonly response: unknown;
}

/** What to look for; all that is named must hold. */
export interface AuditFilter {
  /** A user name, or how one ends (`:actor`). */
  readonly user?: string;
  readonly verbs?: readonly string[];
  readonly resource?: string;
  readonly namespace?: string;
  readonly name?: string;
  /** Epoch milliseconds. */
  readonly since?: number;
  readonly effective?: true;
}

/** What was read of the file so far: it only grows, until it is rotated. */
interface Progress {
  offset: number;
  readonly requests: Map<string, AuditedRequest>;
  readonly seen: Set<string>;
}
let progress: Promise<Progress> = Promise.resolve(nothingRead());

/** The requests that the API server recorded, oldest first. Reads and writes; see `config/audit-policy.yaml` for what is left out. */
export async function auditLog(filter: AuditFilter = {}): Promise<readonly AuditedRequest[]> {
  progress = progress.catch(nothingRead).then(readOn);
  const { requests } = await progress;
  return [...requests.values()].filter((request) => meets(request, filter)).sort((a, b) => a.at - b.at);
}

async function readOn(before: Progress): Promise<Progress> {
  const file = await open((await bed()).auditLog);
  try {
    const now = (await file.stat()).size < before.offset ? nothingRead() : before;
    const chunk = Buffer.alloc(16 << 20);
    for (;;) {
      const { bytesRead } = await file.read(chunk, 0, chunk.length, now.offset);
      const end = chunk.subarray(0, bytesRead).lastIndexOf(0x0a) + 1; // whole lines only: the last one may still be being written
      if (end === 0) return now;
      for (const text of chunk.toString('utf8', 0, end - 1).split('\n')) take(Line.parse(JSON.parse(text)), now);
      now.offset += end;
    }
  } finally {
    await file.close();
  }
}

function nothingRead(): Progress {
  return { offset: 0, requests: new Map(), seen: new Set() };
}

function take(line: z.infer<typeof Line>, { requests, seen }: Progress): void {
  if (line.stage !== 'ResponseStarted' || line.verb === 'watch') requests.set(line.auditID, read(line, seen));
}

/** The effective writes of a user: what a test counts as acts. Tokens, reviews and its own Lease change nothing of anybody's. */
export async function actsOf(user: string, since: number): Promise<readonly AuditedRequest[]> {
  const bookkeeping = /serviceaccounts\/token$|reviews$|^coordination\.k8s\.io\/leases$|events$/;
  return (await auditLog({ user, since, effective: true })).filter((request) => !bookkeeping.test(request.resource));
}

function read(line: z.infer<typeof Line>, seen: Set<string>): AuditedRequest {
  const { resource = '', subresource, apiGroup, namespace, name } = line.objectRef ?? {};
  const path = `${apiGroup || 'core'}/${resource}${subresource ? `/${subresource}` : ''}`;
  const code = line.responseStatus?.code ?? 0;
  const dryRun = isDryRun(line);
  const isWrite = !['get', 'list', 'watch'].includes(line.verb) && resource !== '';
  return {
    id: line.auditID,
    at: Date.parse(line.requestReceivedTimestamp),
    user: line.user.username,
    agent: line.userAgent ?? '',
    verb: line.verb,
    resource: resource === '' ? '' : path,
    namespace,
    name,
    uri: line.requestURI,
    code,
    dryRun,
    effective: isWrite && code >= 200 && code < 300 && !dryRun && isNew(line, seen),
    request: line.requestObject,
    response: line.responseObject,
  };
}

function isDryRun(line: z.infer<typeof Line>): boolean {
  if (new URL(line.requestURI, 'https://server').searchParams.has('dryRun')) return true;
  const Own = z.looseObject({ dryRun: z.array(z.string()).min(1) });
  const Evicting = z.looseObject({ deleteOptions: Own });
  return Own.safeParse(line.requestObject).success || Evicting.safeParse(line.requestObject).success;
}

/**
 * A patch that changes nothing is answered 200 with the resourceVersion of an earlier answer; or, when a controller has written the
 * status in between, with the same generation, spec and metadata. In doubt it counts as new.
 */
function isNew(line: z.infer<typeof Line>, seen: Set<string>): boolean {
  const stored = Stored.safeParse(line.responseObject);
  if (!stored.success) return true;
  const { resourceVersion, managedFields: _, ...metadata } = stored.data.metadata;
  const { resource, subresource, namespace, name } = line.objectRef ?? {};
  const object = [resource, subresource, namespace, name].join('/');
  const content = metadata.generation === undefined ? resourceVersion : JSON.stringify([metadata, stored.data.spec]);
  const states = [`${object} ${resourceVersion}`, `${object} ${content}`];
  const isFirst = !states.some((state) => seen.has(state));
  for (const state of states) seen.add(state);
  return isFirst;
}

function meets(request: AuditedRequest, filter: AuditFilter): boolean {
  return (
    (filter.user === undefined || request.user.endsWith(filter.user)) &&
    (filter.verbs === undefined || filter.verbs.includes(request.verb)) &&
    (filter.resource === undefined || request.resource === filter.resource) &&
    (filter.namespace === undefined || request.namespace === filter.namespace) &&
    (filter.name === undefined || request.name === filter.name) &&
    (filter.since === undefined || request.at >= filter.since) &&
    (filter.effective === undefined || request.effective)
  );
}
