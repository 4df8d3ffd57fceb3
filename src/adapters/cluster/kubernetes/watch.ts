import type { Clock } from '../../../core/ports.ts';
import type { Api } from './api.ts';
import { ApiError, statusOf } from './api-error.ts';
import { linesOf } from './lines.ts';
import type { Collection } from './list.ts';
import { at, numberAt, textAt } from './projection/fields.ts';
import { isOlder } from './resource-version.ts';
import type { Sink } from './sink.ts';
import { startStopwatch } from './stopwatch.ts';
import { StaleWatchError } from './watch-failure.ts';

/** What a watch needs. */
export interface WatchParts {
  readonly api: Api;
  readonly collection: Collection;
  readonly sink: Sink;
  readonly clock: Clock;
  readonly openDeadlineMs: number;
  readonly silenceMs: number;
  /** A watch that ends sooner, with nothing to say, is a server's or proxy's refusal. */
  readonly shortestMs: number;
}

/** One watch: where it begins and how long the server shall keep it open. */
export interface WatchSpan {
  readonly from: string;
  readonly durationMs: number;
  readonly signal: AbortSignal;
}

/**
 * Watches until the server ends the stream in good order; `reached` is called with the resourceVersion of each event and bookmark.
 * Gives whether the watch was of any use. Throws on everything else: a StaleWatchError when a list is needed before the next watch.
 */
export async function watchOnce(parts: WatchParts, span: WatchSpan, reached: (version: string) => void): Promise<boolean> {
  const { api, collection, sink, clock, silenceMs } = parts;
  const controller = new AbortController();
  const stop = () => controller.abort(span.signal.reason);
  span.signal.addEventListener('abort', stop, { once: true });
  if (span.signal.aborted) stop();
  const age = startStopwatch(clock);
  let place = { version: span.from, heard: 0 };
  try {
    const stream = await api.watch({
      path: collection.path,
      query: {
        watch: '1',
        resourceVersion: span.from,
        allowWatchBookmarks: 'true',
        timeoutSeconds: String(Math.max(1, Math.round(span.durationMs / 1000))),
      },
      ...(collection.watchAs !== undefined && { accept: collection.watchAs }),
      deadlineMs: parts.openDeadlineMs,
      signal: controller.signal,
    });
    for await (const line of linesOf(unlessSilent(stream, { clock, silenceMs, controller }))) {
      place = { version: apply(parsed(line), place.version, sink), heard: place.heard + 1 };
      reached(place.version);
    }
    return place.heard > 0 || age() >= parts.shortestMs;
  } finally {
    span.signal.removeEventListener('abort', stop);
    controller.abort();
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new StaleWatchError(`the watch sent a line that is no JSON: ${line.slice(0, 60)}`);
  }
}

/** Applies one event and gives the resourceVersion that the stream has reached with it. */
function apply(event: unknown, version: string, sink: Sink): string {
  const type = textAt(event, 'type');
  const object = at(event, 'object');
  if (type === 'ERROR') throw errorOf(object);
  const next = textAt(object, 'metadata', 'resourceVersion');
  if (next === undefined) throw new StaleWatchError(`the watch sent an event without a resourceVersion (${type ?? 'no type'})`);
  if (isOlder(next, version)) throw new StaleWatchError(`the watch went back from resourceVersion ${version} to ${next}`);
  if (type === 'ADDED' || type === 'MODIFIED') sink.put(object);
  else if (type === 'DELETED') sink.remove(object);
  else if (type !== 'BOOKMARK') throw new StaleWatchError(`the watch sent an event of unknown type ${type ?? ''}`);
  return next;
}

/** Whatever else the server ends a watch with, events may be lost. */
function errorOf(object: unknown): Error {
  const code = numberAt(object, 'code');
  const message = `the watch ended with ${code ?? 'an error'}: ${statusOf(object)?.message ?? JSON.stringify(object)?.slice(0, 200)}`;
  return code === 410 ? new ApiError(message, { status: code, body: object }) : new StaleWatchError(message);
}

interface SilenceLimit {
  readonly clock: Clock;
  readonly silenceMs: number;
  readonly controller: AbortController;
}

/** Passes the chunks on and aborts when none came for `silenceMs`: a half-open connection says nothing and never ends. */
async function* unlessSilent(chunks: AsyncIterable<Uint8Array>, limit: SilenceLimit): AsyncIterable<Uint8Array> {
  let sinceChunk = startStopwatch(limit.clock);
  const guard = watchSilence(limit, () => sinceChunk());
  try {
    for await (const chunk of chunks) {
      sinceChunk = startStopwatch(limit.clock);
      yield chunk;
    }
  } finally {
    limit.controller.abort();
    await guard;
  }
}

async function watchSilence({ clock, silenceMs, controller }: SilenceLimit, sinceChunk: () => number): Promise<void> {
  while (!controller.signal.aborted) {
    const leftMs = silenceMs - sinceChunk();
    if (leftMs <= 0) return controller.abort(new Error(`the watch said nothing for ${silenceMs} ms`));
    await clock.sleep(leftMs, controller.signal).catch(() => undefined);
  }
}
