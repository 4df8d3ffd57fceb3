import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';

/** One listener to server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
export interface EventStream {
  /** Aborted when the listener has gone, or the stream was ended. */
  readonly signal: AbortSignal;
  /** Sends one event, or a comment when there is no data. A listener that does not take it in time is cut off. */
  send(event: { readonly id?: number; readonly event?: string; readonly data?: unknown }): Promise<void>;
  end(): void;
}

/** Turns the answer into a stream. `patienceMs` is how long a listener may keep us waiting; `closing` ends the stream. */
export function eventStream(reply: FastifyReply, closing: AbortSignal, patienceMs: number): EventStream {
  const { raw } = reply;
  const gone = new AbortController();
  const signal = AbortSignal.any([gone.signal, closing]);
  raw.on('close', () => gone.abort()).on('error', () => gone.abort());
  reply.hijack();
  const headers = {
    ...reply.getHeaders(),
    'content-type': 'text/event-stream; charset=utf-8',
    'x-accel-buffering': 'no',
    connection: 'close',
  };
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) raw.setHeader(name, value);
  raw.writeHead(200);
  raw.flushHeaders();
  return {
    signal,
    async send({ id, event, data }) {
      if (signal.aborted) return;
      const lines =
        data === undefined ? [':'] : [...(id === undefined ? [] : [`id: ${id}`]), `event: ${event}`, `data: ${JSON.stringify(data)}`];
      if (!raw.write(`${lines.join('\n')}\n\n`)) await drained(raw, signal, patienceMs);
    },
    end: () => void raw.end(),
  };
}

/** Waits until what was written has left; who takes too long is cut off, and finds out where to resume by itself. */
async function drained(raw: ServerResponse, signal: AbortSignal, patienceMs: number): Promise<void> {
  const patience = AbortSignal.timeout(patienceMs);
  try {
    await once(raw, 'drain', { signal: AbortSignal.any([signal, patience]) });
  } catch (error) {
    if (!signal.aborted && !patience.aborted) throw error;
    raw.destroy();
  }
}
