import { z } from 'zod';
import { defineGuard } from '../core/plugins.ts';
import { effective, endOf, isAbout } from './grounds/ledger.ts';
import { limit } from './grounds/limit.ts';
import { deny } from './grounds/objections.ts';
import { span, spanAgo } from './grounds/span.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** After an act its target and owner are left alone, twice as long after each further one; what keeps failing is for a person. */
export const cooldown = defineGuard({
  name: 'cooldown',
  options: z.strictObject({
    /** The rest after the first act. */
    restMs: limit({ standard: 5 * MINUTE_MS, floor: MINUTE_MS, ceiling: HOUR_MS }),
    /** What doubling ends at. */
    longestRestMs: limit({ standard: HOUR_MS, floor: 5 * MINUTE_MS, ceiling: 24 * HOUR_MS }),
    /** How many acts on one target or owner, within the window. */
    maxActs: limit({ standard: 3, ceiling: 5 }),
    /** The ledger holds a day, so the window is no longer. */
    windowMs: limit({ standard: 6 * HOUR_MS, floor: HOUR_MS, ceiling: 24 * HOUR_MS }),
  }),
  object(plan, { kind, ledger, now }, { restMs, longestRestMs, maxActs, windowMs }) {
    if (kind === 'undo') return [];
    const about = effective(ledger).filter((intent) => isAbout(intent, plan) && now - endOf(intent) < windowMs);
    const acts = about.filter((intent) => intent.kind === 'act').length;
    if (acts >= maxActs) return [deny(`acted on it ${acts} times in ${span(windowMs)}, ${maxActs} is the most: escalate to a person`)];
    if (about.length === 0) return [];
    const last = Math.max(...about.map(endOf));
    const until = last + Math.min(longestRestMs, restMs * 2 ** Math.max(0, acts - 1));
    return now >= until ? [] : [deny(`acted on it ${spanAgo(now - last)}; ${span(until - now)} to go`, until)];
  },
});
