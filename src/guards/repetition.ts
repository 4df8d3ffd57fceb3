import { z } from 'zod';
import { resourceKey } from '../core/model/resource.ts';
import { defineGuard } from '../core/plugins.ts';
import { effective } from './grounds/ledger.ts';
import { limit } from './grounds/limit.ts';
import { deny } from './grounds/objections.ts';
import { spanAgo, timeOfDay } from './grounds/span.ts';

const HOUR_MS = 60 * 60_000;

/** The same trouble, treated in the same way, came back: the same action for the same cause on the same owner is not taken again within a day. */
export const repetition = defineGuard({
  name: 'repetition',
  options: z.strictObject({
    /** The ledger holds a day, so the window is no longer. */
    windowMs: limit({ standard: 24 * HOUR_MS, floor: HOUR_MS, ceiling: 24 * HOUR_MS }),
  }),
  object(plan, { kind, incident, ledger, now }, { windowMs }) {
    if (kind === 'undo') return [];
    const owner = resourceKey(plan.owner);
    const same = effective(ledger)
      .filter(
        (intent) =>
          intent.kind === 'act' && intent.action === plan.action && intent.treats === plan.treats && resourceKey(intent.owner) === owner,
      )
      .filter((intent) => intent.incidentId !== incident.id && now - intent.at < windowMs);
    const last = same.toSorted((a, b) => b.at - a.at)[0];
    return last
      ? [
          deny(
            `already did this at ${timeOfDay(last.at)} (${spanAgo(now - last.at)}, incident ${last.incidentId}), and the trouble came back: a person must look`,
          ),
        ]
      : [];
  },
});
