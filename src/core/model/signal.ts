import { z } from 'zod';
import { KubeObject } from './objects.ts';
import { ResourceRef } from './resource.ts';

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
  })
  .readonly();
export type Alert = z.infer<typeof Alert>;

/** Anything that a source tells us about the cluster. */
export const Signal = z.discriminatedUnion('signal', [ObjectState, ClusterEvent, Alert]);
export type Signal = z.infer<typeof Signal>;
