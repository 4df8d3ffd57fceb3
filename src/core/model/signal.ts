import { z } from 'zod';
import { Cause } from './diagnosis.ts';
import type { Flow } from './flow.ts';
import type { LogLine } from './log-line.ts';
import { KubeObject } from './objects.ts';
import { Reading } from './reading.ts';
import { ResourceRef } from './resource.ts';
import type { SampleBlock } from './samples.ts';
import { ScaleUp } from './scale-up.ts';
import type { SpanStats } from './span-stats.ts';

/** `id` names the signal in evidence lists; `at` is when its source told us, in epoch milliseconds. */
const base = { id: z.string().min(1), subject: ResourceRef, at: z.number() };

/** The state of one object as the API server gave it. */
export const ObjectState = z.strictObject({ signal: z.literal('object'), ...base, object: KubeObject }).readonly();
export type ObjectState = z.infer<typeof ObjectState>;

/** One Kubernetes event; `subject` is its involvedObject, `at` the last time it was seen to happen, `firstAt` the first. */
export const ClusterEvent = z
  .strictObject({
    signal: z.literal('event'),
    ...base,
    type: z.string(),
    reason: z.string(),
    message: z.string(),
    count: z.number(),
    firstAt: z.number(),
    reporter: z.string().optional(),
    fieldPath: z.string().optional(),
  })
  .readonly();
export type ClusterEvent = z.infer<typeof ClusterEvent>;

/** One alert of an alerting system, one per fingerprint and start. */
export const Alert = z
  .strictObject({
    signal: z.literal('alert'),
    ...base,
    fingerprint: z.string(),
    status: z.enum(['firing', 'resolved']),
    name: z.string(),
    labels: z.record(z.string(), z.string()).readonly(),
    annotations: z.record(z.string(), z.string()).readonly(),
    startsAt: z.number(),
    endsAt: z.number().optional(),
    /** The cause that the operator's configuration says this alert stands for. */
    cause: Cause.optional(),
  })
  .readonly();
export type Alert = z.infer<typeof Alert>;

/** Names an alert: the same fingerprint and start are the same alert, however often it is sent. */
export function alertId({ fingerprint, startsAt }: Pick<Alert, 'fingerprint' | 'startsAt'>): string {
  return `alert:${fingerprint}:${startsAt}`;
}

/** A known alert that was heard of again: it keeps its subject and cause, and an end is final, so that a late delivery revives nothing. */
export function heardAgain(known: Alert, again: Alert): Alert {
  const newer = again.at >= known.at || (again.status === 'resolved' && known.status === 'firing') ? again : known;
  const end = known.status === 'resolved' ? known : newer;
  const { cause, endsAt, ...rest } = newer;
  return {
    ...rest,
    at: Math.max(known.at, again.at),
    subject: known.subject,
    status: end.status,
    ...(end.endsAt !== undefined && { endsAt: end.endsAt }),
    ...(known.cause !== undefined && { cause: known.cause }),
  };
}

/** Whether the alert has ended: its sender said so, or its time is over. */
export function isOver({ status, endsAt }: Alert, now: number): boolean {
  return status === 'resolved' || (endsAt !== undefined && endsAt <= now);
}

/** Anything that a source tells us about one object. */
export const Signal = z.discriminatedUnion('signal', [ObjectState, ClusterEvent, Alert, Reading, ScaleUp]);
export type Signal = z.infer<typeof Signal>;

/** What arrives in quantity and is condensed on arrival: samples into series, lines into templates, flows and spans into windows. */
export type Observation = SampleBlock | LogLine | Flow | SpanStats;
