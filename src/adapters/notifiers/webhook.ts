import { readFile } from 'node:fs/promises';
import { CoreError } from '../../core/errors.ts';
import type { AuditEntry } from '../../core/model/audit.ts';
import type { Incident } from '../../core/model/incident.ts';
import { resourceName } from '../../core/model/resource.ts';
import type { Notifier } from '../../core/ports.ts';

/** Where to post, and the file that holds a bearer token, if one is needed; it is read anew for each post, so that it can be rotated. */
export interface WebhookOptions {
  readonly url: string;
  readonly bearerTokenFile?: string;
}

const DEADLINE_MS = 10_000;

/** Posts each change as JSON: `{ text, incident: { id, subject, phase }, change }`. Throws `notifier-failed` when it was not taken (any status but 2xx). */
export function webhookNotifier({ url, bearerTokenFile }: WebhookOptions): Notifier {
  return {
    name: 'webhook',
    async notify(incident, change) {
      const headers: Record<string, string> = { 'content-type': 'application/json' };
      if (bearerTokenFile !== undefined) headers.authorization = `Bearer ${(await readFile(bearerTokenFile, 'utf8')).trim()}`;
      const body = JSON.stringify({ text: textOf(incident, change), incident: portrait(incident), change });
      const answer = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(DEADLINE_MS), redirect: 'error' });
      await answer.body?.cancel();
      if (!answer.ok) throw new CoreError('notifier-failed', `the notification webhook answered ${answer.status}`);
    },
  };
}

function portrait({ id, subject, phase, openedAt, reason, plan }: Incident) {
  return { id, subject: resourceName(subject), phase, openedAt, reason: reason ?? null, plan: plan?.summary ?? null };
}

/** One line for a chat: what happened to what, and what the reader can do. */
function textOf(incident: Incident, { what, detail }: AuditEntry): string {
  const subject = resourceName(incident.subject);
  switch (what) {
    case 'diagnosed':
      return `${subject}: likely ${incident.hypotheses[0]?.cause ?? 'unknown'}`;
    case 'asked':
      return `${subject}: may I ${incident.plan?.summary ?? 'act'}? kubemend approve ${incident.id} (or deny)`;
    case 'denied':
      return `${subject}: not done: ${reasonsOf(detail)}`;
    case 'acted':
      return `${subject}: done: ${incident.plan?.summary ?? String(detail.action)}`;
    case 'verified':
      return `${subject}: ${String(detail.outcome)} (${String(detail.why)})`;
    case 'ended':
      return `${subject}: ${String(detail.how)}: ${String(detail.reason)}`;
    default:
      return `${subject}: ${what}`;
  }
}

function reasonsOf(detail: AuditEntry['detail']): string {
  return Array.isArray(detail.reasons) ? detail.reasons.map(String).join('; ') : 'refused';
}
