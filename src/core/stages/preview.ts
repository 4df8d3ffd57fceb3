import type { Context } from '../context.ts';
import { type Incident, planOf } from '../model/incident.ts';
import type { Plan, Preview } from '../model/plan.ts';
import type { Facts } from '../plugins.ts';
import type { WriteAnswer } from '../ports.ts';
import { actionOf } from './plan.ts';
import { auditOf, decideAgain, moveTo, type Step } from './step.ts';

/** Asks the API server by dry run, and the action by arithmetic, what the plan would touch. Changes nothing. */
export async function preview(
  incident: Incident,
  facts: Facts,
  context: Pick<Context, 'actions' | 'clock' | 'cluster' | 'tryout' | 'election' | 'store'>,
): Promise<Step> {
  const plan = planOf(incident);
  const live = await context.cluster.live(plan.target);
  const now = context.clock.now();
  if (!live) return unfit(incident, 'it is gone', context);
  if (live.object.meta.deletedAt !== undefined) return unfit(incident, 'somebody has deleted it', context);
  if (live.specSeen !== plan.specSeen) return unfit(incident, 'its spec has changed', context);
  const dryRun = await tryOut(plan, live.object.meta.resourceVersion, context);
  if (dryRun === 'changed') return decideAgain(incident, 'the object changed during the dry run', now);
  const seen: Preview = { ...actionOf(plan.action, context.actions).preview(plan.input, facts), dryRun, at: now };
  return { incident: moveTo(incident, 'previewed', now, { preview: seen }), audit: [] };
}

async function tryOut(
  plan: Plan,
  resourceVersion: string,
  { tryout, election }: Pick<Context, 'tryout' | 'election'>,
): Promise<Preview['dryRun'] | 'changed'> {
  let answer: WriteAnswer;
  try {
    answer = await tryout.tryOut(plan.write, resourceVersion, {
      actionId: `preview-${plan.hash.slice(0, 12)}`,
      epoch: election.epoch() ?? 0,
    });
  } catch (error) {
    return { answer: 'unknown', why: String(error) };
  }
  if (answer.is === 'changed') return 'changed';
  return answer.is === 'done' ? { answer: 'accepted' } : { answer: 'refused', why: answer.why };
}

/** An approval is for the spec that was seen: what changed since is refused in the audit chain, and decided about anew. */
async function unfit(incident: Incident, why: string, { store, clock }: Pick<Context, 'store' | 'clock'>): Promise<Step> {
  const now = clock.now();
  const approval = await store.approval(planOf(incident).hash);
  const again = decideAgain(incident, `${planOf(incident).target.name}: ${why} since the plan was made`, now);
  if (approval?.decision !== 'approved') return again;
  const refusal = auditOf(incident, 'denied', now, {
    reasons: [`the approval by ${approval.by} does not hold any more: ${why}`],
    planHash: approval.planHash,
  });
  return { ...again, audit: [refusal, ...again.audit] };
}
