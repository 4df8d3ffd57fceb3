import { z } from 'zod';
import { resourceName } from '../core/model/resource.ts';
import { defineGuard } from '../core/plugins.ts';
import { effective, endOf, isAbout } from './grounds/ledger.ts';
import { limit } from './grounds/limit.ts';
import { deny } from './grounds/objections.ts';
import { span } from './grounds/span.ts';

const MINUTE_MS = 60_000;

/** A symptom that began soon after our own act on the same target is likely our doing: not to be treated with one more act. */
export const selfCaused = defineGuard({
  name: 'self-caused',
  options: z.strictObject({
    /** How long after our act a symptom is held to be its consequence. */
    windowMs: limit({ standard: 10 * MINUTE_MS, floor: 2 * MINUTE_MS, ceiling: 24 * 60 * MINUTE_MS }),
  }),
  object(plan, { kind, incident, ledger }, { windowMs }) {
    if (kind === 'undo') return [];
    const begun = Math.min(...incident.findings.map(({ since }) => since));
    return effective(ledger)
      .filter((intent) => intent.incidentId !== incident.id && isAbout(intent, plan))
      .filter((intent) => begun >= intent.at && begun - endOf(intent) <= windowMs)
      .map(({ action, target, at }) =>
        deny(
          `the symptom began ${span(begun - at)} after our own ${action} on ${resourceName(target)}: it may be our doing, and a person must look`,
        ),
      );
  },
});
