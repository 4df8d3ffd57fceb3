import { z } from 'zod';
import { answerShownPlan, undoShownAct } from '../../app/api/approve.ts';
import { incidentPage } from '../../app/api/incident-page.ts';
import { CoreError } from '../../core/errors.ts';
import { AuditRow } from '../../core/model/audit.ts';
import { Incident, Phase } from '../../core/model/incident.ts';
import { Plan, Preview } from '../../core/model/plan.ts';
import { Approval, Verdict } from '../../core/model/verdict.ts';
import type { Clock, Store } from '../../core/ports.ts';
import { apiRoute, IncidentId, incidentRoute, nothing, type Route } from '../route.ts';

/** So many rows of an incident's story are told; the rest is read from the audit. */
const MAX_STORY = 1_000;
const HOUR_MS = 3_600_000;

/** One page of incidents, newest first; `next` is the `before` of the page after it. */
export const IncidentList = z.strictObject({ incidents: z.array(Incident).readonly(), next: z.string().optional() });
/** One incident with what was recorded about it, oldest first. */
export const IncidentStory = z.strictObject({ incident: Incident, story: z.array(AuditRow).readonly() });
/** What an approver needs to know. `asks` says whether an answer is waited for now; `verdict` has every reason of the guards. */
export const PlanView = z.strictObject({
  plan: Plan,
  asks: z.boolean(),
  preview: Preview.optional(),
  verdict: Verdict.optional(),
  approval: Approval.optional(),
});

const Query = z.strictObject({
  phase: Phase.optional(),
  open: z.enum(['true', 'false']).optional(),
  namespace: z.string().min(1).max(63).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  before: z
    .string()
    .regex(/^\d{1,16}(\.\d{1,6})?-[A-Za-z0-9-]{1,64}$/, 'give what the last page named as `next`')
    .optional(),
});
const Answer = z.strictObject({
  decision: z.enum(['approve', 'deny']),
  planHash: z.string().min(1).max(200),
  expiresInMs: z.int().min(1_000).max(HOUR_MS).optional(),
});
const Undo = z.strictObject({ actionId: z.string().min(1).max(200) });

type Parts = { readonly store: Store; readonly clock: Clock };

/** Incidents: what was found, what is planned, and a person's answers. */
export function incidentRoutes({ store, clock }: Parts): readonly Route[] {
  return [...readRoutes(store), answerRoute({ store, clock }), undoRoute({ store, clock })];
}

function readRoutes(store: Store): readonly Route[] {
  const input = z.strictObject({ params: IncidentId, query: nothing, body: nothing });
  return [
    apiRoute({
      method: 'GET',
      url: '/api/v1/incidents',
      rule: { role: 'viewer', over: 'what is told' },
      summary: 'Lists the incidents of the namespaces that the caller may view, newest first.',
      input: z.strictObject({ params: nothing, query: Query, body: nothing }),
      answer: { description: 'One page; `next` is there while there may be more.', schema: IncidentList },
      handle: ({ query: { open, ...filter } }, authority) =>
        incidentPage({ ...filter, ...(open !== undefined && { open: open === 'true' }) }, { store, authority }),
    }),
    incidentRoute(store, {
      method: 'GET',
      url: '/api/v1/incidents/:id',
      rule: { role: 'viewer', over: 'incident' },
      summary: 'Shows one incident and its story out of the audit chain.',
      input,
      answer: { description: `The incident, and the first ${MAX_STORY} rows about it.`, schema: IncidentStory },
      handle: async (incident) => ({ incident, story: await store.audit({ incidentId: incident.id, limit: MAX_STORY }) }),
    }),
    incidentRoute(store, {
      method: 'GET',
      url: '/api/v1/incidents/:id/plan',
      rule: { role: 'viewer', over: 'incident' },
      summary: 'Shows what an incident would do, what that would touch, and what the guards say to it.',
      input,
      answer: { description: 'The plan as it stands now; its hash is what an answer must name.', schema: PlanView },
      handle: (incident) => planView(incident, store),
    }),
  ];
}

async function planView(incident: Incident, store: Store): Promise<z.input<typeof PlanView>> {
  const { plan, preview, verdict, phase } = incident;
  if (!plan) throw new CoreError('not-found', `incident ${incident.id} is ${phase} and has no plan now`);
  const approval = await store.approval(plan.hash);
  return { plan, asks: phase === 'asked', ...(preview && { preview }), ...(verdict && { verdict }), ...(approval && { approval }) };
}

function answerRoute({ store, clock }: Parts): Route {
  return incidentRoute(store, {
    method: 'POST',
    url: '/api/v1/incidents/:id/approval',
    rule: { role: 'approver', over: 'incident' },
    summary: 'Answers the question of an incident, for exactly the plan whose hash was seen.',
    input: z.strictObject({ params: IncidentId, query: nothing, body: Answer }),
    status: 201,
    answer: { description: 'The answer as it is stored; the controller decides anew before it acts.', schema: Approval },
    handle: (incident, { body: { decision, planHash, expiresInMs } }, { name }) =>
      answerShownPlan(
        incident,
        { decision: decision === 'approve' ? 'approved' : 'denied', planHash, forMs: expiresInMs },
        { store, clock, by: name },
      ),
  });
}

function undoRoute({ store, clock }: Parts): Route {
  return incidentRoute(store, {
    method: 'POST',
    url: '/api/v1/incidents/:id/undo',
    rule: { role: 'approver', over: 'incident' },
    summary: 'Asks for the last act of an incident to be taken back, unless the object was changed since.',
    input: z.strictObject({ params: IncidentId, query: nothing, body: Undo }),
    answer: { description: 'The incident, which the controller now goes on with.', schema: Incident },
    handle: (incident, { body }, { name }) => undoShownAct(incident, body.actionId, { store, clock, by: name }),
  });
}
