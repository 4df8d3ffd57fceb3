import type { Context } from '../context.ts';
import { digestOf } from '../digest.ts';
import { CoreError } from '../errors.ts';
import type { Finding } from '../model/finding.ts';
import { type Incident, isEnded } from '../model/incident.ts';
import { isSameResource, type ResourceRef, resourceKey } from '../model/resource.ts';
import type { ClusterView } from '../view.ts';
import { domainOf, sickNodesIn } from './failure-domain.ts';
import { auditOf } from './step.ts';

/** How often a finding that still holds is written down again. */
const REFRESH_MS = 60_000;
/** An escalated problem that was gone for this long and comes back is a new one. */
const REOPEN_AFTER_MS = 10 * 60_000;

/**
 * Joins findings to the open incident of their subject's owner or node, or opens one. Hints open nothing, accuse no node and join only
 * what is open. Returns the ids that need a look.
 */
export async function correlate(
  findings: readonly Finding[],
  view: ClusterView,
  context: Pick<Context, 'store' | 'clock' | 'detectors'>,
): Promise<string[]> {
  const symptoms = symptomsIn(findings, context);
  const sickNodes = sickNodesIn(symptoms, view);
  const groups = Map.groupBy(findings, (finding) => resourceKey(domainOf(finding, view, sickNodes)));
  const touched: string[] = [];
  for (const members of groups.values()) {
    const first = members[0];
    if (!first) continue;
    const subject = domainOf(first, view, sickNodes);
    const isHint = !members.some((member) => symptoms.includes(member));
    const id = isHint ? await hint(subject, members, context) : await joinOrOpen(subject, members, context);
    if (id !== undefined) touched.push(id);
  }
  return touched;
}

/** The findings that speak of something bad, not only odd: what may open an incident and is counted as sick. */
export function symptomsIn(findings: readonly Finding[], { detectors }: Pick<Context, 'detectors'>): Finding[] {
  const hints = new Set(detectors.flatMap(({ name, isHint }) => (isHint ? [name] : [])));
  return findings.filter(({ detector }) => !hints.has(detector));
}

type Parts = Pick<Context, 'store' | 'clock'>;

async function hint(subject: ResourceRef, findings: readonly Finding[], context: Parts): Promise<string | undefined> {
  const latest = await context.store.latestIncidentOf(subject);
  return latest && !isEnded(latest) ? unlessOvertaken(() => join(latest, findings, context)) : undefined;
}

async function joinOrOpen(subject: ResourceRef, findings: readonly Finding[], context: Parts): Promise<string | undefined> {
  const latest = await context.store.latestIncidentOf(subject);
  return unlessOvertaken(() =>
    latest && (!isEnded(latest) || isStillThere(latest, context.clock.now()))
      ? join(latest, findings, context)
      : open(subject, findings, context),
  );
}

async function unlessOvertaken(work: () => Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CoreError && error.code === 'conflict') return undefined; // another writer was faster; the next cycle sees its result
    throw error;
  }
}

function isStillThere(incident: Incident, now: number): boolean {
  const lastSeen = Math.max(...incident.findings.map((finding) => finding.at), incident.endedAt ?? 0);
  return incident.phase !== 'resolved' && now - lastSeen < REOPEN_AFTER_MS;
}

async function join(incident: Incident, findings: readonly Finding[], { store }: Pick<Context, 'store'>): Promise<string | undefined> {
  const merged = mergeFindings(incident.findings, findings);
  if (merged === incident.findings) return undefined;
  await store.commit({ incident: { ...incident, findings: merged }, audit: [] });
  return isEnded(incident) ? undefined : incident.id;
}

/** Known findings keep their `since`; a known one is refreshed at most once a minute, unless what it says changed its place or kind. */
export function mergeFindings(known: readonly Finding[], seen: readonly Finding[]): readonly Finding[] {
  let merged = known;
  for (const finding of seen) {
    const index = merged.findIndex((other) => other.detector === finding.detector && isSameResource(other.subject, finding.subject));
    const old = merged[index];
    if (!old) merged = [...merged, finding];
    else if (finding.at - old.at >= REFRESH_MS) merged = merged.with(index, { ...finding, since: old.since });
  }
  return merged;
}

async function open(subject: ResourceRef, findings: readonly Finding[], { store, clock }: Parts): Promise<string> {
  const now = clock.now();
  const incident: Incident = {
    id: digestOf([resourceKey(subject), subject.uid ?? '', now]).slice(0, 8),
    version: 0,
    phase: 'open',
    subject,
    openedAt: now,
    phaseAt: now,
    wakeAt: now,
    findings,
    hypotheses: [],
    attempts: [],
    redecisions: 0,
  };
  await store.commit({
    incident,
    audit: [auditOf(incident, 'opened', now, { findings: findings.map((finding) => `${finding.detector}: ${finding.summary}`) })],
  });
  return incident.id;
}
