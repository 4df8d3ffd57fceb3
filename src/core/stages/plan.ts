import type { Context } from '../context.ts';
import { CoreError } from '../errors.ts';
import type { Cause } from '../model/diagnosis.ts';
import type { Incident } from '../model/incident.ts';
import { type Plan, planHash } from '../model/plan.ts';
import { resourceKey } from '../model/resource.ts';
import type { Action, Facts, Proposal } from '../plugins.ts';
import { workloadOf } from '../view.ts';
import { auditOf, end, moveTo, type Step, wonder } from './step.ts';

const TIERS = ['low', 'medium', 'high'] as const;

/** Picks the mildest untried action that treats the likeliest cause. No action, no guessing: a person is told. */
export async function plan(incident: Incident, facts: Facts, { actions, clock }: Pick<Context, 'actions' | 'clock'>): Promise<Step> {
  for (const { cause } of incident.hypotheses) {
    for (const action of ladder(actions, cause)) {
      const proposal = await action.propose(incident, cause, facts);
      if (proposal && !wasTried(incident, action, proposal)) return planned(incident, toPlan(action, proposal, cause, facts), clock.now());
    }
  }
  const [likeliest] = incident.hypotheses;
  const why = `${triedIn(incident)}no action that kubemend has treats this here (likeliest cause: ${likeliest?.cause ?? 'unknown'})`;
  const now = clock.now();
  return incident.attempts.length > 0 ? end(incident, 'escalated', why, now) : wonder(incident, why, now);
}

/** What was done before, in words: `restart-rollout did not help and `. */
function triedIn({ attempts }: Incident): string {
  const named = (isOf: (outcome: Incident['attempts'][number]['outcome']) => boolean) =>
    attempts.filter(({ outcome }) => isOf(outcome)).map(({ action }) => action);
  const [helped, failed] = [named((outcome) => outcome === 'recovered'), named((outcome) => outcome !== 'recovered')];
  return [
    ...(helped.length > 0 ? [`${helped.join(', ')} helped as far as it goes and `] : []),
    ...(failed.length > 0 ? [`${failed.join(', ')} did not help and `] : []),
  ].join('');
}

/** Least impact first, and of equal impact the reversible one. */
function ladder(actions: readonly Action[], cause: Cause): Action[] {
  const weight = ({ impact }: Action) => TIERS.indexOf(impact.tier) * 2 + (impact.reversible ? 0 : 1);
  return actions.filter((action) => action.treats.includes(cause)).sort((a, b) => weight(a) - weight(b));
}

function wasTried(incident: Incident, action: Action, { target }: Proposal): boolean {
  return incident.attempts.some((attempt) => attempt.action === action.name && attempt.target === resourceKey(target));
}

function toPlan(action: Action, proposal: Proposal, treats: Cause, { view }: Facts): Plan {
  const { target, specSeen, input, summary, unproven } = proposal;
  const bound = { action: action.name, input, target, specSeen, treats, write: action.write(input) };
  const owner = workloadOf(view, target)?.meta.ref ?? ownerRefOf(view, target);
  return { ...bound, summary, owner, hash: planHash(bound), ...(unproven !== undefined && { unproven }) };
}

function ownerRefOf(view: Facts['view'], target: Proposal['target']): Proposal['target'] {
  const ownership = view.ownerOf(target);
  return ownership.is === 'owner' ? ownership.owner.meta.ref : target;
}

function planned(incident: Incident, chosen: Plan, now: number): Step {
  const next = moveTo(incident, 'planned', now, { plan: chosen });
  return {
    incident: next,
    audit: [
      auditOf(next, 'planned', now, { action: chosen.action, summary: chosen.summary, treats: chosen.treats, planHash: chosen.hash }),
    ],
  };
}

/** The registered action of this name. Throws `unknown-action` when a stored plan names one that is no longer there. */
export function actionOf(name: string, actions: readonly Action[]): Action {
  const action = actions.find((candidate) => candidate.name === name);
  if (!action) throw new CoreError('unknown-action', `no action is named ${name}; it may belong to another version of kubemend`);
  return action;
}
