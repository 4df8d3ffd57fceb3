import type { ServerResponse } from 'node:http';
import { ApiFailure } from '../api-failure.ts';
import { type JsonObject, objectAt } from '../json.ts';
import { resourceType } from '../resources.ts';
import type { ApiObject, Change, ObjectStore } from '../world.ts';
import type { Call, Target } from './call.ts';
import { unreadableVersion } from './failures.ts';
import type { History } from './history.ts';
import { type Form, formOf, shown } from './presentation.ts';
import { type Selector, selectorOf } from './selectors.ts';

/** What a watch is served from. */
export interface WatchParts {
  readonly objects: ObjectStore;
  readonly history: History;
  /** How often a quiet watch gets a bookmark, in ms of the machine: a client's patience is of its own clock. */
  readonly bookmarkMs: number;
}

/** A client that names no end is sent away after this long, as the API server does. */
const LONGEST_WATCH_SECONDS = 1800;

type Frame = { readonly type: string; readonly object: JsonObject };

/** Serves a watch until its time is over or the client goes. Throws 500 (as the API server does) for a resourceVersion that cannot be read. */
export function serveWatch(parts: WatchParts, { call, target }: { call: Call; target: Target }, response: ServerResponse): void {
  const from = versionOf(call.query.get('resourceVersion'));
  const matches = selectorOf(target.resource, call.query);
  const form = formOf(call.accept);
  const view = viewOf(target, matches, form);
  const start = beginning(parts, { from, target, matches, wantsState: isOn(call, 'sendInitialEvents') });
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' });
  response.flushHeaders();
  const send = (frames: readonly Frame[]) => {
    for (const frame of frames) response.write(`${JSON.stringify(frame)}\n`);
  };
  if (start === undefined) {
    send([{ type: 'ERROR', object: tooOld(from, parts.history.oldest()) }]);
    response.end();
    return;
  }
  send([...start.state.map((object) => ({ type: 'ADDED', object: shown(object, form) })), ...start.missed.flatMap(view)]);
  const bookmark = () => bookmarkOf(parts, target, form);
  if (start.endsWithBookmark) send([withAnnotation(bookmark(), 'k8s.io/initial-events-end')]);
  const stop = parts.objects.onChange((change) => send(view(change)));
  const bookmarks = isOn(call, 'allowWatchBookmarks') ? () => send([bookmark()]) : () => undefined;
  endWith(response, { stop, bookmarks, everyMs: parts.bookmarkMs, seconds: Number(call.query.get('timeoutSeconds')) });
}

interface Ending {
  readonly stop: () => void;
  readonly bookmarks: () => void;
  readonly everyMs: number;
  readonly seconds: number;
}

function endWith(response: ServerResponse, { stop, bookmarks, everyMs, seconds }: Ending): void {
  const regular = setInterval(bookmarks, everyMs);
  const end = setTimeout(
    () => {
      bookmarks();
      response.end();
    },
    (seconds || LONGEST_WATCH_SECONDS) * 1000,
  );
  response.on('close', () => {
    stop();
    clearInterval(regular);
    clearTimeout(end);
  });
}

function isOn(call: Call, parameter: string): boolean {
  return ['1', 'true'].includes(call.query.get(parameter) ?? '');
}

function bookmarkOf({ objects }: WatchParts, target: Target, form: Form): Frame {
  const metadata = { resourceVersion: String(objects.resourceVersion()), creationTimestamp: null };
  return { type: 'BOOKMARK', object: { ...kindOf(target, form), metadata } };
}

function withAnnotation({ type, object }: Frame, annotation: string): Frame {
  return { type, object: { ...object, metadata: { ...objectAt(object, 'metadata'), annotations: { [annotation]: 'true' } } } };
}

function kindOf(target: Target, form: Form): JsonObject {
  if (form === 'metadata') return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1' };
  const { group, version, kind } = resourceType(target.resource);
  return { kind, apiVersion: group === '' ? version : `${group}/${version}` };
}

function versionOf(text: string | null): number | undefined {
  if (!text) return undefined;
  const version = Number(text);
  if (!Number.isInteger(version) || version < 0) throw new ApiFailure(500, '', unreadableVersion(text));
  return version;
}

interface Beginning {
  readonly from: number | undefined;
  readonly target: Target;
  readonly matches: Selector;
  readonly wantsState: boolean;
}
interface Start {
  readonly state: readonly ApiObject[];
  readonly missed: readonly Change[];
  readonly endsWithBookmark: boolean;
}

/** What is sent first: all that stands, or what happened since; undefined when too much is forgotten. */
function beginning(parts: WatchParts, { from, target, matches, wantsState }: Beginning): Start | undefined {
  if (!from || wantsState) {
    const state = parts.objects.list(target.resource, target.namespace === '' ? undefined : target.namespace).filter(matches);
    return {
      state: target.name === '' ? state : state.filter((one) => one.metadata.name === target.name),
      missed: [],
      endsWithBookmark: wantsState,
    };
  }
  const missed = parts.history.since(from);
  return missed && { state: [], missed, endsWithBookmark: false };
}

function tooOld(from: number | undefined, oldest: number): JsonObject {
  const message = `too old resource version: ${from} (${oldest})`;
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason: 'Expired', code: 410 };
}

/** How a write looks through the watch's selector: what comes into it is added, what leaves it is deleted. */
function viewOf(target: Target, matches: Selector, form: Form): (change: Change) => readonly Frame[] {
  return ({ type, resource, object, before, resourceVersion }) => {
    if (resource !== target.resource || !isWithin(target, object)) return [];
    const [was, is] = [before !== undefined && matches(before), type !== 'DELETED' && matches(object)];
    if (is) return [{ type: was ? 'MODIFIED' : 'ADDED', object: shown(object, form) }];
    if (!was || !before) return [];
    const last = type === 'DELETED' ? object : { ...before, metadata: { ...before.metadata, resourceVersion: String(resourceVersion) } };
    return [{ type: 'DELETED', object: shown(last, form) }];
  };
}

function isWithin(target: Target, { metadata }: ApiObject): boolean {
  return [undefined, '', metadata.namespace].includes(target.namespace) && ['', metadata.name].includes(target.name);
}
