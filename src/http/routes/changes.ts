import { z } from 'zod';
import { auditPage, newestAuditSeq } from '../../app/api/audit-page.ts';
import { masked } from '../../app/api/masked.ts';
import type { Clock, Logger, Store } from '../../core/ports.ts';
import { type EventStream, eventStream } from '../event-stream.ts';
import { Refusal } from '../refusal.ts';
import { type Call, type Caller, callerOf, inputOf, nothing, type Route } from '../route.ts';

/** How listeners are treated; all in milliseconds but the numbers of listeners. */
export interface ListeningLimits {
  /** The store is looked at for new rows so often: other processes write to it too. */
  readonly lookMs: number;
  /** After so long without anything to say a comment is sent. */
  readonly heartbeatMs: number;
  /** Who does not take what is sent for so long is cut off. */
  readonly patienceMs: number;
  readonly listeners: number;
  readonly listenersPerName: number;
}

/** The limits of an entrance. */
export const listeningLimits: ListeningLimits = {
  lookMs: 500,
  heartbeatMs: 15_000,
  patienceMs: 10_000,
  listeners: 64,
  listenersPerName: 8,
};

const BATCH = 100;
const Seq = z.coerce.number().int().min(0);
const input = z.strictObject({ params: nothing, query: z.strictObject({ after: Seq.optional() }), body: nothing });

/** What the changes are told from, and until when. */
export interface ChangesParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  readonly closing: AbortSignal;
}

/** `GET /api/v1/changes`: every audited change of an incident that the caller may view, as it becomes durable. */
export function changesRoute(parts: ChangesParts, limits = listeningLimits): Route {
  const listening = new Map<string, number>();
  return {
    method: 'GET',
    url: '/api/v1/changes',
    rule: { role: 'viewer', over: 'what is told' },
    summary: 'Tells changes of incidents as server-sent events, from now on, after a row, or after Last-Event-ID.',
    input,
    answers: {
      200: {
        description: 'A stream of `event: change`: `id` is the sequence in the audit chain, `data` the audit row as JSON.',
        schema: z.string(),
        type: 'text/event-stream',
      },
    },
    async handle(call) {
      const caller = callerOf(call);
      const { name } = caller.authority;
      demandRoom(listening, name, limits);
      listening.set(name, (listening.get(name) ?? 0) + 1);
      try {
        await listen(call, caller, { ...parts, limits });
      } finally {
        const left = (listening.get(name) ?? 1) - 1;
        if (left > 0) listening.set(name, left);
        else listening.delete(name);
      }
    },
  };
}

function demandRoom(listening: ReadonlyMap<string, number>, name: string, { listeners, listenersPerName }: ListeningLimits): void {
  const all = [...listening.values()].reduce((sum, count) => sum + count, 0);
  if (all < listeners && (listening.get(name) ?? 0) < listenersPerName) return;
  throw new Refusal(503, {
    what: 'too many are listening to changes',
    where: `at most ${listeners}, and ${listenersPerName} of one name`,
    mend: 'close a listener, or read /api/v1/audit from time to time',
    headers: { 'retry-after': '30' },
  });
}

type Listening = ChangesParts & { readonly limits: ListeningLimits };

async function listen(call: Call, caller: Caller, parts: Listening): Promise<void> {
  const from = await startOf(call, parts.store);
  const stream = eventStream(call.reply, parts.closing, parts.limits.patienceMs);
  try {
    await tell(stream, from, caller, parts);
  } catch (error) {
    if (!stream.signal.aborted) parts.log.warn('listener cut off', { by: caller.authority.name, why: String(error) });
  } finally {
    stream.end();
  }
}

/** Throws `Refusal` 409 for a row that was never written: what is listened for would not come. */
async function startOf({ request }: Call, store: Store): Promise<number> {
  const newest = await newestAuditSeq(store);
  const { query } = inputOf(input, request);
  const header = request.headers['last-event-id'];
  const asked = header === undefined ? query.after : Seq.safeParse(header).data;
  if (header !== undefined && asked === undefined)
    throw new Refusal(400, { what: 'what was sent does not fit', where: 'header Last-Event-ID', mend: 'send the id of an event' });
  if (asked !== undefined && asked > newest)
    throw new Refusal(409, {
      what: `the audit chain ends at row ${newest}: ${asked} is of another one`,
      where: header === undefined ? 'query.after' : 'header Last-Event-ID',
      mend: 'begin again without it',
    });
  return asked ?? newest;
}

/** Reads at the listener's own pace, so nothing piles up here. Who asks is asked about every time: a token may expire meanwhile. */
async function tell(stream: EventStream, from: number, caller: Caller, { store, clock, limits }: Listening): Promise<void> {
  let after = from;
  let saidAt = clock.now();
  await stream.send({});
  while (!stream.signal.aborted) {
    const authority = await caller.again();
    const { rows, readTo, isEnd } = await auditPage({ after, limit: BATCH }, { store, authority });
    for (const row of rows.filter(({ entry }) => entry.incidentId !== undefined)) {
      await stream.send({ id: row.seq, event: 'change', data: masked(row) });
      saidAt = clock.now();
    }
    after = readTo;
    if (clock.now() - saidAt >= limits.heartbeatMs) {
      await stream.send({});
      saidAt = clock.now();
    }
    if (isEnd) await clock.sleep(limits.lookMs, stream.signal);
  }
}
