import type { AuditEntry } from '../../core/model/audit.ts';
import type { Incident } from '../../core/model/incident.ts';

/** Longer notes are refused by the events API. */
const NOTE_BYTES = 1_024;

/** One event in words. What is `vital` is told even when little else is. */
export interface Saying {
  readonly type: 'Normal' | 'Warning';
  /** In CamelCase, for machines. */
  readonly reason: string;
  /** For people, at most 1,024 bytes, on one line. */
  readonly note: string;
  readonly isVital: boolean;
}

/** What a change of an incident is as a Kubernetes event; undefined for changes that are none. */
export function kubeSaying(incident: Incident, { what, detail }: AuditEntry): Saying | undefined {
  switch (what) {
    case 'opened':
      return warning('IncidentOpened', listed(detail.findings));
    case 'diagnosed':
      return normal('Diagnosed', diagnosisOf(incident));
    case 'asked':
      return normal('ApprovalNeeded', `${planOf(incident)}: kubemend approve ${incident.id} (or deny), because ${listed(detail.reasons)}`);
    case 'denied':
      return normal('ActionDenied', `${planOf(incident)}: not done: ${listed(detail.reasons)}`);
    case 'acted':
      return incident.phase === 'undone'
        ? vital(warning('Undone', String(detail.action)))
        : vital(normal('ActionTaken', planOf(incident, String(detail.action))));
    case 'verified':
      return outcomeOf(String(detail.outcome), String(detail.why));
    case 'undo':
      return vital(warning('UndoStarted', detail.asked === true ? 'a person asked for it' : 'the act made it worse'));
    case 'superseded':
      return vital(warning('ActionSuperseded', String(detail.why)));
    case 'ended':
      return endOf(String(detail.how), String(detail.reason));
    default:
      return undefined;
  }
}

function planOf({ plan }: Incident, otherwise = 'no plan'): string {
  return plan?.summary ?? otherwise;
}

function diagnosisOf({ hypotheses: [first] }: Incident): string {
  return first ? `likely ${first.cause}: ${first.because.join('; ')}` : 'no cause is known';
}

function outcomeOf(outcome: string, why: string): Saying {
  const note = `${outcome}: ${why}`;
  return vital(outcome === 'recovered' ? normal('Verified', note) : warning('Verified', note));
}

function endOf(how: string, reason: string): Saying {
  if (how === 'escalated') return vital(warning('IncidentEscalated', `a person must look: ${reason}`));
  return normal(how === 'resolved' ? 'IncidentResolved' : 'IncidentExpired', reason);
}

function listed(reasons: unknown): string {
  return Array.isArray(reasons) && reasons.length > 0 ? reasons.map(String).join('; ') : 'no reason was given';
}

function normal(reason: string, note: string): Saying {
  return { type: 'Normal', reason, note: fitted(note), isVital: false };
}

function warning(reason: string, note: string): Saying {
  return { ...normal(reason, note), type: 'Warning' };
}

function vital(saying: Saying): Saying {
  return { ...saying, isVital: true };
}

/** One line without control characters, which a terminal would obey, and cut between two characters. */
function fitted(note: string): string {
  const line = note.toWellFormed().replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
  const bytes = Buffer.from(line);
  if (bytes.length <= NOTE_BYTES) return line;
  let end = NOTE_BYTES - Buffer.byteLength('…');
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return `${bytes.subarray(0, end).toString('utf8')}…`;
}
