import type { Context } from '../context.ts';
import { CoreError } from '../errors.ts';
import type { Incident } from '../model/incident.ts';
import type { Intent } from '../model/intent.ts';
import type { LiveObject, WriteAnswer } from '../ports.ts';
import { effectOf } from './effect.ts';
import { judge } from './guard.ts';
import { auditOf, end, type Step } from './step.ts';

/** A live read older than this is too old to write by (safety.md, action protocol). */
const READ_MAX_AGE_MS = 1_000;
/** Between two tries of a write that is blocked or got no answer: an eviction is asked for at most once per 10 s (safety.md, G12). */
const RETRY_MS = { evict: 10_000, 'replace-template': 2_000, scale: 2_000, resize: 2_000 } as const;
/** How many sends in a row may go unanswered before a person must look. */
const MAX_UNANSWERED = 2;

/** What the incident becomes when its open intent is decided. */
export interface Course {
  readonly kind: 'act' | 'undo';
  /** The write took effect. */
  applied(incident: Incident, intent: Intent, now: number): Step;
  /** The write did not and will not take effect by us; the world may be looked at again. */
  dropped(incident: Incident, intent: Intent, now: number): Step;
}

/** One intent being carried out. */
interface Deed {
  readonly incident: Incident;
  readonly intent: Intent;
  readonly course: Course;
  readonly context: Context;
  /** When the target was read last. */
  readonly readAt: number;
}

/**
 * Carries an open intent one step further; the same way in the normal run and after a crash. Reads the target live first: if the write
 * is there, it is confirmed and never sent again. If it is not, and nothing else changed, the guards are asked once more and the same
 * pinned write is sent. A second effect is impossible: every send carries the resourceVersion of the first one that got no answer.
 */
export async function perform(incident: Incident, course: Course, context: Context): Promise<Step | undefined> {
  const epoch = context.election.epoch();
  if (epoch === undefined) return undefined;
  const intent = await openIntentOf(incident, context);
  const live = await context.cluster.live(intent.target);
  const deed: Deed = { incident, intent, course, context, readAt: context.clock.now() };
  const known = intent.sends > 0 ? recover(deed, live) : stillFits(deed, live);
  if (known) return known;
  if (deed.readAt >= intent.deadline) return lapsed(deed);
  if (isTooSoon(deed)) return undefined;
  const objection = await standingObjection(deed);
  if (objection !== undefined) return dropped(deed, objection);
  const isStale = context.clock.now() - deed.readAt > READ_MAX_AGE_MS;
  if (!live || isStale) return undefined; // read anew before writing
  return send({ ...deed, intent: pinned(intent, live, epoch) });
}

/** After a send: what the live object says about its effect; undefined when it is safe to send again. */
function recover(deed: Deed, live: LiveObject | undefined): Step | undefined {
  const { incident, intent, course, readAt } = deed;
  const effect = effectOf(intent, live);
  if (effect === 'applied') return course.applied(incident, settle(intent, 'applied', readAt), readAt);
  if (effect === 'unclear') return superseded(deed, 'somebody else has written to it since');
  return intent.unanswered >= MAX_UNANSWERED ? superseded(deed, `${intent.unanswered} sends got no answer`) : undefined;
}

/** Before the first send: the target must be what the plan was made for. */
function stillFits(deed: Deed, live: LiveObject | undefined): Step | undefined {
  if (live && live.specSeen === deed.intent.specSeen) return undefined;
  return dropped(deed, live ? 'its spec has changed' : 'it is gone');
}

function isTooSoon({ intent, readAt }: Deed): boolean {
  return intent.lastSentAt !== undefined && readAt - intent.lastSentAt < RETRY_MS[intent.write.verb];
}

/** What the guards say now; a send that got no answer is finished all the same, for it may be on its way. */
async function standingObjection({ incident, intent, course, context }: Deed): Promise<string | undefined> {
  if (intent.unanswered > 0) return undefined;
  const verdict = await judge(incident, course.kind, context);
  return verdict.decision === 'allow' ? undefined : `not any more: ${verdict.reasons.join('; ')}`;
}

/** A send that got no answer may still arrive, so its successor carries the same pin; any other takes the pin of the read just made. */
function pinned(intent: Intent, live: LiveObject, epoch: number): Intent {
  return intent.unanswered > 0 ? intent : { ...intent, resourceVersion: live.object.meta.resourceVersion, epoch };
}

