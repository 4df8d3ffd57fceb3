import { findIncident } from '../../app/operator.ts';
import type { Incident } from '../../core/model/incident.ts';
import { resourceName } from '../../core/model/resource.ts';
import { ago, print, table } from '../print.ts';
import { tell } from '../story.ts';
import { type Common, withOperator } from '../with-operator.ts';

const DAY_MS = 86_400_000;

/** `incidents list`. */
export async function list(common: Common, { open = false }: { readonly open?: boolean }): Promise<void> {
  await withOperator(common, async ({ store, clock }) => {
    const now = clock.now();
    const found = await store.incidents(open ? { open: true } : { since: now - DAY_MS });
    print(common.output, found, () =>
      found.length === 0
        ? open
          ? 'no open incident'
          : 'no incident in the last day'
        : table(
            ['ID', 'OPENED', 'PHASE', 'SUBJECT', 'WHAT'],
            found.map((incident) => [
              incident.id,
              ago(incident.openedAt, now),
              incident.phase,
              resourceName(incident.subject),
              headline(incident),
            ]),
          ),
    );
  });
}

/** The one sentence that matters now. */
function headline(incident: Incident): string {
  if (incident.reason !== undefined && incident.endedAt !== undefined) return incident.reason;
  if (incident.phase === 'asked') return `may I ${incident.plan?.summary ?? 'act'}? kubemend approve ${incident.id}`;
  const { verdict } = incident;
  if (verdict?.decision === 'deny') return verdict.reasons.join('; ');
  return incident.plan?.summary ?? incident.findings[0]?.summary ?? '';
}

/** `incidents show`. */
export async function show(common: Common, id: string): Promise<void> {
  await withOperator(common, async (operator) => {
    const incident = await findIncident(id, operator);
    print(common.output, incident, () => portrait(incident, operator.clock.now()));
  });
}

function portrait(incident: Incident, now: number): string {
  const { plan, preview, verdict } = incident;
  const lines = [
    `${incident.id}  ${resourceName(incident.subject)}  ${incident.phase}${incident.reason === undefined ? '' : ` (${incident.reason})`}`,
    `opened ${ago(incident.openedAt, now)}`,
    '',
    'Seen',
    ...incident.findings.map(
      (finding) => `  ${finding.detector}: ${finding.summary} (${resourceName(finding.subject)}, ${ago(finding.at, now)})`,
    ),
    ...section(
      'Cause',
      incident.hypotheses.map(
        ({ cause, confidence, n, because, by, configured }) =>
          `${cause}, ${configured ? 'as configured' : `${Math.round(confidence * 100)} %`} (${n} cases, ${by}): ${because.join('; ')}`,
      ),
    ),
    ...section(
      'Plan',
      plan ? [plan.summary, `hash ${plan.hash.slice(0, 16)}, for ${plan.specSeen} of ${plan.target.uid ?? plan.target.name}`] : [],
    ),
    ...section(
      'Preview',
      preview
        ? [
            `dry run ${preview.dryRun.answer}${preview.dryRun.answer === 'accepted' ? '' : `: ${preview.dryRun.why}`}`,
            `takes ${preview.readyPodsTaken ?? '?'} of ${preview.readyPodsNow ?? '?'} ready pods`,
            ...preview.notes,
          ]
        : [],
    ),
    ...section(
      'Guards',
      verdict
        ? verdict.decision === 'allow'
          ? [`allow${verdict.approvedBy === undefined ? '' : `, approved by ${verdict.approvedBy}`}`]
          : [verdict.decision, ...verdict.reasons]
        : [],
    ),
    ...section(
      'Acts',
      incident.attempts.map(
        (attempt) =>
          `${attempt.action} on ${attempt.target}, ${ago(attempt.at, now)}: ${attempt.outcome ?? 'not judged yet'}${attempt.undone ? ', undone' : ''}`,
      ),
    ),
  ];
  return lines.join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}

/** `incidents explain`: its story out of the audit chain. */
export async function explain(common: Common, id: string): Promise<void> {
  await withOperator(common, async (operator) => {
    const incident = await findIncident(id, operator);
    const rows = await operator.store.audit({ incidentId: incident.id });
    print(common.output, rows, () => rows.map(({ entry }) => tell(entry, incident.openedAt)).join('\n'));
  });
}
