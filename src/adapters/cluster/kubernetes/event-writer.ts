import { hostname } from 'node:os';
import { CoreError } from '../../../core/errors.ts';
import type { ResourceRef } from '../../../core/model/resource.ts';
import type { Json } from '../../../core/model/write.ts';
import type { Api } from './api.ts';
import { type ApiAnswer, ApiError, errorOfAnswer, statusOf } from './api-error.ts';
import { collectionPath, kindSourceOf } from './kind-source.ts';

/** By this name our own Kubernetes events are known: they are told to people, and never read as evidence. */
export const EVENT_REPORTER = 'kubemend.dev/kubemend';
/** Kubernetes keeps events of objects without a namespace here. */
const CLUSTER_NAMESPACE = 'default';
const DEADLINE_MS = 5_000;

/** One Kubernetes event about an object; times in epoch milliseconds. */
export interface ObjectEvent {
  /** Chosen once by whoever tells it: the same name is the same event. */
  readonly name: string;
  readonly subject: ResourceRef;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly note: string;
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly annotations: Readonly<Record<string, string>>;
}

/** What became of an event: `missing` is no such namespace or no such event any more, `forbidden` RBAC's word, `refused` any other no. */
export type EventAnswer =
  | { readonly is: 'done' }
  | { readonly is: 'missing' }
  | { readonly is: 'forbidden'; readonly why: string }
  | { readonly is: 'refused'; readonly why: string };

/** Writes Kubernetes events, one request each. Both throw `cluster-unreachable` when the API server does not say what became of it. */
export interface EventWriter {
  /** The same event again is done already. */
  create(event: ObjectEvent): Promise<EventAnswer>;
  /** Sets the count and the last time of an event that was created. */
  recount(event: ObjectEvent): Promise<EventAnswer>;
}

/**
 * Writes core/v1 events with a count, as Kubernetes' own controllers do: `kubectl describe` and `kubectl get events` show them with how
 * often and for how long, and every exporter knows `lastTimestamp`.
 */
export function createEventWriter(api: Api): EventWriter {
  return {
    create: (event) => send(api, { method: 'POST', path: pathOf(event), body: bodyOf(event) }),
    recount: (event) =>
      send(api, {
        method: 'PATCH',
        path: `${pathOf(event)}/${event.name}`,
        body: { count: event.count, lastTimestamp: instantOf(event.lastAt) },
        contentType: 'application/merge-patch+json',
      }),
  };
}

async function send(api: Api, request: Parameters<Api['send']>[0]): Promise<EventAnswer> {
  const answer = await answered(() => api.send({ ...request, deadlineMs: DEADLINE_MS }));
  if (answer.status < 300 || (answer.status === 409 && request.method === 'POST')) return { is: 'done' };
  const error = errorOfAnswer(`${request.method} ${request.path}`, answer);
  if (answer.status === 404 || isEnding(answer)) return { is: 'missing' };
  if (answer.status === 401 || answer.status === 429 || answer.status >= 500) throw unreachable(error);
  // A quota or an admission policy answers 403, too; only RBAC names the verb.
  const isForbidden = answer.status === 403 && /cannot (create|patch) resource "events"/.test(error.message);
  return { is: isForbidden ? 'forbidden' : 'refused', why: error.message };
}

async function answered(work: () => Promise<ApiAnswer>): Promise<ApiAnswer> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof ApiError ? unreachable(error) : error;
  }
}

function unreachable(error: ApiError): CoreError {
  return new CoreError('cluster-unreachable', `${error.message}. 'kubemend doctor' tells what stands in the way`, { cause: error });
}

/** 403, because the namespace is being deleted. */
function isEnding({ body }: ApiAnswer): boolean {
  return statusOf(body)?.causes.some(({ reason }) => reason === 'NamespaceTerminating') ?? false;
}

function pathOf({ subject }: ObjectEvent): string {
  return collectionPath({ apiGroup: '', version: 'v1', plural: 'events' }, subject.namespace ?? CLUSTER_NAMESPACE);
}

function bodyOf({ name, subject, type, reason, note, annotations, ...when }: ObjectEvent): Json {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name, namespace: subject.namespace ?? CLUSTER_NAMESPACE, annotations: { ...annotations } },
    involvedObject: involvedObjectOf(subject),
    type,
    reason,
    message: note,
    count: when.count,
    firstTimestamp: instantOf(when.firstAt),
    lastTimestamp: instantOf(when.lastAt),
    reportingComponent: EVENT_REPORTER,
    reportingInstance: hostname().slice(0, 128),
    source: { component: 'kubemend' },
  };
}

function involvedObjectOf({ apiGroup, kind, namespace, name, uid }: ResourceRef): Json {
  const version = kindSourceOf({ kind, apiGroup })?.version;
  const apiVersion = version && (apiGroup === '' ? version : `${apiGroup}/${version}`);
  return {
    kind,
    name,
    ...(apiVersion && { apiVersion }),
    ...(namespace !== undefined && { namespace }),
    ...(uid !== undefined && { uid }),
  };
}

/** Whole seconds, as these fields have it. */
function instantOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
