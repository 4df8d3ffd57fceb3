import colors from 'picocolors';
import type { AuditEntry } from '../core/model/audit.ts';

type Detail = AuditEntry['detail'];

/** One line of an incident's story, counted from its opening: `+12 s  asked  mode: ask mode, so a person decides`. */
export function tell(entry: AuditEntry, openedAt: number): string {
  const after = `+${Math.round((entry.at - openedAt) / 1000)} s`.padStart(8);
  const who = entry.actor === 'kubemend' ? '' : ` by ${entry.actor}`;
  return `${colors.dim(after)}  ${colors.bold(entry.what.padEnd(10))} ${wordsFor(entry)}${who}`;
}

function wordsFor({ what, detail }: AuditEntry): string {
  switch (what) {
    case 'opened':
      return listed(detail.findings).join('\n           ');
    case 'diagnosed':
      return listed(detail.hypotheses).join('; ');
    case 'planned':
      return `${detail.summary} (treats ${detail.treats}, plan ${short(detail.planHash)})`;
    case 'asked':
    case 'denied':
      return listed(detail.reasons).join('; ');
    case 'approval':
      return `${detail.decision}: ${detail.plan} (plan ${short(detail.planHash)})`;
    case 'intent':
      return `${detail.kind} ${detail.action} on ${detail.target}, resourceVersion ${detail.resourceVersion}, epoch ${detail.epoch}, act ${short(detail.actionId)}`;
    case 'verified':
      return `${detail.outcome}: ${detail.why}`;
    case 'ended':
      return `${detail.how}: ${detail.reason}`;
    default:
      return rest(detail);
  }
}

/** The entries of a list, each as one short text: causes by name and confidence, everything else as it is. */
function listed(value: unknown): string[] {
  return (Array.isArray(value) ? value : []).map((item: unknown) => {
    if (typeof item === 'string') return clip(item);
    const unsaid = { cause: undefined, confidence: 0, n: 0, configured: false };
    const { cause, confidence, n, configured } = { ...unsaid, ...(typeof item === 'object' ? item : {}) };
    if (cause === undefined) return clip(JSON.stringify(item));
    return `${cause} (${configured ? 'as configured' : `${Math.round(confidence * 100)} % on ${n} cases`})`;
  });
}

function rest(detail: Detail): string {
  return Object.entries(detail)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => `${key} ${clip(typeof value === 'string' ? value : JSON.stringify(value))}`)
    .join(', ');
}

function short(value: unknown): string {
  return String(value).slice(0, 12);
}

function clip(text: string): string {
  return text.length > 220 ? `${text.slice(0, 217)}...` : text;
}
