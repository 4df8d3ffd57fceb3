import { z } from 'zod';
import { CoreError } from '../errors.ts';
import { Hypothesis } from './diagnosis.ts';
import { Finding } from './finding.ts';
import { Baseline, Outcome } from './outcome.ts';
import { Plan, Preview } from './plan.ts';
import { ResourceRef } from './resource.ts';
import { Verdict } from './verdict.ts';

/** Where an incident stands. `resolved`, `escalated` and `expired` are its ends. */
export const phases = [
  'open',
  'diagnosed',
  'planned',
  'previewed',
  'asked',
  'allowed',
  'denied',
  'acting',
  'acted',
  'undoing',
  'undone',
  'resolved',
  'escalated',
  'expired',
] as const;
/** Where an incident stands. */
export const Phase = z.enum(phases);
export type Phase = z.infer<typeof Phase>;

/** An act that was taken for an incident and what came of it. */
export const Attempt = z
  .strictObject({
    actionId: z.string(),
    action: z.string(),
    target: z.string(),
    at: z.number(),
    outcome: Outcome.optional(),
    undone: z.boolean(),
  })
  .readonly();
export type Attempt = z.infer<typeof Attempt>;

/** One problem from first finding to learned outcome: the only mutable record; each step writes a new version. */
export const Incident = z
  .strictObject({
    id: z.string(),
    version: z.number().int(),
    phase: Phase,
    subject: ResourceRef,
    openedAt: z.number(),
    /** When this phase was entered. */
    phaseAt: z.number(),
    /** When there is something to do again; a sweep wakes it then. */
    wakeAt: z.number(),
    findings: z.array(Finding).min(1).readonly(),
    hypotheses: z.array(Hypothesis).readonly(),
    plan: Plan.optional(),
    preview: Preview.optional(),
    verdict: Verdict.optional(),
    /** The intent that is being carried out or judged. */
    actionId: z.string().optional(),
    baseline: Baseline.optional(),
    /** When the subject was first seen well after the act, or before any act; reset by a relapse. */
    quietSince: z.number().optional(),
    attempts: z.array(Attempt).readonly(),
    /** How often a decision was taken anew because the object had changed in between. */
    redecisions: z.number().int(),
    /** Why it ended as it did: `recovered`, `self-recovered`, or a sentence. */
    reason: z.string().optional(),
    endedAt: z.number().optional(),
  })
  .readonly();
export type Incident = z.infer<typeof Incident>;

/** Whether the incident has ended; an ended incident is never acted for again. */
export function isEnded(incident: Pick<Incident, 'phase'>): boolean {
  return incident.phase === 'resolved' || incident.phase === 'escalated' || incident.phase === 'expired';
}

/** The plan that every phase from `planned` on has. Throws `corrupt-incident` without one. */
export function planOf(incident: Incident): Plan {
  if (!incident.plan) throw new CoreError('corrupt-incident', `incident ${incident.id} is ${incident.phase} and has no plan`);
  return incident.plan;
}
