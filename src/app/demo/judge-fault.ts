import { type Attempt, type Incident, isEnded } from '../../core/model/incident.ts';
import type { DemoFault, DemoOutcome, FaultResult } from './news.ts';

/** What is known of a fault: when it happened, what kubemend holds of it, and what the cluster itself shows. */
export interface FaultRecords {
  readonly fault: DemoFault;
  readonly expected: DemoOutcome;
  /** What one of the reasons of a refusal must say to be the expected one. */
  readonly refusedFor?: RegExp | undefined;
  readonly injectedAt: number;
  /** All incidents about it that were opened since it happened. */
  readonly incidents: readonly Incident[];
  /** By the simulator's own word: the workload is whole and up to date. */
  readonly isWell: boolean;
  /** By the simulator's own word: the workload's spec, and its pods' resources, are what they were when the fault had just happened. */
  readonly isAsBefore: boolean;
}

/** What became of a fault, as far as it is known now. `mended` and `undone` need the simulator's word besides kubemend's. */
export function judgeFault(records: FaultRecords): FaultResult {
  const { fault, expected, injectedAt } = records;
  const incidents = records.incidents.toSorted((a, b) => a.openedAt - b.openedAt);
  const outcome = outcomeOf({ ...records, incidents });
  const attempt = incidents.flatMap(({ attempts }) => attempts).toSorted((a, b) => a.at - b.at)[0];
  const recovered = incidents.find(({ reason }) => reason === 'recovered' || reason === 'self-recovered');
  const since = (at: number | undefined) => (at === undefined ? null : at - injectedAt);
  return {
    name: fault.name,
    subject: fault.subject,
    injectedAt,
    detectedMs: since(incidents[0]?.openedAt),
    actedMs: since(attempt?.at),
    recoveredMs: since(recovered?.endedAt),
    action: attempt?.action ?? incidents.findLast(({ plan }) => plan !== undefined)?.plan?.action ?? null,
    outcome,
    expected,
    ok: outcome === expected && (outcome !== 'refused' || isRefusedFor(records)),
  };
}

function isRefusedFor({ incidents, refusedFor = /./ }: FaultRecords): boolean {
  const reasons = incidents.flatMap(({ verdict }) => (verdict?.decision === 'deny' ? verdict.reasons : []));
  return reasons.some((reason) => refusedFor.test(reason));
}

function outcomeOf(records: FaultRecords): DemoOutcome {
  const { fault, incidents } = records;
  const last = incidents.at(-1);
  if (!last) return fault.isLookAlike ? 'silent' : 'missed';
  const attempts = incidents.flatMap((incident) => incident.attempts);
  return attempts.length > 0 ? afterActs(records, last, attempts) : withoutActs(incidents);
}

function afterActs({ isWell, isAsBefore }: FaultRecords, last: Incident, attempts: readonly Attempt[]): DemoOutcome {
  if (attempts.some(({ undone }) => undone)) return isAsBefore && isEnded(last) ? 'undone' : 'missed';
  if (last.reason === 'recovered') return isWell ? 'mended' : 'missed';
  return last.phase === 'escalated' ? 'escalated' : 'missed';
}

function withoutActs(incidents: readonly Incident[]): DemoOutcome {
  const decisions = incidents.map(({ verdict }) => verdict?.decision);
  if (decisions.includes('deny')) return 'refused';
  if (decisions.includes('ask')) return 'asked';
  if (incidents.some(({ phase }) => phase === 'escalated')) return 'escalated';
  return incidents.every(({ reason }) => reason === 'self-recovered') ? 'self-recovered' : 'missed';
}

/** How long after its last incident ended a fault counts as over, and how long a refusal or a question must stand. */
const CALM_MS = 30_000;
const STANDING_MS = 120_000;

/** Whether nothing more is to be waited for: all incidents ended some time ago, or what still stands is refused or asked, unchanged, for long. */
export function isSettled({ incidents }: Pick<FaultRecords, 'incidents'>, now: number): boolean {
  return incidents.length > 0 && incidents.every((incident) => isAtRest(incident, now));
}

function isAtRest({ endedAt, openedAt, verdict, attempts }: Incident, now: number): boolean {
  if (endedAt !== undefined) return now - endedAt >= CALM_MS;
  const isHeldBack = attempts.length === 0 && (verdict?.decision === 'deny' || verdict?.decision === 'ask');
  return isHeldBack && now - openedAt >= STANDING_MS;
}
