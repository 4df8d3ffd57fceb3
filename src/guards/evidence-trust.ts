import { z } from 'zod';
import type { Finding } from '../core/model/finding.ts';
import { defineGuard } from '../core/plugins.ts';
import { ask, deny } from './grounds/objections.ts';
import { isTrusted, trustedSeries } from './grounds/trusted-series.ts';

/**
 * Free text may raise an incident and never justifies an act: at least one finding must rest on the state of an object, or be the word of
 * a series detector that the operator trusts with it.
 */
export const evidenceTrust = defineGuard({
  name: 'evidence-trust',
  options: z.strictObject({ trustedSeries }),
  object(_plan, { kind, incident }, { trustedSeries: trusted }) {
    if (kind === 'undo' || incident.findings.some((finding) => restsOnState(finding) || isTrusted(finding, trusted))) return [];
    const names = [...new Set(incident.findings.map(({ detector }) => detector))].join(', ');
    const sources = incident.findings.flatMap(({ evidence }) => evidence.map(({ source }) => source));
    const isAlertOnly = sources.length > 0 && sources.every((source) => source === 'alert');
    if (!isAlertOnly && sources.length > 0 && sources.every((source) => source === 'alert' || source === 'reading'))
      return [ask(`what ${names} holds against it is the shape of numbers; no object's state confirms it, so a person must`)];
    return isAlertOnly
      ? [ask(`what ${names} holds against it is the text of an alert; no object's state confirms it, so a person must`)]
      : [deny(`what ${names || 'nobody'} holds against it is free text; no object's state confirms it`)];
  },
});

/** Text of events, alerts and logs can be written by anybody who can write to the cluster; object state is the API server's own. */
function restsOnState({ evidence }: Finding): boolean {
  return evidence.some(({ source }) => source.startsWith('watch:'));
}
