import type { KubeObject } from '../../../core/model/objects.ts';
import type { ResourceRef } from '../../../core/model/resource.ts';
import { resourceName } from '../../../core/model/resource.ts';
import { type Alert, alertId } from '../../../core/model/signal.ts';
import { type AlertMapping, type AlertRule, subjects } from './alert-mapping.ts';
import type { RawAlert } from './notification.ts';

/** How far the clocks of Alertmanager and of the API server may differ. */
const SKEW_MS = 30_000;
const MAX_TEXT = 500;

/** What the cluster's view says to a reference without uid; `unseen` passes, `absent` does not. */
export type Lookup =
  | { readonly is: 'found'; readonly object: KubeObject }
  | { readonly is: 'absent'; readonly why: string }
  | { readonly is: 'unseen'; readonly why: string };

/** An alert tied to the object that it speaks about, or why it is not. `unseen`: ask again later. */
export type Reading =
  | { readonly is: 'read'; readonly alert: Alert }
  | { readonly is: 'ignored'; readonly why: string }
  | { readonly is: 'unseen'; readonly why: string };

/** What a reading needs besides the alert. */
export interface ReadingParts {
  readonly mapping: AlertMapping;
  readonly cluster: string;
  readonly now: number;
  find(ref: ResourceRef): Lookup;
}

/** Ties one alert to its object by the mapping. Nothing is guessed: an alert whose object is not certain is ignored, with the reason. */
export function readAlert(raw: RawAlert, parts: ReadingParts): Reading {
  const name = raw.labels.alertname ?? '';
  const rule = Object.hasOwn(parts.mapping, name) ? parts.mapping[name] : undefined;
  if (rule === undefined) return ignored(`no mapping says what ${name} speaks about: add it under alerts.map`);
  if (rule === false) return ignored(`${name} is switched off in alerts.map`);
  const ref = refOf(raw, rule, parts.cluster);
  if (typeof ref === 'string') return ignored(ref);
  const lookup = parts.find(ref);
  if (lookup.is === 'unseen') return lookup;
  if (lookup.is === 'absent') return ignored(lookup.why);
  const stranger = whyAnother(raw, lookup.object, rule);
  return stranger === undefined
    ? { is: 'read', alert: alertOf(raw, { rule, now: parts.now, subject: lookup.object.meta.ref }) }
    : ignored(stranger);
}

function ignored(why: string): Reading {
  return { is: 'ignored', why };
}

/** The reference that the labels make, without uid; a sentence when a label is missing. */
function refOf({ labels }: RawAlert, rule: AlertRule, cluster: string): ResourceRef | string {
  const { kind, apiGroup, label, namespaced } = subjects[rule.subject];
  const [nameLabel, namespaceLabel] = [rule.labels.name ?? label, rule.labels.namespace ?? 'namespace'];
  const [name, namespace] = [labels[nameLabel], labels[namespaceLabel]];
  if (!name) return `it has no label ${nameLabel}, which should name the ${kind}`;
  if (namespaced && !namespace) return `it has no label ${namespaceLabel}, which should name the namespace of the ${kind}`;
  return { cluster, apiGroup, kind, name, ...(namespaced && namespace && { namespace }) };
}

/** Why the object in view, though of the right name, is not the one that the alert began with. */
function whyAnother({ labels, startsAt }: RawAlert, { meta }: KubeObject, { subject }: AlertRule): string | undefined {
  const what = resourceName(meta.ref);
  if (subject === 'pod' && labels.uid && meta.ref.uid && labels.uid !== meta.ref.uid)
    return `it speaks of an earlier ${what} (its label uid)`;
  return startsAt + SKEW_MS < meta.createdAt ? `it began before this ${what} was made: it speaks of an earlier one` : undefined;
}

function alertOf(raw: RawAlert, tied: { readonly rule: AlertRule; readonly subject: ResourceRef; readonly now: number }): Alert {
  const { summary, description } = raw.annotations;
  return {
    signal: 'alert',
    id: alertId(raw),
    subject: tied.subject,
    at: tied.now,
    fingerprint: raw.fingerprint,
    status: raw.status,
    name: raw.labels.alertname ?? '',
    labels: raw.labels,
    annotations: {
      ...(summary !== undefined && { summary: textOf(summary) }),
      ...(description !== undefined && { description: textOf(description) }),
    },
    startsAt: raw.startsAt,
    ...(raw.endsAt !== undefined && { endsAt: raw.endsAt }),
    ...(tied.rule.cause !== undefined && { cause: tied.rule.cause }),
  };
}

/** What people will read: without the control characters that move a terminal's cursor, and not endless. */
function textOf(annotation: string): string {
  return annotation.replace(/\p{Cc}/gu, ' ').slice(0, MAX_TEXT);
}