/** Makes the send durable first, so that a crash right after it is seen; then writes. */
async function send(deed: Deed): Promise<Step> {
  const { incident, context } = deed;
  const { clock, store, writer, log } = context;
  const at = clock.now();
  const intent: Intent = { ...deed.intent, sends: deed.intent.sends + 1, unanswered: deed.intent.unanswered + 1, lastSentAt: at };
  const { actionId, epoch, resourceVersion } = intent;
  await store.commit({ intent, audit: [auditOf(incident, 'sent', at, { actionId, send: intent.sends, resourceVersion, epoch })] });
  let answer: WriteAnswer;
  try {
    answer = await writer.write(intent.write, resourceVersion, { actionId, epoch });
  } catch (error) {
    log.warn('write got no answer', { incident: incident.id, actionId, error: String(error) });
    return { incident: { ...incident, wakeAt: clock.now() + RETRY_MS[intent.write.verb] }, audit: [] };
  }
  return answered({ ...deed, intent }, answer);
}

async function answered(deed: Deed, answer: WriteAnswer): Promise<Step> {
  const { incident, course, context } = deed;
  const now = context.clock.now();
  const intent: Intent = { ...deed.intent, unanswered: 0 };
  switch (answer.is) {
    case 'done': {
      const specAfter = answer.specAfter === undefined ? {} : { specAfter: answer.specAfter };
      return course.applied(incident, { ...settle(intent, 'applied', now), ...specAfter }, now);
    }
    case 'blocked': {
      const wait = Math.max(RETRY_MS[intent.write.verb], answer.retryAfterMs);
      const refusal = auditOf(incident, 'denied', now, { reasons: [`API server: ${answer.why}`], retryMs: wait });
      return { incident: { ...incident, wakeAt: now + wait }, intent: { ...intent, note: answer.why }, audit: [refusal] };
    }
    case 'refused': {
      const ended = end(incident, 'escalated', `the API server refused the write: ${answer.why}`, now);
      return { ...ended, intent: settle(intent, 'void', now, answer.why) };
    }
    case 'changed':
      return changed({ ...deed, intent }, answer.why);
  }
}

/**
 * The object is not what it was at our read. After an unanswered send that may be our own effect, so it is read off the object. When only
 * its status has moved, the intent still fits: it stays open and is taken up from a new read, with the guards asked again.
 */
async function changed(deed: Deed, why: string): Promise<Step> {
  const { incident, intent, course, context } = deed;
  const live = await context.cluster.live(intent.target);
  const now = context.clock.now();
  if (intent.sends > 1 && effectOf(intent, live) === 'applied') return course.applied(incident, settle(intent, 'applied', now), now);
  if (live?.specSeen !== intent.specSeen) return dropped(deed, why);
  const again = { incident: { ...incident, wakeAt: now + RETRY_MS[intent.write.verb] }, intent: { ...intent, note: why } };
  return { ...again, audit: [auditOf(incident, 'void', now, { why, send: intent.sends })] };
}

function settle(intent: Intent, state: Intent['state'], now: number, note?: string): Intent {
  return { ...intent, state, endedAt: now, ...(note !== undefined && { note }) };
}

function dropped({ incident, intent, course, context }: Deed, why: string): Step {
  const now = context.clock.now();
  return course.dropped(incident, settle(intent, 'void', now, why), now);
}

function superseded({ incident, intent, readAt }: Deed, why: string): Step {
  const ended = end(incident, 'escalated', `it cannot be told whether the act took effect: ${why}`, readAt);
  return {
    ...ended,
    intent: settle(intent, 'superseded', readAt, why),
    audit: [auditOf(incident, 'superseded', readAt, { why }), ...ended.audit],
  };
}

function lapsed({ incident, intent, readAt }: Deed): Step {
  const why = intent.note ?? 'no try came through';
  const ended = end(incident, 'escalated', `not done within ${Math.round((intent.deadline - intent.at) / 1000)} s: ${why}`, readAt);
  return { ...ended, intent: settle(intent, 'void', readAt, why) };
}

async function openIntentOf(incident: Incident, { store }: Pick<Context, 'store'>): Promise<Intent> {
  const intent = incident.actionId === undefined ? undefined : await store.intent(incident.actionId);
  if (intent) return intent;
  const missing = incident.actionId ?? '(none)';
  throw new CoreError('corrupt-incident', `incident ${incident.id} is ${incident.phase} and its intent ${missing} is not in the store`);
}
